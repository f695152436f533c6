"""Signers unsubscribe from the newsletter of a petition, although the server does not know who gave the consent.

The consent is sealed with the rest of the signature. The server stores only that it was withdrawn; the organisers'
tools apply that when they open the export, and put the link to unsubscribe into every e-mail.
"""

from sqlalchemy import select, update

from wzo.config import settings
from wzo.extensions import db, write_transaction
from wzo.i18n import DEFAULT_LANGUAGE
from wzo.petition.models import Signature
from wzo.petition.tokens import create_token
from wzo.transaction_retries import retry_transaction

PURPOSE = "unsubscribe"


def unsubscribe_url(signature_id: int) -> str:
    """The link to unsubscribe; a page in another language adds `?lang=`."""
    token = create_token(settings().signature_hmac_key, PURPOSE, signature_id, DEFAULT_LANGUAGE)
    return f"{settings().mail_site_url}/s/{token}"


@retry_transaction
def unsubscribe(signature_id: int) -> None:
    """Store that a signer wants no more e-mails, without the day; idempotent."""
    with write_transaction():
        db.session.execute(update(Signature).where(Signature.id == signature_id).values(unsubscribed=True))


def is_unsubscribed(signature_id: int) -> bool | None:
    """Whether a signer has unsubscribed; None if the signature was erased."""
    return db.session.scalar(select(Signature.unsubscribed).where(Signature.id == signature_id))
