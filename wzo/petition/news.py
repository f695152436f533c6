"""The consent to get news of a petition can be taken back, although the server does not know who gave it.

It is sealed with the rest of the signature. The server stores only that it was taken back; the organisers' tools apply
that when they open the export, and put the link that does it into every e-mail.
"""

from sqlalchemy import select, update

from wzo.config import settings
from wzo.extensions import db, write_transaction
from wzo.i18n import DEFAULT_LANGUAGE
from wzo.petition.models import Signature
from wzo.petition.tokens import create_token
from wzo.transaction_retries import retry_transaction

PURPOSE = "stop-news"


def news_url(signature_id: int) -> str:
    """The link that takes the consent back; a page in another language adds `?lang=`."""
    token = create_token(settings().signature_hmac_key, PURPOSE, signature_id, DEFAULT_LANGUAGE)
    return f"{settings().mail_site_url}/s/{token}"


@retry_transaction
def stop_news(signature_id: int) -> None:
    """Store that a signer wants no more news, without the day; idempotent."""
    with write_transaction():
        db.session.execute(update(Signature).where(Signature.id == signature_id).values(news_stopped=True))


def news_is_stopped(signature_id: int) -> bool | None:
    """Whether a signer takes no more news; None if the signature was erased."""
    return db.session.scalar(select(Signature.news_stopped).where(Signature.id == signature_id))
