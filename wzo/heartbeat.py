"""The worker's heartbeat: when it was last active, and whether it can reach a mail server.

It is one row, by which the web process distinguishes an idle worker from one that has stopped.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import is_recent, now
from wzo.extensions import Base, db, upsert, write_transaction
from wzo.transaction_retries import retry_transaction

ROW_ID = 1
# After this long without a heartbeat the worker has stopped: it beats several times a minute. An alarm is raised within
# five minutes.
STALE_AFTER = timedelta(minutes=4)


class Heartbeat(Base):
    """The worker's last heartbeat.

    `mail_failure` is a short reason why no e-mail could be sent since `mail_fails_since`: no server was reached, or,
    if `mail_is_refused`, the server refuses our e-mails. `mail_supports_utf8`: whether it accepts addresses with
    letters outside ASCII (RFC 6531); None if that is unknown. `mail_accepted_at`: when it last worked, that
    is, accepted an e-mail or rejected an address, cut to the hour, because an exact time may be that of a signature.
    """

    __tablename__ = "heartbeats"

    id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    mail_fails_since: Mapped[datetime | None]
    mail_failure: Mapped[str] = mapped_column(String(64), default="")
    mail_is_refused: Mapped[bool] = mapped_column(default=False)
    mail_supports_utf8: Mapped[bool | None]
    mail_accepted_at: Mapped[datetime | None]
    mails_per_minute: Mapped[int] = mapped_column(default=0)

    @property
    def is_fresh(self) -> bool:
        """Whether the heartbeat is so recent that the worker must be running."""
        return is_recent(self.seen_at, STALE_AFTER)


@retry_transaction
def beat(
    *,
    mail_fails_since: datetime | None = None,
    mail_failure: str = "",
    mail_is_refused: bool = False,
    mail_supports_utf8: bool | None = None,
    mail_accepted_at: datetime | None = None,
    mails_per_minute: int = 0,
) -> None:
    """Record that a worker is active now, and whether it can send e-mails."""
    values: dict[str, object] = {
        "seen_at": now(),
        "mail_fails_since": mail_fails_since,
        "mail_failure": mail_failure[:64],
        "mail_is_refused": mail_is_refused,
        "mails_per_minute": mails_per_minute,
    }
    # An earlier worker may know what this one does not know yet.
    known = {"mail_supports_utf8": mail_supports_utf8, "mail_accepted_at": mail_accepted_at}
    values |= {name: value for name, value in known.items() if value is not None}
    statement = upsert(Heartbeat).values(id=ROW_ID, **values)
    with write_transaction():
        db.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def get_heartbeat() -> Heartbeat | None:
    """The worker's last heartbeat; None if there has never been one."""
    return db.session.scalars(select(Heartbeat)).first()
