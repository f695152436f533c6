"""Whether the jobs on the outbox are run: for each kind, how many wait, how long the oldest has, and how many fail."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext
from sqlalchemy import func, select

from wzo.accounts.models import Role
from wzo.clock import now
from wzo.extensions import db
from wzo.health.findings import Finding, PanelLocation, Severity, in_words, kind
from wzo.heartbeat import get_heartbeat
from wzo.outbox import Job
from wzo.templating import number

_WAITING: PanelLocation = {
    "anchor": "mail",
    "message_for_others": lazy_gettext(
        "Some e-mails or signatures have been waiting for too long. Nothing is lost. Tell an administrator."
    ),
    "role_of_others": Role.PUBLISHER,
}
FAILING = kind(
    "jobs-failing",
    Severity.ERROR,
    lazy_gettext("Jobs of the kind “%(subject)s” fail: %(number)s, with %(failure)s. They are tried again and again."),
    lazy_gettext(
        "“CannotDecrypt” means that OUTBOX_KEY of the worker is the wrong one: restore it. Otherwise the worker’s log "
        "says where they fail; nothing is lost."
    ),
    **_WAITING,
)
STUCK = kind(
    "jobs-stuck",
    Severity.ERROR,
    lazy_gettext("Jobs of the kind “%(subject)s” have been due for %(time)s: the worker cannot keep up."),
    lazy_gettext(
        "Restart the worker. If it is only busy, start a second one or raise SMTP_CONNECTIONS as far as the mail "
        "provider allows. Nothing is lost."
    ),
    **_WAITING,
)
# A job that is due is usually run within seconds; in a crowd, e-mails may wait for some minutes.
LATE = timedelta(minutes=15)


class Queue(NamedTuple):
    """The pending jobs of a kind: how many, when the oldest was enqueued, and since when the first has been due.

    `failing` of them have failed before, such as by `failure`; `dead` have been given up.
    """

    kind: str
    pending: int
    oldest: datetime | None
    due_at: datetime | None
    failing: int
    failure: str | None
    dead: int


def get_queues() -> Sequence[Queue]:
    """The queues of all kinds of jobs that there are."""
    is_pending = Job.due_at.is_not(None)
    failed = is_pending & Job.failure.is_not(None)
    rows = db.session.execute(
        select(
            Job.kind,
            func.count().filter(is_pending),
            func.min(Job.enqueued_at).filter(is_pending),
            func.min(Job.due_at),
            func.count().filter(failed),
            func.max(Job.failure).filter(failed),
            func.count().filter(Job.due_at.is_(None)),
        )
        .group_by(Job.kind)
        .order_by(Job.kind)
    )
    return [Queue(*row) for row in rows]


def check_jobs() -> Iterator[Finding]:
    """Whether jobs fail, or wait too long although the worker runs and the mail server works."""
    heartbeat = get_heartbeat()
    is_explained = heartbeat is None or not heartbeat.is_fresh or heartbeat.mail_fails_since is not None
    for queue in get_queues():
        if queue.failing:
            values = {"number": number(queue.failing), "failure": queue.failure}
            yield Finding(FAILING, queue.kind, values)
        elif not is_explained and queue.due_at and now() - queue.due_at > LATE:
            yield Finding(STUCK, queue.kind, {"time": in_words(now() - queue.due_at)})
