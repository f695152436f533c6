"""Retention: destroys the data of a closed petition that are no longer needed; its count, days and texts stay.

The hashes of e-mail addresses go first, so that a guess can no longer be tested, with the jobs that wait; then, if
ordered, the sealed signatures. Each batch is a short transaction, and the next run finishes what a killed one left.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select, update

from wzo import outbox
from wzo.audit import record
from wzo.clock import today
from wzo.compaction import compact
from wzo.extensions import db, write_transaction
from wzo.petition.actions import JOB_KIND
from wzo.petition.emails import JOB_KIND as MAIL_JOB_KIND
from wzo.petition.models import Mailbox, Petition, Retention, Signature, SignatureState
from wzo.transaction_retries import retry_transaction

BATCH = 500
# In seconds; the worker's other scheduled tasks wait in the same thread.
MAX_DURATION = 10
# Replaces a sealed signature whose public name is kept.
ERASED = b""
# Larger than any table: nobody signs a closed petition, so others wait only for its last rewriting.
ANY_SIZE = 2**62


class PetitionNotClosed(Exception):
    """Nothing is destroyed before the petition is closed."""


class CannotUndo(Exception):
    """A later stage has been ordered or carried out already."""


class Remaining(NamedTuple):
    """What a petition still has: hashes of addresses, unconfirmed and confirmed signatures, and public names."""

    hashes: int
    pending: int
    confirmed: int
    names: int


def get_remaining(petition_id: int) -> Remaining:
    """The data of a petition that could be destroyed."""
    pending = Signature.state == SignatureState.PENDING
    row = db.session.execute(
        select(
            func.count(Signature.email_hash),
            func.count().filter(pending),
            func.count().filter(~pending),
            func.count(Signature.public_name),
        ).where(Signature.petition_id == petition_id)
    ).one()
    return Remaining(*row)


@retry_transaction
def order(*, petition_id: int, stage: Retention) -> None:
    """Order the destruction; the worker carries it out. It cannot be undone, and the petition never reopened.

    Raises PetitionNotClosed, or CannotUndo if a later stage was ordered before.
    """
    with write_transaction():
        petition = db.session.scalars(select(Petition).where(Petition.id == petition_id).with_for_update()).one()
        if petition.closed_on is None:
            raise PetitionNotClosed
        stages = list(Retention)
        if petition.retention and stages.index(Retention(petition.retention)) > stages.index(stage):
            raise CannotUndo
        petition.retention, petition.retention_done_on = stage, None
        record(action="destroy-signatures", object_type="petitions", object_id=petition_id, stage=stage)


def carry_out_orders() -> None:
    """Carry out orders for at most MAX_DURATION; the worker's next clean-up continues."""
    until = time.monotonic() + MAX_DURATION
    for petition_id in db.session.scalars(
        select(Petition.id).where(Petition.retention.is_not(None), Petition.retention_done_on.is_(None))
    ).all():
        carry_out(petition_id, is_over=lambda: time.monotonic() > until)


def carry_out(petition_id: int, *, is_over: Callable[[], bool] = lambda: False) -> None:
    """Carry out the order of a petition, batch by batch, until nothing is left or `is_over`."""
    stage = Retention(str(db.session.scalar(select(Petition.retention).where(Petition.id == petition_id))))
    steps: list[Callable[[int], int]] = [_erase_hashes]
    if stage is not Retention.ERASE_HASHES:
        steps.append(_erase_sealed_without_names if stage is Retention.ERASE_SIGNATURES else _erase_sealed)
    _erase_jobs(petition_id)
    for step in steps:
        while step(petition_id):
            if is_over():
                return
    for model in (Signature, Mailbox, outbox.Job):
        compact(model, max_size=ANY_SIZE, rewrite_file=True)
    with write_transaction():
        db.session.execute(update(Petition).where(Petition.id == petition_id).values(retention_done_on=today()))


def _erase_jobs(petition_id: int) -> None:
    """Delete the submissions and e-mails of a petition that wait or were rejected."""
    for kind in (JOB_KIND, MAIL_JOB_KIND):
        outbox.delete_where(kind, lambda content: _is_of(content, petition_id), batch=BATCH)


def _is_of(content: dict[str, object], petition_id: int) -> bool:
    """Whether a job belongs to a petition; an e-mail, also if its signature is gone."""
    if "petition_id" in content:
        return content["petition_id"] == petition_id
    signed = db.session.scalar(select(Signature.petition_id).where(Signature.id == content["signature_id"]))
    return signed in (petition_id, None)


def _erase_hashes(petition_id: int) -> int:
    """Erase unconfirmed signatures, the hashes of confirmed ones, and the mailboxes that nothing else needs."""
    with write_transaction():
        rows = db.session.execute(
            select(Signature.id, Signature.email_hash)
            .where(Signature.petition_id == petition_id, Signature.email_hash.is_not(None))
            .order_by(Signature.email_hash)
            .limit(BATCH)
        ).all()
        ids, hashes = [row.id for row in rows], [row.email_hash for row in rows]
        # Mailboxes are locked before signatures, and both in order, as everywhere.
        mailboxes = select(Mailbox.email_hash).where(Mailbox.email_hash.in_(hashes), Mailbox.blocked.is_(False))
        unblocked = db.session.scalars(mailboxes.order_by(Mailbox.email_hash).with_for_update()).all()
        db.session.execute(select(Signature.id).where(Signature.id.in_(ids)).order_by(Signature.id).with_for_update())
        ours = Signature.id.in_(ids)
        db.session.execute(delete(Signature).where(ours, Signature.state == SignatureState.PENDING))
        db.session.execute(update(Signature).where(ours).values(email_hash=None))
        others = select(Signature.email_hash).where(
            Signature.petition_id.in_(select(Petition.id).where(Petition.id != petition_id)),
            Signature.email_hash.in_(unblocked),
        )
        needed = set(db.session.scalars(others))
        unneeded = [it for it in unblocked if it not in needed]
        db.session.execute(delete(Mailbox).where(Mailbox.email_hash.in_(unneeded)))
    return len(rows)


def _erase_sealed(petition_id: int) -> int:
    """Erase confirmed signatures with their public names; the count keeps them."""
    with write_transaction():
        ids = _lock_confirmed(petition_id)
        _erase_and_keep_count(petition_id, ids)
    return len(ids)


def _erase_sealed_without_names(petition_id: int) -> int:
    """Erase confirmed signatures; of those with a public name, the name and the link that withdraws it stay."""
    with write_transaction():
        named = db.session.scalars(
            select(Signature.id)
            .where(Signature.petition_id == petition_id, Signature.public_name.is_not(None))
            .where(Signature.sealed != ERASED)
            .order_by(Signature.id)
            .limit(BATCH)
            .with_for_update()
        ).all()
        db.session.execute(update(Signature).where(Signature.id.in_(named)).values(sealed=ERASED))
        ids = _lock_confirmed(petition_id, Signature.public_name.is_(None))
        _erase_and_keep_count(petition_id, ids)
    return len(named) + len(ids)


def _lock_confirmed(petition_id: int, *conditions: ColumnElement[bool]) -> list[int]:
    confirmed = select(Signature.id).where(
        Signature.petition_id == petition_id, Signature.state == SignatureState.CONFIRMED, *conditions
    )
    return list(db.session.scalars(confirmed.order_by(Signature.id).limit(BATCH).with_for_update()))


def _erase_and_keep_count(petition_id: int, ids: list[int]) -> None:
    db.session.execute(delete(Signature).where(Signature.id.in_(ids)))
    db.session.execute(
        update(Petition)
        .where(Petition.id == petition_id)
        .values(erased_signatures=Petition.erased_signatures + len(ids))
    )
