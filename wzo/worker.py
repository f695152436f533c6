"""The worker: a process separate from the web server that runs the jobs on the outbox, one at a time.

A job that concerns only the database runs atomically, in the transaction that claims it. Sending an e-mail cannot be
undone, so its job is leased, sent and then deleted: if the worker dies in between, one e-mail is sent twice.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import InterfaceError, OperationalError

from wzo import heartbeat, mail, outbox
from wzo.accounts import rate_limits, sessions
from wzo.clock import now, today
from wzo.cms import scheduling, trash
from wzo.config import settings
from wzo.extensions import db, write_transaction
from wzo.media import actions as media
from wzo.petition import actions as petition
from wzo.petition import budget, puzzle, row_order
from wzo.petition.processing import process_signature

# All in seconds.
IDLE_INTERVAL = 0.5
# Some data may be kept for an hour at most.
CLEANUP_INTERVAL = 15 * 60
PUBLISH_INTERVAL = 5
HEARTBEAT_INTERVAL = 60
# How long other workers leave a claimed e-mail alone; longer than an unresponsive mail server can take.
LEASE = 120
# Delays before an e-mail is tried again; the last one repeats.
RETRY_DELAYS = (60, 300, 900, 3600, 4 * 3600)
MAX_ATTEMPTS = 30
# Maximum back-off while no mail server can be reached.
MAX_MAIL_PAUSE = 60

log = logging.getLogger(__name__)

# Handlers of jobs that concern only the database, by kind of job.
DATABASE_JOBS: dict[str, Callable[[outbox.Job], None]] = {petition.JOB_KIND: process_signature}
CLEANUP_TASKS = (
    petition.prune,
    budget.prune,
    puzzle.prune,
    trash.prune,
    media.prune,
    sessions.prune,
    rate_limits.prune,
    row_order.erase_order,
    row_order.erase_deleted_rows,
)


class Worker:
    """Runs the jobs on the outbox until it is stopped."""

    def __init__(self) -> None:
        config = settings()
        self.mailer = mail.create_mailer(config)
        self.sender: str = config.mail_from
        self.mail_pause = 0.0
        self.mail_again_at = 0.0
        self.mail_fails_since: datetime | None = None
        self.mail_failure = ""
        self.beat_at = 0.0
        self.stopping = threading.Event()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; the current job is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        log.info("The worker is running.")
        clean_up_at = publish_at = 0.0
        while not self.stopping.is_set():
            try:
                if time.monotonic() >= clean_up_at:
                    for task in CLEANUP_TASKS:
                        self._run_task(task)
                    clean_up_at = time.monotonic() + CLEANUP_INTERVAL
                if time.monotonic() >= publish_at:
                    self._run_task(scheduling.publish_due)
                    publish_at = time.monotonic() + PUBLISH_INTERVAL
                busy = self.run_once()
            except (OperationalError, InterfaceError) as error:
                # The database is down or restarting. No job is lost: all of them are stored there.
                log.error("The database is not responding: %s", type(error.orig).__name__)
                db.session.remove()
                busy = False
            if not busy:
                self.stopping.wait(IDLE_INTERVAL)
        log.info("The worker has stopped.")

    def _run_task(self, task: Callable[[], object]) -> None:
        """Run a task whose failure must not keep e-mails from being sent."""
        try:
            task()
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            db.session.rollback()
            self._log_failure(task.__name__, error)

    def run_once(self) -> bool:
        """Run every job that is due now; returns whether there was any."""
        done = 0
        for kind, handler in DATABASE_JOBS.items():
            while self._beat_unless_stopping() and self._run_in_database(kind, handler):
                done += 1
        with self.mailer:
            while self._beat_unless_stopping() and self._send_next():
                done += 1
        return done > 0

    def _beat_unless_stopping(self) -> bool:
        """Record a heartbeat once a minute; returns False once the worker is to stop."""
        if time.monotonic() >= self.beat_at:
            heartbeat.beat(mail_fails_since=self.mail_fails_since, mail_failure=self.mail_failure)
            self.beat_at = time.monotonic() + HEARTBEAT_INTERVAL
        return not self.stopping.is_set()

    def _run_in_database(self, kind: str, handler: Callable[[outbox.Job], None]) -> bool:
        """Run the next job of a kind in one transaction; returns whether there was one."""
        if not outbox.is_due(kind):
            return False
        job_id = None
        try:
            with write_transaction():
                job = outbox.claim(kind)
                if job is None:
                    return False
                job_id = job.id
                handler(job)
                outbox.complete(job_id)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # A job that fails must neither block the others nor be lost.
            self._log_failure(kind, error)
            if job_id is not None:
                self._postpone(job_id, seconds=RETRY_DELAYS[0])
        return True

    def _send_next(self) -> bool:
        """Send the next e-mail; returns whether to go on with another."""
        if time.monotonic() < self.mail_again_at or not outbox.is_due(mail.JOB_KIND):
            return False
        with write_transaction():
            job = outbox.claim(mail.JOB_KIND)
            if job is None:
                return False
            job_id, attempts = job.id, job.attempts
            try:
                message = mail.build_message(job.decrypt(), sender=self.sender)
            except Exception as error:
                # A lost key, or an e-mail that cannot be built: it must neither block the others nor be lost.
                self._log_failure(mail.JOB_KIND, error)
                outbox.postpone(job_id, seconds=RETRY_DELAYS[-1])
                return True
            outbox.postpone(job_id, seconds=LEASE)
        try:
            self.mailer.send(message)
        except mail.MailUnavailable as failure:
            self._pause_mail(failure)
            self._postpone(job_id, seconds=0)
            return False
        except mail.MailDeferred as failure:
            self._mail_server_reached()
            log.warning("The mail server deferred an e-mail (%s).", failure)
            self._retry(job_id, attempts, failure)
        except mail.MailRejected as failure:
            self._mail_server_reached()
            log.warning("The mail server permanently rejected an e-mail (%s).", failure)
            self._give_up(job_id, failure)
        else:
            self._mail_server_reached()
            with write_transaction():
                outbox.complete(job_id)
        return True

    def _pause_mail(self, failure: mail.MailUnavailable) -> None:
        self.mail_pause = min(MAX_MAIL_PAUSE, max(1.0, self.mail_pause * 2))
        self.mail_again_at = time.monotonic() + self.mail_pause
        log.warning("No mail server (%s); trying again in %.0f s.", failure, self.mail_pause)
        self.mail_fails_since = self.mail_fails_since or now()
        self.mail_failure = str(failure)

    def _mail_server_reached(self) -> None:
        """Record that a mail server can be reached, even if it rejects an e-mail."""
        self.mail_pause = 0.0
        self.mail_fails_since, self.mail_failure = None, ""

    def _retry(self, job_id: int, attempts: int, failure: Exception) -> None:
        if attempts >= MAX_ATTEMPTS:
            self._give_up(job_id, failure)
            return
        delay = RETRY_DELAYS[min(attempts, len(RETRY_DELAYS) - 1)]
        with write_transaction():
            outbox.postpone(job_id, seconds=delay, attempts=attempts + 1)

    def _postpone(self, job_id: int, *, seconds: int) -> None:
        with write_transaction():
            outbox.postpone(job_id, seconds=seconds)

    def _give_up(self, job_id: int, failure: Exception) -> None:
        with write_transaction():
            outbox.fail(job_id, reason=str(failure), on=today())

    def _log_failure(self, name: str, error: Exception) -> None:
        # The error's text may contain the job's payload, so only its type and place are logged.
        traceback = error.__traceback__
        while traceback and traceback.tb_next:
            traceback = traceback.tb_next
        place = f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else "?"
        log.error("%s failed: %s at %s", name, type(error).__name__, place)
