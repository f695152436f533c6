"""Links by which a person without an account can read a draft."""

from datetime import timedelta

from sqlalchemy import update

from wzo.accounts.queries import hash_token
from wzo.audit import record
from wzo.clock import now
from wzo.cms.content_types import ContentType
from wzo.cms.models import DraftLink
from wzo.extensions import db, write_transaction
from wzo.link_tokens import generate_token
from wzo.transaction_retries import retry_transaction

# For how many days a link can be valid.
LINK_DAYS = (1, 7, 30)


@retry_transaction
def create_draft_link(
    *, content_type: ContentType, object_id: int, language: str, reader: str, days: int, author_id: int
) -> str:
    """Create a link to a draft that is valid for some days; returns its token, of which only the hash is stored."""
    token = generate_token()
    with write_transaction():
        db.session.add(
            DraftLink(
                token_hash=hash_token(token),
                content_type=content_type.key,
                object_id=object_id,
                language=language,
                reader=reader[:120],
                created_by=author_id,
                expires_at=now() + timedelta(days=days),
            )
        )
        record(
            action="create-draft-link",
            object_type=content_type.key,
            object_id=object_id,
            language=language,
            days=days,
        )
    return token


@retry_transaction
def revoke_draft_link(*, content_type: ContentType, object_id: int, link_id: int) -> None:
    """Revoke a draft link."""
    with write_transaction():
        db.session.execute(
            update(DraftLink)
            .where(
                DraftLink.id == link_id,
                DraftLink.content_type == content_type.key,
                DraftLink.object_id == object_id,
            )
            .values(revoked_at=now())
        )
        record(action="revoke-draft-link", object_type=content_type.key, object_id=object_id)
