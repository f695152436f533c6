"""Processes submitted signatures in the worker: it decides what to store and which e-mail to send."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from wzo import outbox
from wzo.clock import now, today
from wzo.config import settings
from wzo.email_addresses import canonical_email
from wzo.extensions import db
from wzo.petition.actions import JOB_KIND, check_key
from wzo.petition.emails import SignerEmail, enqueue_email
from wzo.petition.mailboxes import hash_email, lock_mailbox, next_email_at, record_email
from wzo.petition.models import Signature, SignatureState
from wzo.petition.pending import PendingSecrets, set_pending

# How long a confirmation code is valid.
CODE_LIFETIME = timedelta(hours=48)


def process_signature(job: outbox.Job) -> None:
    """Store a submitted signature and enqueue the e-mail that it requires, if any, in the caller's transaction."""
    submitted = job.decrypt()
    check_key(submitted["petition_id"])
    key = settings().signature_hmac_key
    canonical = canonical_email(submitted["email"])
    email_hash = hash_email(key, canonical)
    mailbox = lock_mailbox(email_hash)
    if mailbox.blocked:
        return
    signature = db.session.scalars(
        select(Signature).where(Signature.petition_id == submitted["petition_id"], Signature.email_hash == email_hash)
    ).first()
    retry_at = next_email_at(mailbox, key, canonical)
    if now() < retry_at:
        if signature is None:
            # The signer withdrew, or signed another petition, less than 24 hours ago: the e-mail is only delayed.
            outbox.enqueue(JOB_KIND, submitted, due_at=retry_at)
        return
    record_email(mailbox, key, canonical)
    recipient = {"to": submitted["email"], "language": submitted["language"]}
    if signature is None:
        signature = Signature(id=secrets.randbits(63), petition_id=submitted["petition_id"], email_hash=email_hash)
        db.session.add(signature)
        template = SignerEmail.CONFIRM
    elif signature.state == SignatureState.PENDING:
        template = SignerEmail.STILL_WAITING
    else:
        enqueue_email(SignerEmail.ALREADY_CONFIRMED, **recipient, signature_id=signature.id)
        return
    pending_secrets = _set_pending(signature, submitted)
    enqueue_email(template, **recipient, signature_id=signature.id, pending_secrets=pending_secrets)


def _set_pending(signature: Signature, submitted: dict[str, Any]) -> PendingSecrets:
    """Make a signature pending with the data that were submitted last; returns the new link and code."""
    signature.signed_on = today()
    return set_pending(signature, {**submitted, "expires_at": int((now() + CODE_LIFETIME).timestamp())})
