"""Signatures on paper: editors enter, correct and remove their numbers."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from wzo.audit import record
from wzo.extensions import AnyRow, db, write_transaction
from wzo.petition.models import PaperSignatures, Petition
from wzo.transaction_retries import retry_transaction


class FewerThanNone(Exception):
    """Fewer than no signatures on paper would remain; there are `total`."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total = total


def get_paper(petition_id: int) -> Sequence[AnyRow]:
    """The entries of a petition: `id`, `day`, `number`, `note`, the latest day first."""
    return db.session.execute(
        select(PaperSignatures.id, PaperSignatures.day, PaperSignatures.number, PaperSignatures.note)
        .where(PaperSignatures.petition_id == petition_id)
        .order_by(PaperSignatures.day.desc(), PaperSignatures.id.desc())
    ).all()


@retry_transaction
def add_paper(*, petition_id: int, day: date, number: int, note: str) -> None:
    """Add a number of signatures on paper, or subtract a negative one. Raises FewerThanNone."""
    with write_transaction():
        total = _lock_total(petition_id)
        if total + number < 0:
            raise FewerThanNone(total)
        db.session.add(PaperSignatures(petition_id=petition_id, day=day, number=number, note=note))
        _log("add-paper-signatures", petition_id, day, number)


@retry_transaction
def remove_paper(*, petition_id: int, entry_id: int) -> None:
    """Remove an entry; idempotent. Raises FewerThanNone if it was corrected by later ones."""
    with write_transaction():
        total = _lock_total(petition_id)
        entry = db.session.get(PaperSignatures, entry_id)
        if entry is None or entry.petition_id != petition_id:
            return
        if total - entry.number < 0:
            raise FewerThanNone(total)
        db.session.delete(entry)
        _log("remove-paper-signatures", petition_id, entry.day, entry.number)


def _lock_total(petition_id: int) -> int:
    """The total, which nobody else changes before the transaction ends."""
    db.session.execute(select(Petition.id).where(Petition.id == petition_id).with_for_update())
    total = select(func.sum(PaperSignatures.number)).where(PaperSignatures.petition_id == petition_id)
    return int(db.session.scalar(total) or 0)


def _log(action: str, petition_id: int, day: date, number: int) -> None:
    record(action=action, object_type="petitions", object_id=petition_id, number=number, day=day.isoformat())
