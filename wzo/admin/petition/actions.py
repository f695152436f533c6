"""What editors do with a petition: close it, open it again, take out signatures that were not people's own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from wzo import outbox
from wzo.audit import log
from wzo.content_version import content_changed
from wzo.extensions import db, write_transaction
from wzo.petition.actions import erase_confirmed
from wzo.petition.models import Petition
from wzo.petition.queries import recount

# So many signatures are taken out in a transaction, so that nobody who signs meanwhile waits long.
BATCH = 1_000


def close(*, petition_id: int) -> None:
    """Close a petition today; one that is closed stays as it is."""
    with write_transaction():
        # Before the log: all who change the content take these two locks in the same order.
        content_changed()
        petition = _lock(petition_id)
        if petition.closed_on is None:
            petition.closed_on = datetime.now(UTC).date()
            log(action="petition.close", object_type="petitions", object_id=petition_id)


def reopen(*, petition_id: int) -> None:
    """Open a petition again; one that is open stays as it is."""
    with write_transaction():
        # Before the log: all who change the content take these two locks in the same order.
        content_changed()
        petition = _lock(petition_id)
        if petition.closed_on is not None:
            petition.closed_on = None
            log(action="petition.reopen", object_type="petitions", object_id=petition_id)


def note_export(*, petition_id: int) -> int:
    """Note that the sealed signatures are taken along; returns how many."""
    with write_transaction():
        number = recount(petition_id)
        log(action="petition.export", object_type="petitions", object_id=petition_id, number=number)
    return number


def invalidate(*, petition_id: int, ids: Sequence[int], reason: str, **chosen: str | int) -> int:
    """Erase signatures that count and lower the count; returns how many. What is gone already is passed over.

    Each batch goes with its share of the count and its line in the log, in a transaction. `chosen` says in the log by
    what they were chosen.
    """
    gone = 0
    for start in range(0, len(ids), BATCH):
        with write_transaction():
            number = erase_confirmed(petition_id=petition_id, ids=ids[start : start + BATCH])
            if number:
                details: dict[str, Any] = {"number": number, "reason": reason, **chosen}
                log(action="petition.invalidate", object_type="petitions", object_id=petition_id, **details)
        gone += number
    return gone


def dismiss_dead_letters() -> int:
    """Take the letters that were refused for good off the list; returns how many there were."""
    with write_transaction():
        number = outbox.delete_dead_letters()
        if number:
            log(action="mail.dismiss", number=number)
    return number


def _lock(petition_id: int) -> Petition:
    return db.session.scalars(select(Petition).where(Petition.id == petition_id).with_for_update()).one()
