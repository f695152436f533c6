"""Actions of editors on petitions: close, reopen, export, and invalidate fraudulent signatures."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from wzo import outbox
from wzo.audit import log
from wzo.clock import today
from wzo.content_version import content_changed
from wzo.extensions import db, write_transaction
from wzo.petition.actions import erase_confirmed
from wzo.petition.models import Petition
from wzo.petition.queries import recount

# Signatures erased in one transaction; few enough that signers do not have to wait long.
BATCH = 1_000


def close(*, petition_id: int) -> None:
    """Close a petition today, unless it is closed already."""
    with write_transaction():
        # Before the log: all changes of content take these two locks in the same order.
        content_changed()
        petition = _lock(petition_id)
        if petition.closed_on is None:
            petition.closed_on = today()
            log(action="close-petition", object_type="petitions", object_id=petition_id)


def reopen(*, petition_id: int) -> None:
    """Reopen a petition, unless it is open already."""
    with write_transaction():
        # Before the log: all changes of content take these two locks in the same order.
        content_changed()
        petition = _lock(petition_id)
        if petition.closed_on is not None:
            petition.closed_on = None
            log(action="reopen-petition", object_type="petitions", object_id=petition_id)


def log_export(*, petition_id: int) -> int:
    """Log that the sealed signatures are exported; returns how many."""
    with write_transaction():
        number = recount(petition_id)
        log(action="export-signatures", object_type="petitions", object_id=petition_id, number=number)
    return number


def invalidate(*, petition_id: int, ids: Sequence[int], reason: str, **chosen: str | int) -> int:
    """Erase confirmed signatures and lower the count; returns how many. Those that are gone already are skipped.

    Each batch is one transaction, with its part of the count and its log entry. `chosen` are the details for the log
    that say how the signatures were chosen.
    """
    erased = 0
    for start in range(0, len(ids), BATCH):
        with write_transaction():
            number = erase_confirmed(petition_id=petition_id, ids=ids[start : start + BATCH])
            if number:
                details: dict[str, Any] = {"number": number, "reason": reason, **chosen}
                log(action="invalidate-signatures", object_type="petitions", object_id=petition_id, **details)
        erased += number
    return erased


def dismiss_dead_letters() -> int:
    """Delete the e-mails that were permanently rejected; returns how many there were."""
    with write_transaction():
        number = outbox.delete_dead_letters()
        if number:
            log(action="dismiss-dead-letters", number=number)
    return number


def _lock(petition_id: int) -> Petition:
    return db.session.scalars(select(Petition).where(Petition.id == petition_id).with_for_update()).one()
