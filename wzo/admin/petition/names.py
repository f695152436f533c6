"""Public names in the panel: editors find them, and hide one without erasing its signature."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select, tuple_, update

from wzo.audit import record
from wzo.config import settings
from wzo.extensions import db, write_transaction
from wzo.petition.models import Signature
from wzo.petition.tokens import create_receipt, parse_receipt
from wzo.transaction_retries import retry_transaction

# Names on a page.
PAGE_SIZE = 50


class PublicName(NamedTuple):
    """A public name, with the day its signature was confirmed and the receipt that identifies it."""

    id: int
    name: str
    day: date
    receipt: str


class Position(NamedTuple):
    """The last name of a page, after which the next page begins."""

    day: date
    id: int


def get_public_names(petition_id: int, text: str, after: Position | None) -> tuple[Sequence[PublicName], bool]:
    """A page of a petition's public names that contain a text, the newest days first; and whether there are more.

    Within a day they are sorted by their random ids.
    """
    statement = (
        select(Signature.id, Signature.public_name, Signature.confirmed_on)
        .where(Signature.petition_id == petition_id, Signature.public_name.is_not(None))
        .order_by(Signature.confirmed_on.desc(), Signature.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if text:
        statement = statement.where(Signature.public_name.contains(text, autoescape=True))
    if after:
        statement = statement.where(tuple_(Signature.confirmed_on, Signature.id) < (after.day, after.id))
    key = settings().signature_hmac_key
    rows = db.session.execute(statement).all()
    names = [PublicName(row.id, row.public_name, row.confirmed_on, create_receipt(key, row.id)) for row in rows]
    return names[:PAGE_SIZE], len(names) > PAGE_SIZE


@retry_transaction
def hide_public_name(*, petition_id: int, receipt: str) -> bool:
    """Hide the name of the signature with this receipt, and keep the signature; returns whether it had a public name.

    The log gets the receipt, never the name.
    """
    signature_id = parse_receipt(settings().signature_hmac_key, receipt)
    if signature_id is None:
        return False
    with write_transaction():
        hidden = db.session.scalar(
            update(Signature)
            .where(
                Signature.id == signature_id,
                Signature.petition_id == petition_id,
                Signature.public_name.is_not(None),
            )
            .values(public_name=None)
            .returning(Signature.id)
        )
        if hidden is not None:
            record(action="hide-public-name", object_type="petitions", object_id=petition_id, receipt=receipt)
    return hidden is not None
