"""Reads the status of the worker, the mail and the keys."""

from collections.abc import Sequence
from typing import NamedTuple

from wzo import mail, outbox
from wzo.config import settings, uses_development_keys
from wzo.extensions import AnyRow
from wzo.health.findings import Finding
from wzo.health.jobs import check_jobs
from wzo.health.keys import check_keys
from wzo.health.mail import check_mail
from wzo.health.worker import check_worker
from wzo.heartbeat import Heartbeat, get_heartbeat
from wzo.petition import emails as petition_emails

MAIL_KINDS = (mail.JOB_KIND, petition_emails.JOB_KIND)


class MailStatus(NamedTuple):
    """The problems of the worker and the mail, the last heartbeat, the waiting e-mails and the rejected ones."""

    problems: list[Finding]
    heartbeat: Heartbeat | None
    waiting_emails: outbox.Backlog
    dead_letters: Sequence[AnyRow]


class Keys(NamedTuple):
    """The problems of the keys, and their kind."""

    problems: list[Finding]
    development: bool
    production: bool


def get_mail_status() -> MailStatus:
    """The current status of the worker and the mail."""
    problems = [*check_worker(), *check_mail(), *check_jobs()]
    return MailStatus(problems, get_heartbeat(), outbox.get_backlog(*MAIL_KINDS), outbox.get_dead_letters())


def get_keys() -> Keys:
    """The current status of the keys."""
    config = settings()
    return Keys(list(check_keys()), uses_development_keys(config), config.production)
