"""The worker: a process beside the web that empties the outbox, a parcel at a time.

What belongs to the database is done in the transaction that takes the parcel: it happens wholly or not at all. A letter
cannot be: its parcel is leased, sent, and only then erased, so that a death in between costs at most one letter twice.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.exc import InterfaceError, OperationalError

from wzo import heartbeat, mail, outbox
from wzo.accounts import actions as accounts
from wzo.accounts import rate_limits
from wzo.clock import now
from wzo.cms import scheduling, trash
from wzo.config import settings
from wzo.extensions import db, write_transaction
from wzo.media import actions as media
from wzo.petition import actions as petition

IDLE = 0.5
# Often enough for what may stay an hour at most.
PRUNE_EVERY = 15 * 60
PUBLISH_EVERY = 5
BEAT_EVERY = 60
# How long a taken letter stays away from other workers; longer than a hanging mail server can hold us.
LEASE = 120
# Waits before a letter is tried again, in seconds; the last one repeats.
WAITS = (60, 300, 900, 3600, 4 * 3600)
MOST_ATTEMPTS = 30
# While no mail server can be reached nothing is tried; the pauses grow to this.
LONGEST_PAUSE = 60

log = logging.getLogger(__name__)

# What is done wholly inside the database, by kind of parcel.
DATABASE_WORK: dict[str, Callable[[outbox.Job], None]] = {petition.JOB: petition.process_signature}
# What erases things that are over.
PRUNE = (petition.prune, trash.prune, media.purge, accounts.prune, rate_limits.prune)


class Worker:
    """Empties the outbox until it is told to stop."""

    def __init__(self) -> None:
        config = settings()
        self.mailer = mail.make_mailer(config)
        self.sender: str = config.mail_from
        self.mail_pause = 0.0
        self.mail_again_at = 0.0
        self.mail_fails_since: datetime | None = None
        self.mail_failure = ""
        self.beat_at = 0.0
        self.stopping = threading.Event()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; a parcel that was begun is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        log.info("The worker is at work.")
        prune_at = publish_at = 0.0
        while not self.stopping.is_set():
            try:
                if time.monotonic() >= prune_at:
                    for prune in PRUNE:
                        self._do(prune)
                    prune_at = time.monotonic() + PRUNE_EVERY
                if time.monotonic() >= publish_at:
                    self._do(scheduling.publish_due)
                    publish_at = time.monotonic() + PUBLISH_EVERY
                busy = self.run_once()
            except (OperationalError, InterfaceError) as error:
                # Down or restarting: nothing is lost, it is all in there.
                log.error("The database does not answer: %s", type(error.orig).__name__)
                db.session.remove()
                busy = False
            if not busy:
                self.stopping.wait(IDLE)
        log.info("The worker has stopped.")

    def _do(self, work: Callable[[], object]) -> None:
        """Do some work that must not hold up the letters when it fails."""
        try:
            work()
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            db.session.rollback()
            self._report(work.__name__, error)

    def run_once(self) -> bool:
        """Do everything that is due now; whether there was anything."""
        done = 0
        for kind, work in DATABASE_WORK.items():
            while self._goes_on() and self._do_in_database(kind, work):
                done += 1
        with self.mailer:
            while self._goes_on() and self._send_one():
                done += 1
        return done > 0

    def _goes_on(self) -> bool:
        """Whether nobody has told the worker to stop; once a minute it notes that it lives."""
        if time.monotonic() >= self.beat_at:
            heartbeat.beat(mail_fails_since=self.mail_fails_since, mail_failure=self.mail_failure)
            self.beat_at = time.monotonic() + BEAT_EVERY
        return not self.stopping.is_set()

    def _do_in_database(self, kind: str, work: Callable[[outbox.Job], None]) -> bool:
        if not outbox.is_due(kind):
            return False
        job_id = None
        try:
            with write_transaction():
                job = outbox.claim(kind)
                if job is None:
                    return False
                job_id = job.id
                work(job)
                outbox.complete(job_id)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # One parcel that cannot be done must not hold up the others, nor be lost.
            self._report(kind, error)
            if job_id is not None:
                self._postpone(job_id, seconds=WAITS[0])
        return True

    def _send_one(self) -> bool:
        if time.monotonic() < self.mail_again_at or not outbox.is_due(mail.JOB):
            return False
        with write_transaction():
            job = outbox.claim(mail.JOB)
            if job is None:
                return False
            job_id, attempts = job.id, job.attempts
            try:
                message = mail.make_message(job.open(), sender=self.sender)
            except Exception as error:
                # A lost key, or a letter that cannot be written: it must not hold up the others, nor be lost.
                self._report(mail.JOB, error)
                outbox.postpone(job_id, seconds=WAITS[-1])
                return True
            outbox.postpone(job_id, seconds=LEASE)
        try:
            self.mailer.send(message)
        except mail.MailUnavailable as failure:
            self.mail_pause = min(LONGEST_PAUSE, max(1.0, self.mail_pause * 2))
            self.mail_again_at = time.monotonic() + self.mail_pause
            log.warning("No mail server (%s); trying again in %.0f s.", failure, self.mail_pause)
            self.mail_fails_since = self.mail_fails_since or now()
            self.mail_failure = str(failure)
            self._postpone(job_id, seconds=0)
            return False
        except mail.MailPostponed as failure:
            self._mail_answers()
            log.warning("The mail server postponed a letter (%s).", failure)
            if attempts >= MOST_ATTEMPTS:
                self._give_up(job_id, failure)
            else:
                with write_transaction():
                    outbox.postpone(job_id, seconds=WAITS[min(attempts, len(WAITS) - 1)], attempts=attempts + 1)
        except mail.MailRefused as failure:
            self._mail_answers()
            log.warning("The mail server refused a letter for good (%s).", failure)
            self._give_up(job_id, failure)
        else:
            self._mail_answers()
            with write_transaction():
                outbox.complete(job_id)
        return True

    def _mail_answers(self) -> None:
        """Note that there is a mail server, whatever it says of one letter."""
        self.mail_pause = 0.0
        self.mail_fails_since, self.mail_failure = None, ""

    def _postpone(self, job_id: int, *, seconds: int) -> None:
        with write_transaction():
            outbox.postpone(job_id, seconds=seconds)

    def _give_up(self, job_id: int, failure: Exception) -> None:
        with write_transaction():
            outbox.fail(job_id, why=str(failure), on=datetime.now(UTC).date())

    def _report(self, kind: str, error: Exception) -> None:
        # The error's text may hold what was in the parcel: only its type and place are logged.
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
        log.error("Work (%s) could not be done: %s at %s", kind, type(error).__name__, where)
