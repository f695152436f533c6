"""Whether the worker runs, and whether the clocks agree."""

from collections.abc import Iterator
from datetime import timedelta

from flask_babel import lazy_gettext
from sqlalchemy import func, select

from wzo.accounts.models import Role
from wzo.clock import now
from wzo.extensions import db
from wzo.health.findings import Finding, PanelLocation, Severity, in_words, kind
from wzo.heartbeat import get_heartbeat

_MAIL: PanelLocation = {
    "anchor": "mail",
    "message_for_others": lazy_gettext(
        "E-mails, signatures and scheduled texts are waiting because of a fault of the server. Nothing is lost. "
        "Tell an administrator."
    ),
    "role_of_others": Role.PUBLISHER,
}
_START = lazy_gettext(
    "Start the worker (“flask --app wzo worker”) and see why it stopped. Nothing in the queue is lost."
)
NEVER_RAN = kind(
    "worker-never-ran",
    Severity.ERROR,
    lazy_gettext("The worker has never run: no e-mails are sent and no signatures are processed."),
    _START,
    **_MAIL,
)
STOPPED = kind(
    "worker-stopped",
    Severity.ERROR,
    lazy_gettext("The worker has been down for %(time)s: no e-mails are sent and no signatures are processed."),
    _START,
    **_MAIL,
)
SET_BACK = kind(
    "clock-set-back",
    Severity.ERROR,
    lazy_gettext("The clock was set back: the worker’s last heartbeat is %(time)s in the future."),
    lazy_gettext("Correct the clock of the servers (NTP). Codes and links may be refused or live too long until then."),
)
DIFFERS = kind(
    "clock-differs",
    Severity.ERROR,
    lazy_gettext("The clocks of the database and of the program differ by %(time)s."),
    lazy_gettext(
        "Correct the clocks of both servers (NTP). Codes and links may be refused or live too long until then."
    ),
)
TOLERANCE = timedelta(minutes=1)


def check_worker() -> Iterator[Finding]:
    """Whether the worker has given a heartbeat lately."""
    heartbeat = get_heartbeat()
    if heartbeat is None:
        yield Finding(NEVER_RAN)
    elif heartbeat.seen_at > now() + TOLERANCE:
        yield Finding(SET_BACK, values=_time(heartbeat.seen_at - now()))
    elif not heartbeat.is_fresh:
        yield Finding(STOPPED, values=_time(now() - heartbeat.seen_at))


def check_clock() -> Iterator[Finding]:
    """Whether the database's clock is ours; SQLite has none of its own."""
    if db.engine.dialect.name == "sqlite":
        return
    difference = abs(db.session.execute(select(func.clock_timestamp())).scalar_one() - now())
    if difference > TOLERANCE:
        yield Finding(DIFFERS, values=_time(difference))


def _time(difference: timedelta) -> dict[str, object]:
    return {"time": in_words(difference)}
