"""The export: the sealed signatures as a file that `wzo-unseal` opens on the organisers' own computer."""

import base64
import json
from collections.abc import Iterator

from wzo.clock import today
from wzo.config import settings
from wzo.petition.queries import get_confirmed_sealed
from wzo.petition.sealing import split_sealed
from wzo.petition.tokens import create_receipt
from wzo.petition.unsubscribing import unsubscribe_url


def export_lines(petition_id: int) -> Iterator[str]:
    """Yield a line of JSON for each confirmed signature.

    - `receipt`, `confirmed_on`, and `sealed` in base64.
    - `key`: the id of the key pair that it was sealed to; see sealing.py.
    - `unsubscribe_url`: the link by which the signer withdraws the consent to get the newsletter.
    - `unsubscribed`: true if the signer has done so; otherwise it is left out.
    - `exported_on`: the day of the export, since a consent may be withdrawn after it.
    """
    day = today().isoformat()
    key = settings().signature_hmac_key
    for signature_id, confirmed_on, sealed, unsubscribed in get_confirmed_sealed(petition_id):
        key_id, box = split_sealed(sealed)
        entry = {
            "receipt": create_receipt(key, signature_id),
            "confirmed_on": confirmed_on.isoformat(),
            "sealed": base64.b64encode(box).decode(),
            **({"key": key_id} if key_id else {}),
            "unsubscribe_url": unsubscribe_url(signature_id),
            **({"unsubscribed": True} if unsubscribed else {}),
            "exported_on": day,
        }
        yield json.dumps(entry) + "\n"
