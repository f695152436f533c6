"""What happens to a signature: taken, settled, confirmed, erased.

The request that takes a signature does one thing, whoever signs: it seals what was written and puts it into the outbox.
Whether the address is new, waiting, confirmed or blocked is found out by the worker, so neither the answer nor its time
can tell. The worker then mails a code, and only whoever has the code can confirm.
"""

import base64
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, select, update

from wzo import outbox
from wzo.clock import today
from wzo.codes import new_code
from wzo.config import settings
from wzo.crypto import CannotDecrypt, decrypt, encrypt, keyed_hash, seal
from wzo.email_addresses import canonical_email
from wzo.errors import PetitionClosed, SigningUnavailable
from wzo.extensions import db, upsert, write_transaction
from wzo.petition.emails import SignerEmail, enqueue_email
from wzo.petition.models import COUNT_SHARDS, Mailbox, Petition, Signature, SignatureCount, SignatureDay, SignatureState
from wzo.petition.queries import find_signature_by_code
from wzo.petition.tokens import code_hash, code_key, key_fingerprint, make_receipt, make_token

CODE_LIVES = 48 * 60 * 60
MAIL_PAUSE = 24 * 60 * 60
# Whoever comes late can still ask for a new letter; after that nothing of the signature is left.
PENDING_KEPT = timedelta(days=7)
MAILBOX_KEPT = timedelta(days=2)

JOB = "signature"


class UnknownCode(Exception):
    """No signature waits for this code."""


class CodeExpired(Exception):
    """The code was good once; a new letter can be asked for."""


def submit_signature(
    *, petition_id: int, language: str, name: str, address: str, country: str, show_name: bool, updates: bool
) -> None:
    """Take a signature: seal it and hand it to the worker. The same work for every address.

    Raises SigningUnavailable where there is no key to seal to, or the key that recognises addresses is another one.
    """
    public_key = settings().signature_public_key
    if public_key is None:
        raise SigningUnavailable
    signed = {"name": name, "email": address, "country": country, "updates": updates, "language": language}
    content = {
        "petition_id": petition_id,
        "language": language,
        "address": address,
        "name": name,
        "show_name": show_name,
        "sealed": base64.b64encode(seal(public_key, {**signed, "signed_on": today().isoformat()})).decode(),
    }
    with write_transaction():
        _check_key(petition_id)
        outbox.enqueue(JOB, content)


def process_signature(job: outbox.Job) -> None:
    """Decide, inside the worker's transaction, what a submitted signature comes to, and what letter is due."""
    content = job.open()
    _check_key(content["petition_id"])
    key = _key()
    canonical = canonical_email(content["address"])
    email_hash = keyed_hash(key, "address", canonical)
    mailbox = _lock_mailbox(email_hash)
    if mailbox.blocked:
        return
    signature = db.session.scalars(
        select(Signature).where(Signature.petition_id == content["petition_id"], Signature.email_hash == email_hash)
    ).first()
    # At most one letter a day: without it the mailbox of anyone could be flooded by anyone.
    moment_key = keyed_hash(key, "mailed", canonical)
    free_at = _last_mailed(mailbox, moment_key) + MAIL_PAUSE
    if time.time() < free_at:
        if signature is None:
            # Somebody who withdrew, or signed another petition today, is not forgotten: the letter comes later.
            outbox.enqueue(JOB, content, due_at=datetime.fromtimestamp(free_at, UTC))
        return

    code = None
    letter = SignerEmail.ALREADY_CONFIRMED
    if signature is None:
        letter = SignerEmail.CONFIRM
        signature = Signature(id=secrets.randbits(63), petition_id=content["petition_id"], email_hash=email_hash)
        db.session.add(signature)
    elif signature.state == SignatureState.PENDING:
        letter = SignerEmail.STILL_WAITING
    if letter is not SignerEmail.ALREADY_CONFIRMED:
        # What a letter confirms is what was written in the form that caused it.
        code = new_code()
        signature.code_hash = code_hash(key, code, content["language"])
        signature.pending_ciphertext = encrypt(
            code_key(key, code), {**content, "expires_at": int(time.time()) + CODE_LIVES}
        )
        signature.signed_on = today()
    mailbox.mailed_ciphertext = encrypt(moment_key, {"at": int(time.time())})
    mailbox.mailed_on = today()
    enqueue_email(letter, to=content["address"], language=content["language"], signature_id=signature.id, code=code)


def confirm_signature(text: str, *, hide_name: bool = False) -> None:
    """Let a signature count, by the code from its letter; once, however often this is called.

    `hide_name` takes back the consent to show the name, which somebody else may have given.

    Raises UnknownCode or CodeExpired.
    """
    with write_transaction():
        found = find_signature_by_code(text)
        if found is None:
            raise UnknownCode
        signature = _lock_signature(found.signature.id)
        if signature is None or signature.code_hash != found.signature.code_hash:
            raise UnknownCode
        if signature.state == SignatureState.CONFIRMED:
            return
        content = open_pending(signature, found.code)
        if time.time() >= content["expires_at"]:
            raise CodeExpired
        signature.state = SignatureState.CONFIRMED
        signature.confirmed_on = today()
        signature.sealed = base64.b64decode(content["sealed"])
        signature.public_name = content["name"] if content["show_name"] and not hide_name else None
        signature.pending_ciphertext = None
        _change_count(signature.petition_id, {signature.confirmed_on: +1})


def request_new_email(text: str) -> None:
    """Hand a signature whose code has expired to the worker once more, as it was written.

    Raises UnknownCode, or PetitionClosed where the petition has closed meanwhile.
    """
    with write_transaction():
        found = find_signature_by_code(text)
        if found is None or found.signature.state != SignatureState.PENDING:
            raise UnknownCode
        if db.session.scalar(select(Petition.closed_on).where(Petition.id == found.signature.petition_id)):
            raise PetitionClosed
        content = open_pending(found.signature, found.code)
        del content["expires_at"]
        outbox.enqueue(JOB, content)


def erase_signature(signature_id: int, *, block: bool = False) -> None:
    """Erase a signature and lower the count; nothing where it is gone already. `block`: never write there again."""
    with write_transaction():
        email_hash = db.session.scalar(select(Signature.email_hash).where(Signature.id == signature_id))
        if email_hash is None:
            return
        # The mailbox first, as when a signature is settled: in another order the two would wait for each other.
        mailbox = _lock_mailbox(email_hash)
        signature = _lock_signature(signature_id)
        if block:
            mailbox.blocked = True
            mailbox.mailed_ciphertext = None
        if signature is None:
            return
        if signature.confirmed_on:
            _change_count(signature.petition_id, {signature.confirmed_on: -1})
        db.session.delete(signature)


def erase_confirmed(*, petition_id: int, ids: Iterable[int]) -> int:
    """Erase those of some signatures that count, and lower the count, in the current transaction; returns how many.

    The signatures are locked in the order of their numbers, and no mailbox is: whoever has locked a mailbox may wait
    for a signature, but nobody who has locked a signature ever waits for a mailbox.
    """
    count_among = (Signature.petition_id == petition_id, Signature.state == SignatureState.CONFIRMED)
    locked = db.session.execute(
        select(Signature.id, Signature.confirmed_on)
        .where(Signature.id.in_(list(ids)), *count_among)
        .order_by(Signature.id)
        .with_for_update()
    ).all()
    if locked:
        db.session.execute(delete(Signature).where(Signature.id.in_([row.id for row in locked])))
        days = Counter(row.confirmed_on for row in locked)
        _change_count(petition_id, {day: -number for day, number in days.items()})
    return len(locked)


def open_pending(signature: Signature, code: str) -> dict[str, Any]:
    """What waits for confirmation, opened with the code from the letter: `name`, `show_name`, `expires_at`…"""
    try:
        return decrypt(code_key(_key(), code), signature.pending_ciphertext or b"")
    except CannotDecrypt as error:
        raise UnknownCode from error


def prune() -> None:
    """Erase what waited in vain, and what was remembered of mailboxes for a day."""
    day = today()
    with write_transaction():
        db.session.execute(
            delete(Signature).where(Signature.state == SignatureState.PENDING, Signature.signed_on < day - PENDING_KEPT)
        )
        db.session.execute(delete(Mailbox).where(Mailbox.mailed_on < day - MAILBOX_KEPT, Mailbox.blocked.is_(False)))


def withdraw_token(signature_id: int, language: str) -> str:
    """The token of the link that withdraws a signature."""
    return make_token(_key(), "withdraw", signature_id, language)


def receipt(signature_id: int) -> str:
    """The number by which a signer and the organisers speak of a signature; see tokens.py."""
    return make_receipt(_key(), signature_id)


def _check_key(petition_id: int) -> None:
    """Refuse to work with another key than the one that the petition began with."""
    mark = key_fingerprint(_key())
    known = db.session.scalar(select(Petition.key_fingerprint).where(Petition.id == petition_id))
    if known is None:
        db.session.execute(
            update(Petition)
            .where(Petition.id == petition_id, Petition.key_fingerprint.is_(None))
            .values(key_fingerprint=mark)
        )
    elif known != mark:
        current_app.logger.error("SIGNATURE_HMAC_KEY is not the key that this petition began with.")
        raise SigningUnavailable


def _lock_mailbox(email_hash: bytes) -> Mailbox:
    """The mailbox's row, made where it is missing, locked: one address is settled by one worker at a time."""
    db.session.execute(
        upsert(Mailbox).values(email_hash=email_hash, mailed_on=today(), blocked=False).on_conflict_do_nothing()
    )
    return db.session.scalars(select(Mailbox).where(Mailbox.email_hash == email_hash).with_for_update()).one()


def _lock_signature(signature_id: int) -> Signature | None:
    return db.session.scalars(
        select(Signature)
        .where(Signature.id == signature_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _last_mailed(mailbox: Mailbox, moment_key: bytes) -> int:
    """When the mailbox last got a letter, in seconds since 1970; 0 for never."""
    return int(decrypt(moment_key, mailbox.mailed_ciphertext)["at"]) if mailbox.mailed_ciphertext else 0


def _change_count(petition_id: int, steps: Mapping[date, int]) -> None:
    """Change the count of each day, and with it the whole; always in this order, so that nobody waits in a circle."""
    share = {"petition_id": petition_id, "shard": secrets.randbelow(COUNT_SHARDS)}
    by_day = upsert(SignatureDay).values([{**share, "day": day, "confirmed": steps[day]} for day in sorted(steps)])
    db.session.execute(
        by_day.on_conflict_do_update(
            index_elements=[SignatureDay.petition_id, SignatureDay.day, SignatureDay.shard],
            set_={"confirmed": SignatureDay.confirmed + by_day.excluded.confirmed},
        )
    )
    step = sum(steps.values())
    statement = upsert(SignatureCount).values(**share, confirmed=step)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[SignatureCount.petition_id, SignatureCount.shard],
            set_={"confirmed": SignatureCount.confirmed + step},
        )
    )


def _key() -> bytes:
    key: bytes = settings().signature_hmac_key
    return key
