"""The worker's sign of life: when it was last at work, and whether its letters go out.

One row, written at most once a minute, so that the web can tell a worker that idles from one that is gone.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.extensions import Base, db, upsert, write_transaction

THE_ROW = 1
# A worker that was not seen for so many seconds is not running: it gives a sign every minute, and a mail server that
# hangs holds it for less than two.
STALE_AFTER = timedelta(minutes=5)


class Heartbeat(Base):
    """The last sign of a worker.

    `mail_failure` says in a word why no mail server could be reached since `mail_fails_since`.
    """

    __tablename__ = "heartbeats"

    id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    mail_fails_since: Mapped[datetime | None]
    mail_failure: Mapped[str] = mapped_column(String(64), default="")

    @property
    def is_fresh(self) -> bool:
        """Whether the worker that gave this sign must still be running."""
        return now() - self.seen_at < STALE_AFTER


def beat(*, mail_fails_since: datetime | None, mail_failure: str) -> None:
    """Note that a worker is at work now, and how its mail goes."""
    sign = {
        "seen_at": now(),
        "mail_fails_since": mail_fails_since,
        "mail_failure": mail_failure[:64],
    }
    statement = upsert(Heartbeat).values(id=THE_ROW, **sign)
    with write_transaction():
        db.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=sign))


def get_heartbeat() -> Heartbeat | None:
    """The last sign of a worker; None where none was ever given."""
    return db.session.scalars(select(Heartbeat)).first()
