"""The lifecycle of a signature: submitted, processed, confirmed, erased.

The request that submits a signature does the same work for everyone: it encrypts what was submitted and puts a job on
the outbox. Only the worker finds out whether the address is new, pending, confirmed or blocked (see processing.py), so
neither the response nor its timing reveals it. The worker then e-mails a link and a code, without which nobody can read
or confirm what was submitted.

Only the confirming request encrypts the signature to the organisers' key: until then, the owner of the mailbox may
change the name, which somebody else may have entered.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext
from sqlalchemy import delete, select, update

from wzo import outbox
from wzo.clock import today
from wzo.config import settings
from wzo.errors import WzoError
from wzo.extensions import db, write_transaction
from wzo.group_commit import commit_together
from wzo.key_fingerprints import changed_keys
from wzo.petition import admission, queries
from wzo.petition.admission import Attempt
from wzo.petition.counting import change_count, confirm_and_count
from wzo.petition.mailboxes import block as block_mailbox
from wzo.petition.mailboxes import lock_mailbox, mail_deduplication_key
from wzo.petition.models import Mailbox, Petition, Signature, SignatureState
from wzo.petition.pending import FoundSignature, UnknownCode, decrypt_pending, is_expired
from wzo.petition.sealing import seal_signature
from wzo.petition.signing_state import OpenOrNot, SigningState, signing_state
from wzo.petition.tokens import create_receipt, create_token, key_fingerprint
from wzo.transaction_retries import retry_transaction

# A late signer can ask for a new e-mail within this time after the last one; then the pending signature is deleted.
PENDING_LIFETIME = timedelta(days=7)
# If no e-mail could be sent, the pending signature waits longer than any outage of the mail server should last.
UNSENT_LIFETIME = timedelta(days=30)
MAILBOX_LIFETIME = timedelta(days=2)

JOB_KIND = "signature"
# The fields of a signature that the organisers can read.
SEALED_FIELDS = ("name", "email", "country", "wants_news", "language", "signed_on")


class PetitionClosed(WzoError):
    """The petition accepts no more signatures."""

    status = 410
    title = lazy_gettext("This petition is closed")
    advice = lazy_gettext(
        "It accepts no more signatures. Thank you for wanting to sign; you can still help in other ways."
    )


class SigningPaused(WzoError):
    """The petition accepts no signatures for the time being."""

    status = 503
    title = lazy_gettext("Signing is paused")
    advice = lazy_gettext(
        "The petition accepts no signatures for the time being. Please come back later. If you have already signed, "
        "you can still confirm with the link or the code in your e-mail."
    )


class SigningUnavailable(WzoError):
    """Signatures cannot be encrypted or recognised, because a key is missing or wrong."""

    status = 503
    title = lazy_gettext("Signing does not work at the moment")
    advice = lazy_gettext(
        "The key that protects signatures is missing or wrong on this server, so we cannot accept any. "
        "Everything else works. Please come back later."
    )


# Why a petition cannot be signed, and the error that the visitor gets.
REFUSALS: dict[SigningState, type[WzoError]] = {
    SigningState.CLOSED: PetitionClosed,
    SigningState.PAUSED: SigningPaused,
    SigningState.NO_PUBLIC_KEY: SigningUnavailable,
    SigningState.WRONG_PUBLIC_KEY: SigningUnavailable,
    SigningState.WRONG_HMAC_KEY: SigningUnavailable,
    SigningState.WRONG_OUTBOX_KEY: SigningUnavailable,
}


class UnknownPetition(Exception):
    """No published petition has this slug and language."""


class CodeExpired(Exception):
    """The confirmation code has expired; the signer can ask for a new e-mail."""


def submit_signature(
    *,
    slug: str,
    language: str,
    name: str,
    email: str,
    country: str,
    show_name: bool,
    wants_news: bool,
    attempt: Attempt,
) -> None:
    """Encrypt a signature and enqueue it for the worker. The work is the same for every address.

    Raises UnknownPetition; one of REFUSALS if the petition cannot be signed; SubmissionLimitReached or PuzzleRequired
    if it cannot be signed from this network now.
    """
    submitted = {
        "language": language,
        "email": email,
        "name": name,
        "country": country,
        "show_name": show_name,
        "wants_news": wants_news,
        "signed_on": today().isoformat(),
    }

    def write() -> None:
        petition = queries.get_petition_to_sign(slug, language, attempt.network_bucket)
        if petition is None:
            raise UnknownPetition
        raise_unless_open(petition)
        admitted = admission.check(petition, attempt)
        if petition.key_fingerprint is None:
            check_key(petition.id)
        outbox.enqueue(JOB_KIND, {**submitted, "petition_id": petition.id})
        # Last, because others from this network wait from now on.
        admission.record(admitted)

    commit_together(write)


def confirm_signature(found: FoundSignature, changes: Mapping[str, Any] | None = None) -> None:
    """Confirm and count a signature; idempotent.

    `changes` replaces what was submitted, which somebody else may have entered: `name`, `country`, `show_name`,
    `wants_news`.

    Raises UnknownCode if the code was replaced or the signature erased meanwhile, CodeExpired, or SigningUnavailable if
    there is no public key, or it has changed.
    """
    public_key = settings().signature_public_key
    if public_key is None or "SIGNATURE_PUBLIC_KEY" in changed_keys():
        raise SigningUnavailable
    if found.state == SignatureState.CONFIRMED:
        return
    pending = {**decrypt_pending(found), **(changes or {})}
    if is_expired(pending):
        raise CodeExpired
    confirmed = {
        "id": found.id,
        "link_hash": found.link_hash,
        "confirmed_on": today(),
        "sealed": seal_signature(public_key, {field: pending[field] for field in SEALED_FIELDS}),
        "public_name": pending["name"] if pending["show_name"] else None,
    }

    def write() -> None:
        if not confirm_and_count(confirmed) and _lock_found(found).state != SignatureState.CONFIRMED:
            raise UnknownCode

    commit_together(write)


@retry_transaction
def request_new_email(found: FoundSignature, changes: Mapping[str, Any] | None = None) -> None:
    """Enqueue a signature whose code has expired again, as it was submitted, or with `changes` to that.

    Raises UnknownCode if it is no longer pending, or PetitionClosed.
    """
    with write_transaction():
        signature = _lock_found(found)
        if signature.state != SignatureState.PENDING:
            raise UnknownCode
        if db.session.scalar(select(Petition.closed_on).where(Petition.id == signature.petition_id)):
            raise PetitionClosed
        submitted = {**decrypt_pending(found, signature.pending_ciphertext), **(changes or {})}
        del submitted["expires_at"]
        outbox.enqueue(JOB_KIND, submitted)


@retry_transaction
def erase_signature(signature_id: int, *, block: bool = False) -> None:
    """Erase a signature and decrease the count; idempotent. `block`: never e-mail the address again."""
    with write_transaction():
        found = db.session.execute(select(Signature.email_hash).where(Signature.id == signature_id)).first()
        if found is None:
            return
        # The mailbox is locked first, as in processing: in another order the two could deadlock.
        mailbox = lock_mailbox(found.email_hash) if found.email_hash else None
        signature = _lock_signature(signature_id)
        if mailbox is not None:
            # An e-mail that is still waiting would no longer be true.
            outbox.cancel(mail_deduplication_key(settings().signature_hmac_key, found.email_hash))
            if block:
                block_mailbox(mailbox)
        if signature is None:
            return
        if signature.confirmed_on:
            change_count(signature.petition_id, {signature.confirmed_on: -1})
        db.session.delete(signature)


def erase_in_state(*, petition_id: int, ids: Iterable[int], state: SignatureState) -> int:
    """Erase the signatures among `ids` that are in a state, in the caller's transaction; count confirmed ones down.

    Returns how many were erased. The signatures are locked in the order of their ids, and no mailbox is: a transaction
    that holds a mailbox may wait for a signature, but none that holds a signature ever waits for a mailbox.
    """
    locked = db.session.execute(
        select(Signature.id, Signature.confirmed_on)
        .where(Signature.id.in_(list(ids)), Signature.petition_id == petition_id, Signature.state == state)
        .order_by(Signature.id)
        .with_for_update()
    ).all()
    db.session.execute(delete(Signature).where(Signature.id.in_([row.id for row in locked])))
    by_day = Counter(row.confirmed_on for row in locked if row.confirmed_on)
    if by_day:
        change_count(petition_id, {day: -number for day, number in by_day.items()})
    return len(locked)


@retry_transaction
def prune() -> None:
    """Delete signatures that were not confirmed in time, and mailboxes that no longer limit or block e-mails."""
    day = today()
    with write_transaction():
        is_pending = Signature.state == SignatureState.PENDING
        db.session.execute(delete(Signature).where(is_pending, Signature.mailed_on < day - PENDING_LIFETIME))
        is_unsent = (Signature.mailed_on.is_(None), Signature.signed_on < day - UNSENT_LIFETIME)
        db.session.execute(delete(Signature).where(is_pending, *is_unsent))
        db.session.execute(
            delete(Mailbox).where(Mailbox.mailed_on < day - MAILBOX_LIFETIME, Mailbox.blocked.is_(False))
        )


def raise_unless_open(petition: OpenOrNot) -> None:
    """Raise the one of REFUSALS that applies if a petition cannot be signed."""
    if refusal := REFUSALS.get(signing_state(petition)):
        raise refusal


def withdraw_token(signature_id: int, language: str) -> str:
    """The token of the link that withdraws a signature."""
    return create_token(settings().signature_hmac_key, "withdraw", signature_id, language)


def receipt(signature_id: int) -> str:
    """The receipt by which a signer and the organisers refer to a signature; see tokens.py."""
    return create_receipt(settings().signature_hmac_key, signature_id)


def check_key(petition_id: int) -> None:
    """Check that SIGNATURE_HMAC_KEY is the petition's key; the first call records its fingerprint.

    Works in the caller's transaction. Raises SigningUnavailable.
    """
    fingerprint = key_fingerprint(settings().signature_hmac_key)
    known = db.session.scalar(select(Petition.key_fingerprint).where(Petition.id == petition_id))
    if known is None:
        db.session.execute(
            update(Petition)
            .where(Petition.id == petition_id, Petition.key_fingerprint.is_(None))
            .values(key_fingerprint=fingerprint)
        )
    elif known != fingerprint:
        current_app.logger.error("SIGNATURE_HMAC_KEY does not match the petition's key fingerprint.")
        raise SigningUnavailable


def _lock_found(found: FoundSignature) -> Signature:
    """Lock a signature; raises UnknownCode if its link was replaced or it was erased since it was found."""
    signature = _lock_signature(found.id)
    if signature is None or signature.link_hash != found.link_hash:
        raise UnknownCode
    return signature


def _lock_signature(signature_id: int) -> Signature | None:
    return db.session.scalars(
        select(Signature)
        .where(Signature.id == signature_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
