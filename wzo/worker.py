"""The worker: a process separate from the web server that does what can wait.

Each kind of work has a thread of its own, so that none has to wait for another: processing signatures, sending e-mails,
scheduled tasks such as clean-up and publishing, health checks, alarms, and the nightly backup if there is one. A job
that concerns only the database runs in the transaction that claims it; for e-mails see delivery.py.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence

from flask import Flask, current_app
from sqlalchemy.exc import InterfaceError, OperationalError

from wzo import heartbeat, key_fingerprints, mail, outbox
from wzo.accounts import rate_limits, sessions
from wzo.backup.nightly import NightlyBackup
from wzo.circuit_breaker import CircuitBreaker
from wzo.cms import presence, scheduling, trash
from wzo.config import settings
from wzo.delivery import RETRY_DELAYS, Dispatcher
from wzo.extensions import db, write_transaction
from wzo.files import actions as files
from wzo.health import worker_findings
from wzo.health.checks import find_in_worker
from wzo.health.monitor import start_monitoring
from wzo.mail_sender import DEVELOPMENT_SEND_INTERVAL, SEND_INTERVAL, MailSender, seconds_to_next
from wzo.media import actions as media
from wzo.petition import actions as petition
from wzo.petition import code_guesses, puzzle, retention, row_order, submission_limits
from wzo.petition import emails as petition_emails
from wzo.petition.processing import process_signatures
from wzo.tracebacks import database_state, describe_error
from wzo.transaction_retries import is_conflict

CONFLICT = "Transaction conflict; retrying."
# Intervals and pauses are in seconds. Scheduled tasks are looked at this often.
SCHEDULER_INTERVAL = 1
# Several kinds of data must be gone within the hour, so clean-up runs four times an hour.
CLEANUP_INTERVAL = 15 * 60
PUBLISH_INTERVAL = 5
# Removes deleted rows from the disk.
ERASE_DELETED_ROWS_INTERVAL = 60
HEARTBEAT_INTERVAL = 15
# Its checks call other servers.
HEALTH_INTERVAL = 5 * 60
# After any exception.
FAILURE_PAUSE = 1
# Jobs in one transaction; few, so that signers wait only shortly for the database.
BATCH = 50

log = logging.getLogger(__name__)

# Handlers of jobs that concern only the database, by kind of job.
DATABASE_JOBS: dict[str, Callable[[Sequence[outbox.Job]], None]] = {petition.JOB_KIND: process_signatures}
# The e-mails to editors are sent first.
MAIL_KINDS = {mail.JOB_KIND: mail.READY, petition_emails.JOB_KIND: petition_emails.SIGNER_EMAILS}
CLEANUP_TASKS = (
    key_fingerprints.record_missing,
    petition.prune,
    outbox.prune,
    submission_limits.prune,
    code_guesses.prune,
    puzzle.prune,
    retention.carry_out_orders,
    trash.prune,
    presence.prune,
    media.prune,
    files.prune,
    sessions.prune,
    rate_limits.prune,
    row_order.rewrite_rows,
)


class Worker:
    """Runs the jobs on the outbox, and scheduled tasks, until it is stopped."""

    def __init__(self) -> None:
        config = settings()
        self.stopping = threading.Event()
        self.breaker = CircuitBreaker()
        self.dispatcher = Dispatcher(MAIL_KINDS, from_address=config.mail_from, breaker=self.breaker)
        self.send_interval = SEND_INTERVAL if config.smtp_url else DEVELOPMENT_SEND_INTERVAL
        self.mailers = [mail.create_mailer(config) for _ in range(config.smtp_connections)]
        self.mail_sender = MailSender(
            self.dispatcher, self.mailers, interval=self.send_interval, stopping=self.stopping
        )
        self.next_run: dict[Callable[[], object], float] = {}

    def run(self) -> None:
        """Work until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        log.info("The worker is running.")
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        threads = [
            threading.Thread(target=self._repeat, args=(app, self._process_signatures)),
            threading.Thread(target=self._send_mail, args=(app,)),
            threading.Thread(target=self._repeat, args=(app, self._check_health)),
        ]
        if settings().backup_url:
            # A large one takes minutes.
            threading.Thread(target=self._repeat, args=(app, NightlyBackup().step), daemon=True).start()
        for thread in threads:
            thread.start()
        start_monitoring(app)
        self._repeat(app, self._run_scheduled_tasks)
        for thread in threads:
            thread.join()
        log.info("The worker has stopped.")

    def run_once(self) -> bool:
        """Run every job that is due now, in this thread; returns whether there was any."""
        done = self._process_due()
        with self.mailers[0] as mailer:
            while not self.stopping.is_set() and (leased := self.dispatcher.lease(BATCH)):
                for delivery in leased:
                    self.dispatcher.send(delivery, mailer)
                self.dispatcher.settle(leased)
                done += len(leased)
        return done > 0

    def beat(self) -> None:
        """Record a heartbeat, and whether e-mails can be sent."""
        heartbeat.beat(
            mail_fails_since=self.breaker.failing_since,
            mail_failure=self.breaker.reason,
            mail_is_refused=self.breaker.is_refused,
            mail_supports_utf8=self.mail_sender.supports_utf8,
            mail_accepted_at=self.breaker.worked_at,
            mails_per_minute=self.mail_sender.mails_per_minute,
        )

    def _repeat(self, app: Flask, step: Callable[[], float]) -> None:
        """Repeat a step until the worker is stopped, and wait after each for the seconds that it returns."""
        with app.app_context():
            while not self.stopping.is_set():
                try:
                    pause = step()
                except (OperationalError, InterfaceError) as error:
                    # The database is down or restarting. No job is lost: all of them are stored there.
                    if is_conflict(error):
                        log.warning(CONFLICT, extra=database_state(error))
                    else:
                        kind = type(error.orig).__name__
                        log.error("The database is not responding: %s", kind, extra=database_state(error))
                    db.session.remove()
                    pause = FAILURE_PAUSE
                except Exception as error:
                    self._log_failure(step.__name__, error)
                    db.session.remove()
                    pause = FAILURE_PAUSE
                self.stopping.wait(pause)

    def _send_mail(self, app: Flask) -> None:
        self.mail_sender.pool.start()
        self._repeat(app, self.mail_sender.step)
        with app.app_context():
            self._run_task(self.mail_sender.stop)

    def _check_health(self) -> float:
        worker_findings.record(find_in_worker())
        return HEALTH_INTERVAL

    def _run_scheduled_tasks(self) -> float:
        self._run_regularly(self.beat, HEARTBEAT_INTERVAL)
        self._run_regularly(scheduling.publish_due, PUBLISH_INTERVAL)
        self._run_regularly(row_order.erase_deleted_rows, ERASE_DELETED_ROWS_INTERVAL)
        for task in CLEANUP_TASKS:
            self._run_regularly(task, CLEANUP_INTERVAL)
        return SCHEDULER_INTERVAL

    def _run_regularly(self, task: Callable[[], object], interval: float) -> None:
        if time.monotonic() >= self.next_run.get(task, 0):
            self._run_task(task)
            self.next_run[task] = time.monotonic() + interval

    def _run_task(self, task: Callable[[], object]) -> None:
        """Run a task whose failure must not keep the others from running."""
        try:
            task()
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            db.session.rollback()
            self._log_failure(task.__name__, error)

    def _process_signatures(self) -> float:
        self._process_due()
        # Halfway through an interval of the mail sender, which then finds all e-mails that are due at the next.
        return seconds_to_next(self.send_interval, self.send_interval / 2)

    def _process_due(self) -> int:
        """Run all jobs that are due and concern only the database; returns how many."""
        done = 0
        for kind, handler in DATABASE_JOBS.items():
            while not self.stopping.is_set() and (number := self._process_batch(kind, handler)):
                done += number
        return done

    def _process_batch(self, kind: str, handler: Callable[[Sequence[outbox.Job]], None], limit: int = BATCH) -> int:
        """Run some jobs of a kind in one transaction; returns how many. If one fails, they are run one by one."""
        if not outbox.is_due(kind):
            return 0
        ids: list[int] = []
        try:
            with write_transaction():
                jobs = outbox.claim(kind, limit)
                ids = [job.id for job in jobs]
                if jobs:
                    handler(jobs)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if len(ids) > 1:
                return sum(self._process_batch(kind, handler, limit=1) for _ in ids)
            # A job that fails must neither block the others nor be lost.
            self._log_failure(kind, error)
            with write_transaction():
                outbox.postpone(ids, seconds=RETRY_DELAYS[0], failure=type(error).__name__[:64])
        return len(ids)

    def _log_failure(self, name: str, error: Exception) -> None:
        # The error's text may contain the job's payload.
        log.error("%s failed: %s", name, describe_error(error), extra=database_state(error))
