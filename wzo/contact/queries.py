"""Reads how to reach the group."""

from typing import NamedTuple

from sqlalchemy import select

from wzo.contact.models import Contact, ContactText
from wzo.contact.public_keys import InvalidKey, PublicKey, parse_public_key
from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, db
from wzo.publication import State


class ContactDetails(NamedTuple):
    """Public details: the text in a language (`title`, `summary`, `body`), the mailbox and the key; None or empty."""

    text: AnyRow | None = None
    email: str = ""
    key: PublicKey | None = None


@cached_until_content_changes
def get_contact(language: str) -> ContactDetails:
    """How to reach the group, for readers of a language."""
    contact = db.session.execute(select(Contact.id, Contact.email, Contact.public_key).order_by(Contact.id)).first()
    if contact is None:
        return ContactDetails()
    text = db.session.execute(
        select(ContactText.title, ContactText.summary, ContactText.body).where(
            ContactText.contact_id == contact.id, ContactText.language == language, ContactText.state == State.LIVE
        )
    ).first()
    return ContactDetails(text, contact.email, _key(contact.public_key))


def _key(text: str) -> PublicKey | None:
    try:
        return parse_public_key(text)
    except InvalidKey:
        # A draft in the preview, or nothing at all.
        return None
