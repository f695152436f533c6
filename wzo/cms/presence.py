"""Who has an edit page open: a row for each object and editor, and when their page last reported."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from wzo.accounts.models import User
from wzo.clock import is_recent_in_sql, now
from wzo.cms.content_types import ContentType
from wzo.cms.models import ObjectKey
from wzo.extensions import Base, db, upsert, write_transaction
from wzo.transaction_retries import retry_transaction

# An open page reports every half minute while its editor is active.
PRESENT_FOR = timedelta(minutes=2)


class Presence(ObjectKey, Base):
    """An editor who has the edit page of an object open. Rows are deleted within the hour."""

    __tablename__ = "presences"

    user_id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)


@retry_transaction
def report(*, content_type: ContentType, object_id: int, user_id: int) -> None:
    """Record that an editor has the edit page of an object open."""
    with write_transaction():
        values = {"content_type": content_type.key, "object_id": object_id, "user_id": user_id, "seen_at": now()}
        insert = upsert(Presence).values(**values)
        keys = ["content_type", "object_id", "user_id"]
        db.session.execute(insert.on_conflict_do_update(index_elements=keys, set_={"seen_at": now()}))


def get_others(content_type: ContentType, object_id: int, user_id: int) -> Sequence[str]:
    """The names of the other editors who have the edit page of an object open."""
    return db.session.scalars(
        select(User.name)
        .join(Presence, Presence.user_id == User.id)
        .where(
            Presence.content_type == content_type.key,
            Presence.object_id == object_id,
            Presence.user_id != user_id,
            is_recent_in_sql(Presence.seen_at, PRESENT_FOR),
        )
        .order_by(User.name)
    ).all()


@retry_transaction
def prune() -> None:
    """Delete the rows of pages that were closed."""
    with write_transaction():
        db.session.execute(delete(Presence).where(Presence.seen_at < now() - PRESENT_FOR))
