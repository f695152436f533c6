"""Delivers e-mails: leases them from the outbox, and records their results, in batches.

A leased e-mail is left alone by other workers. It is deleted once the mail server has accepted it; if the worker dies
in between, the lease expires, and the e-mail is sent once more.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from wzo import mail, outbox
from wzo.circuit_breaker import CircuitBreaker
from wzo.extensions import write_transaction
from wzo.mail import Content, Mailer, MailKind
from wzo.smtp import AddressRejected, MailDeferred, MailRefused, MailUnanswered, MailUnavailable, NotSent
from wzo.tracebacks import describe_error

# Seconds. A lease is renewed while an e-mail is being sent, however long that takes.
LEASE = 120
RENEWAL_INTERVAL = 40
# Delays before an e-mail is tried again; the last one repeats.
RETRY_DELAYS = (60, 300, 900, 3600, 4 * 3600)
MAX_ATTEMPTS = 30

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Delivery:
    """A leased e-mail and its result: `failure` is None once the mail server has accepted it."""

    job_id: int
    kind: str
    attempts: int
    unanswered: int
    content: Content
    message: EmailMessage
    failure: NotSent | None = None


class Held(NotSent):
    """The e-mail was not tried, because sending was stopped in the meantime."""


class Dispatcher:
    """Leases e-mails from the outbox, those of the first kind first, and settles them there."""

    def __init__(self, kinds: Mapping[str, MailKind], *, from_address: str, breaker: CircuitBreaker) -> None:
        self.kinds = kinds
        self.from_address = from_address
        self.breaker = breaker

    def lease(self, limit: int) -> list[Delivery]:
        """Lease e-mails that are due, as many as the circuit breaker allows and at most `limit`."""
        leased: list[Delivery] = []
        for kind in self.kinds:
            wanted = self.breaker.limit(limit - len(leased))
            if wanted > 0 and not (leased and not self.breaker.is_closed) and outbox.is_due(kind):
                with write_transaction():
                    leased += self._lease_kind(kind, wanted)
        return leased

    def send(self, delivery: Delivery, mailer: Mailer) -> None:
        """Send an e-mail and set its result; uses no database."""
        if not self.breaker.limit(1):
            delivery.failure = Held()
            return
        try:
            mailer.send(delivery.message)
        except NotSent as failure:
            delivery.failure = failure
        except Exception as error:
            log.error("An e-mail could not be sent: %s", describe_error(error))
            delivery.failure = MailRefused(type(error).__name__)
        self._notify_breaker(delivery.failure)

    def settle(self, deliveries: Sequence[Delivery]) -> int:
        """Record the results of e-mails in one transaction; returns how many were sent."""
        sent = [it for it in deliveries if it.failure is None or (it.unanswered and _is_unanswered(it))]
        with write_transaction():
            for name, kind in self.kinds.items():
                if contents := [it.content for it in sent if it.kind == name]:
                    kind.record_sent(contents)
            outbox.complete([it.job_id for it in sent])
            for delivery in deliveries:
                if delivery not in sent:
                    self._settle_failure(delivery)
        return len(sent)

    def renew(self, deliveries: Iterable[Delivery]) -> None:
        """Renew the leases of e-mails that are still being sent."""
        if job_ids := [it.job_id for it in deliveries]:
            with write_transaction():
                outbox.postpone(job_ids, seconds=LEASE)

    def _lease_kind(self, name: str, limit: int) -> list[Delivery]:
        """Lease e-mails of one kind, in the caller's transaction. Obsolete ones are deleted."""
        jobs = [(job, content) for job in outbox.claim(name, limit) if (content := self._decrypt(job)) is not None]
        obsolete = self.kinds[name].find_obsolete([content for _, content in jobs])
        outbox.complete([job.id for index, (job, _) in enumerate(jobs) if index in obsolete])
        current = [it for index, it in enumerate(jobs) if index not in obsolete]
        leased = [delivery for job, content in current if (delivery := self._compose(job, content))]
        outbox.postpone([it.job_id for it in leased], seconds=LEASE)
        return leased

    def _decrypt(self, job: outbox.Job) -> Content | None:
        try:
            return job.decrypt()
        except Exception as error:
            self._put_off(job, error)
            return None

    def _compose(self, job: outbox.Job, content: Content) -> Delivery | None:
        try:
            message = mail.build_message(self.kinds[job.kind].compose(content), from_address=self.from_address)
        except Exception as error:
            self._put_off(job, error)
            return None
        return Delivery(job.id, job.kind, job.attempts, job.unanswered, content, message)

    def _put_off(self, job: outbox.Job, error: Exception) -> None:
        """Postpone an e-mail that can no longer be decrypted or built: it must neither block the others nor be lost."""
        log.error("%s failed: %s", job.kind, describe_error(error))
        outbox.postpone([job.id], seconds=RETRY_DELAYS[-1], failure=type(error).__name__[:64])

    def _notify_breaker(self, failure: NotSent | None) -> None:
        match failure:
            case MailUnavailable():
                log.warning("No mail server (%s).", failure)
                self.breaker.record_outage(str(failure))
            case MailRefused() | MailDeferred():
                log.warning("The mail server refused an e-mail (%s).", failure)
                self.breaker.record_refusal(str(failure))
            case MailUnanswered():
                log.warning("The mail server did not reply to an e-mail (%s).", failure)
            case AddressRejected():
                log.warning("The mail server rejected an address (%s).", failure)
                self.breaker.record_success()
            case None:
                self.breaker.record_success()

    def _settle_failure(self, delivery: Delivery) -> None:
        """Postpone an e-mail that was not sent, or give it up."""
        match delivery.failure:
            case AddressRejected():
                outbox.fail(delivery.job_id, reason=str(delivery.failure))
            case MailUnanswered():
                # It is sent once more; if the server does not reply again, it is taken to have been accepted.
                outbox.postpone([delivery.job_id], seconds=RETRY_DELAYS[0], unanswered=1)
            case MailRefused() | MailDeferred():
                self._retry(delivery)
            case MailUnavailable():
                # Others are tried first, in case the connection breaks because of this one.
                outbox.postpone([delivery.job_id], seconds=self.breaker.pause)
            case _:
                outbox.postpone([delivery.job_id], seconds=0)

    def _retry(self, delivery: Delivery) -> None:
        """Try an e-mail again later; while the server refuses all of them, an attempt does not count."""
        attempts = delivery.attempts + (1 if self.breaker.is_closed else 0)
        if attempts >= MAX_ATTEMPTS:
            outbox.fail(delivery.job_id, reason=str(delivery.failure))
        else:
            delay = RETRY_DELAYS[min(delivery.attempts, len(RETRY_DELAYS) - 1)]
            outbox.postpone([delivery.job_id], seconds=delay, attempts=attempts)


def _is_unanswered(delivery: Delivery) -> bool:
    return isinstance(delivery.failure, MailUnanswered)
