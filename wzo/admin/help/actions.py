"""Records the progress of the tour."""

from sqlalchemy import update

from wzo.accounts.models import User
from wzo.clock import now
from wzo.extensions import db, write_transaction
from wzo.transaction_retries import retry_transaction


@retry_transaction
def end_tour(*, user_id: int) -> None:
    """Record that an editor has finished or dismissed the tour."""
    with write_transaction():
        db.session.execute(update(User).where(User.id == user_id).values(toured_at=now()))
