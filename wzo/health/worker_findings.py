"""Findings of the worker in its own process: about its keys and disk, and from checks too slow for a request."""

from collections.abc import Iterable, Iterator

from sqlalchemy import String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, db, write_transaction
from wzo.health.findings import FINDING_KINDS, Finding, Severity
from wzo.heartbeat import get_heartbeat


class WorkerFinding(Base):
    """A finding of the last time that the worker checked."""

    __tablename__ = "worker_findings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200), primary_key=True)


def record(findings: Iterable[Finding]) -> None:
    """Record the current findings of the worker, in place of the earlier ones."""
    rows = {(it.key, it.subject[:200]) for it in findings if it.severity is not Severity.NOTE}
    with write_transaction():
        db.session.execute(delete(WorkerFinding))
        if rows:
            db.session.execute(insert(WorkerFinding), [{"key": key, "subject": subject} for key, subject in rows])


def clear_finding(key: str) -> None:
    """Delete a finding that has been resolved."""
    with write_transaction():
        db.session.execute(delete(WorkerFinding).where(WorkerFinding.key == key))


def check_worker_findings() -> Iterator[Finding]:
    """The worker's last findings, as long as it runs."""
    heartbeat = get_heartbeat()
    if heartbeat is None or not heartbeat.is_fresh:
        return
    rows = db.session.execute(select(WorkerFinding.key, WorkerFinding.subject).order_by(WorkerFinding.key))
    for key, subject in rows:
        # An older version may have had other kinds.
        if key in FINDING_KINDS:
            yield Finding(FINDING_KINDS[key], subject)
