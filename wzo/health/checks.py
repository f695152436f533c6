"""The registry of checks, and runs of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from flask_babel import lazy_gettext

from wzo.extensions import db
from wzo.health.backups import probe_backups
from wzo.health.content import check_directory, check_donation_methods, check_links
from wzo.health.database import UNREACHABLE, check_database
from wzo.health.donations import check_cards
from wzo.health.findings import Finding, Severity, kind
from wzo.health.initial_content import check_initial_content
from wzo.health.jobs import check_jobs
from wzo.health.keys import check_keys
from wzo.health.mail import check_mail, check_neutrality, check_rejected
from wzo.health.operator import check_operator
from wzo.health.petitions import check_confirmations, check_submission_limit
from wzo.health.security_contact import check_security_contact
from wzo.health.site_headers import probe_site
from wzo.health.storage import check_disk, probe_media_store
from wzo.health.worker import check_clock, check_worker
from wzo.health.worker_findings import check_worker_findings

Check = Callable[[], Iterator[Finding]]

FAILED = kind(
    "check-failed",
    Severity.ERROR,
    lazy_gettext("The check “%(subject)s” itself failed (%(error)s)."),
    lazy_gettext("Run “flask --app wzo doctor” again. If it persists, it is a bug: please report it."),
)
# Without the database, these still work.
LOCAL_CHECKS: dict[str, Check] = {"disk": check_disk}
DATABASE_CHECKS: dict[str, Check] = {
    "keys": check_keys,
    "worker": check_worker,
    "clock": check_clock,
    "jobs": check_jobs,
    "mail": check_mail,
    "neutral-names": check_neutrality,
    "submission-limit": check_submission_limit,
    "initial-content": check_initial_content,
    "operator": check_operator,
    "security-contact": check_security_contact,
}
# They call other servers, so they are for the worker and for `flask doctor`.
PROBES: dict[str, Check] = {"media-store": probe_media_store, "backups": probe_backups, "site-headers": probe_site}
# About problems that editors fix in the panel, not operators.
EDITORS_CHECKS: dict[str, Check] = {
    "rejected-e-mails": check_rejected,
    "confirmations": check_confirmations,
    "donation-methods": check_donation_methods,
    "directory": check_directory,
    "card-donations": check_cards,
    "links": check_links,
}
# Their findings may differ between the worker's process and those of the web.
WORKERS_CHECKS: dict[str, Check] = {"keys": check_keys, **LOCAL_CHECKS, **PROBES}
# What this process found is reported first.
WORKER = "worker-process"
SERVICE_CHECKS: dict[str, Check] = {**DATABASE_CHECKS, **LOCAL_CHECKS, WORKER: check_worker_findings}
Results = dict[str, list[Finding]]


def run_checks(checks: Mapping[str, Check]) -> Results:
    """The findings of the database check and others, by name of the check; without the database few others run."""
    results: Results = {"database": list(check_database())}
    if any(it.severity is Severity.ERROR for it in results["database"]):
        is_down = any(it.kind is UNREACHABLE for it in results["database"])
        # With other tables, some find what they need and some do not.
        known = {} if is_down else {name: _run(name, check, []) for name, check in checks.items()}
        return results | known | {name: _run(name, check) for name, check in LOCAL_CHECKS.items() if name in checks}
    return results | {name: _run(name, check) for name, check in checks.items()}


def find_problems() -> list[Finding]:
    """The problems of the site, worst first, that `/readyz` names, metrics count and alarms are raised for."""
    return _flatten(run_checks(SERVICE_CHECKS))


def find_everything() -> list[Finding]:
    """The same, with the problems that editors should fix, as the panel shows them."""
    return _flatten(run_checks({**SERVICE_CHECKS, **EDITORS_CHECKS}))


def find_in_worker() -> list[Finding]:
    """The findings of the worker about its own process and other servers."""
    return [it for name in WORKERS_CHECKS for it in _run(name, WORKERS_CHECKS[name])]


def _run(name: str, check: Check, instead: list[Finding] | None = None) -> list[Finding]:
    """The findings of a check; if it fails, a finding about that, or the findings given as `instead`."""
    try:
        return list(check())
    except Exception as error:
        # Whatever it is, the other checks must be reported.
        db.session.rollback()
        return [Finding(FAILED, name, {"error": type(error).__name__})] if instead is None else instead


def _flatten(results: Results) -> list[Finding]:
    """All findings, the worst first; what the worker found as well is reported once."""
    found = [it for name, findings in results.items() if name != WORKER for it in findings]
    keys = {it.key for it in found}
    found += [it for it in results.get(WORKER, []) if it.key not in keys]
    order = list(Severity)
    return sorted(found, key=lambda it: order.index(it.severity))


def is_ready(findings: Iterable[Finding]) -> bool:
    """Whether nothing that was found keeps the site from doing its work."""
    return all(it.severity is not Severity.ERROR for it in findings)
