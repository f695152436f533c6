"""The export: the sealed signatures as a file that `wzo-unseal` opens on the organisers' own computer."""

import base64
import json
from collections.abc import Iterator

from wzo.config import settings
from wzo.petition.queries import get_confirmed_sealed
from wzo.petition.tokens import create_receipt


def export_lines(petition_id: int) -> Iterator[str]:
    """Yield a line of JSON for each confirmed signature: `receipt`, `confirmed_on`, and `sealed` in base64."""
    key = settings().signature_hmac_key
    for signature_id, confirmed_on, sealed in get_confirmed_sealed(petition_id):
        entry = {
            "receipt": create_receipt(key, signature_id),
            "confirmed_on": confirmed_on.isoformat(),
            "sealed": base64.b64encode(sealed).decode(),
        }
        yield json.dumps(entry) + "\n"
