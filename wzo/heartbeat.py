"""The worker's sign of life: when it was last at work, and whether its letters go out.

One row, written at most once a minute, so that the web can tell a worker that idles from one that is gone.
"""

import time

from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, db, upsert, write_transaction

THE_ROW = 1
# A worker that was not seen for so many seconds is not running: it gives a sign every minute, and a mail server that
# hangs holds it for less than two.
STALE_AFTER = 300


class Heartbeat(Base):
    """The last sign of a worker. Moments are in seconds since 1970.

    `mail_failure` says in a word why no mail server could be reached since `mail_fails_since`.
    """

    __tablename__ = "heartbeats"

    id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[int] = mapped_column(BigInteger)
    mail_fails_since: Mapped[int | None] = mapped_column(BigInteger)
    mail_failure: Mapped[str] = mapped_column(String(64), default="")

    @property
    def is_fresh(self) -> bool:
        """Whether the worker that gave this sign must still be running."""
        return time.time() - self.seen_at < STALE_AFTER


def beat(*, mail_fails_since: int | None, mail_failure: str) -> None:
    """Note that a worker is at work now, and how its mail goes."""
    sign = {
        "seen_at": int(time.time()),
        "mail_fails_since": mail_fails_since,
        "mail_failure": mail_failure[:64],
    }
    statement = upsert(Heartbeat).values(id=THE_ROW, **sign)
    with write_transaction():
        db.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=sign))


def get_heartbeat() -> Heartbeat | None:
    """The last sign of a worker; None where none was ever given."""
    return db.session.scalars(select(Heartbeat)).first()
