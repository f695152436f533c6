"""The figures of the site in the text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/

Ages are in whole minutes: an exact one would reveal when somebody has signed.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from wzo.clock import now
from wzo.extensions import db
from wzo.health.findings import FINDING_KINDS, Finding
from wzo.health.jobs import get_queues
from wzo.heartbeat import get_heartbeat
from wzo.petition.models import Petition
from wzo.petition.queries import get_public_count
from wzo.petition.submission_limits import get_site_usage

# What is measured: name, help. All are gauges.
HELP = {
    "wzo_finding": "Whether a kind of problem is found, by its key; flask doctor says what to do.",
    "wzo_jobs": "Jobs on the outbox, by kind and state.",
    "wzo_jobs_oldest_seconds": "Age of the oldest pending job of a kind, in whole minutes.",
    "wzo_worker_heartbeat_seconds": "Age of the worker's last heartbeat.",
    "wzo_mail_fails_seconds": "For how long no e-mail could be sent; 0 while the mail server works.",
    "wzo_submission_limit_used_ratio": "Share of this hour's limit on signatures that is used, to a tenth.",
    "wzo_signatures": "Confirmed signatures by petition, as its page shows them.",
}
Sample = tuple[str, dict[str, str], float]


def render_metrics(findings: Iterable[Finding]) -> str:
    """All figures; without the database, only what was found."""
    samples = list(_findings(findings))
    try:
        samples += [*_queues(), *_worker(), *_signatures()]
    except SQLAlchemyError:
        db.session.rollback()
    lines = []
    for name, words in HELP.items():
        lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
        lines += [f"{name}{_labels(labels)} {value:g}" for own, labels, value in samples if own == name]
    return "\n".join(lines) + "\n"


def _findings(findings: Iterable[Finding]) -> Iterator[Sample]:
    found = {it.key for it in findings}
    for key in FINDING_KINDS:
        yield "wzo_finding", {"key": key}, key in found


def _queues() -> Iterator[Sample]:
    for queue in get_queues():
        for state in ("pending", "failing", "dead"):
            yield "wzo_jobs", {"kind": queue.kind, "state": state}, getattr(queue, state)
        yield "wzo_jobs_oldest_seconds", {"kind": queue.kind}, _age(queue.oldest) // 60 * 60


def _worker() -> Iterator[Sample]:
    heartbeat = get_heartbeat()
    if heartbeat:
        yield "wzo_worker_heartbeat_seconds", {}, _age(heartbeat.seen_at)
        yield "wzo_mail_fails_seconds", {}, _age(heartbeat.mail_fails_since)
    usage = get_site_usage()
    yield "wzo_submission_limit_used_ratio", {}, usage.used * 10 // usage.limit / 10


def _signatures() -> Iterator[Sample]:
    for petition in db.session.execute(select(Petition.id, Petition.slug, Petition.goal)):
        yield "wzo_signatures", {"petition": petition.slug}, get_public_count(petition.id, petition.goal).confirmed


def _age(timestamp: datetime | None) -> float:
    return (now() - timestamp).total_seconds() if timestamp else 0


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    # Slugs, keys and kinds are ours, and contain nothing to escape.
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"
