"""Processes submitted signatures in the worker: it decides what to store and which e-mail to send."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from wzo import outbox
from wzo.clock import now, today
from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.email_addresses import canonical_email
from wzo.extensions import db
from wzo.petition.actions import check_key
from wzo.petition.emails import SignerEmail, enqueue_email
from wzo.petition.mailboxes import EMAIL_INTERVAL, hash_email, lock_mailboxes, mail_deduplication_key, next_email_at
from wzo.petition.models import Petition, Signature, SignatureState
from wzo.petition.pending import PendingSecrets, set_pending


class Submission:
    """A submitted signature, with two deduplication keys: of its job while it waits, and of e-mails to the mailbox."""

    def __init__(self, job: outbox.Job) -> None:
        key = settings().signature_hmac_key
        self.job_id, self.is_waiting = job.id, job.deduplication_key is not None
        self.content = job.decrypt()
        self.petition_id: int = self.content["petition_id"]
        self.canonical = canonical_email(self.content["email"])
        self.email_hash = hash_email(key, self.canonical)
        self.mail_key = mail_deduplication_key(key, self.email_hash)
        self.waiting_key = keyed_hash(key, "submission", str(self.petition_id), self.email_hash.hex())


def process_signatures(jobs: Sequence[outbox.Job]) -> None:
    """Store submitted signatures and enqueue the e-mails that they require, in the caller's transaction."""
    submissions = [Submission(job) for job in jobs]
    being_erased = _find_being_erased({it.petition_id for it in submissions})
    outbox.complete([it.job_id for it in submissions if it.petition_id in being_erased])
    submissions = [it for it in submissions if it.petition_id not in being_erased]
    if not submissions:
        return
    for petition_id in {it.petition_id for it in submissions}:
        check_key(petition_id)
    batch = _Batch(submissions)
    for submission in submissions:
        retry_at = batch.process(submission)
        if retry_at is None:
            outbox.complete([submission.job_id])
        else:
            seconds = (retry_at - now()).total_seconds()
            outbox.postpone([submission.job_id], seconds=seconds, deduplication_key=submission.waiting_key)


class _Batch:
    """The mailboxes, signatures and deduplication keys that belong to some submissions."""

    def __init__(self, submissions: Sequence[Submission]) -> None:
        self.mailboxes = lock_mailboxes({it.email_hash for it in submissions})
        self.signatures = {(it.petition_id, it.email_hash): it for it in _find_signatures(self.mailboxes)}
        self.taken_keys = outbox.find_deduplication_keys(
            [key for it in submissions for key in (it.mail_key, it.waiting_key)]
        )

    def process(self, submission: Submission) -> datetime | None:
        """Process a submission; returns a time if it must be processed again then."""
        mailbox = self.mailboxes[submission.email_hash]
        if mailbox.blocked:
            return None
        signature = self.signatures.get((submission.petition_id, submission.email_hash))
        retry_at = next_email_at(mailbox, settings().signature_hmac_key, submission.canonical)
        if submission.mail_key in self.taken_keys:
            retry_at = now() + EMAIL_INTERVAL
        if retry_at <= now():
            self._send_email(submission, signature)
            return None
        # The signer withdrew, or signed another petition, less than 24 hours ago: the e-mail is only delayed.
        return retry_at if signature is None and self._may_wait(submission) else None

    def _may_wait(self, submission: Submission) -> bool:
        """Whether no other submission of the same signature is waiting."""
        if not submission.is_waiting and submission.waiting_key in self.taken_keys:
            return False
        self.taken_keys.add(submission.waiting_key)
        return True

    def _send_email(self, submission: Submission, signature: Signature | None) -> None:
        """Store a submission as a pending signature, unless it is confirmed, and enqueue the e-mail that applies."""
        self.taken_keys.add(submission.mail_key)
        template = SignerEmail.STILL_WAITING
        if signature is None:
            signature = Signature(
                id=secrets.randbits(63), petition_id=submission.petition_id, email_hash=submission.email_hash
            )
            self.signatures[submission.petition_id, submission.email_hash] = signature
            db.session.add(signature)
            template = SignerEmail.CONFIRM
        elif signature.state == SignatureState.CONFIRMED:
            template = SignerEmail.ALREADY_CONFIRMED
        is_confirmed = template == SignerEmail.ALREADY_CONFIRMED
        enqueue_email(
            template,
            to=submission.content["email"],
            language=submission.content["language"],
            signature_id=signature.id,
            pending_secrets=None if is_confirmed else _set_pending(signature, submission.content),
            deduplication_key=submission.mail_key,
        )


def _find_being_erased(petition_ids: Iterable[int]) -> set[int]:
    """The petitions whose hashes have been erased, or will be: nothing about a signer may be stored again."""
    being_erased = select(Petition.id).where(Petition.id.in_(list(petition_ids)), Petition.retention.is_not(None))
    return set(db.session.scalars(being_erased))


def _find_signatures(email_hashes: Iterable[bytes]) -> Iterable[Signature]:
    return db.session.scalars(select(Signature).where(Signature.email_hash.in_(list(email_hashes))))


def _set_pending(signature: Signature, submitted: dict[str, Any]) -> PendingSecrets:
    """Make a signature pending with the data that were submitted last; returns the new link and code.

    They expire some time after the e-mail with them was sent; see sending.py.
    """
    signature.signed_on, signature.mailed_on = today(), None
    return set_pending(signature, {**submitted, "expires_at": None})
