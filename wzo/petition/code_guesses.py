"""Limits guesses of the codes that people type, by petition and hour, without storing anything about visitors.

A code has 60 bits. At the limit, a week of guesses finds one of a million valid codes with a probability below one in a
million (1,000,000 × 168 × 6,000 / 2⁶⁰ ≈ 9 × 10⁻⁷), while thousands of signers can mistype theirs within an hour. The
links have 128 bits and no limit.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.extensions import Base, db, upsert, write_transaction
from wzo.petition.pending import FoundSignature, find_by_code
from wzo.transaction_retries import retry_transaction

MAX_WRONG_CODES = 6_000
HOUR = timedelta(hours=1)


class CodeGuesses(Base):
    """How many codes that no signature has were typed on a petition's page within an hour."""

    __tablename__ = "code_guesses"
    # Without a rowid, like `submission_counts`.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    wrong_codes: Mapped[int]


class TooManyGuesses(Exception):
    """No code is accepted on this petition's page before the next hour; `seconds` and `minutes` say how long it takes.

    The right codes are refused as well: otherwise guessing could go on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seconds = max(1, int((_hour() + HOUR - now()).total_seconds()))
        self.minutes = -(-self.seconds // 60)


def find_by_typed_code(code: str, petition_id: int) -> FoundSignature | None:
    """A petition's signature with this code, or None, which is counted. Raises TooManyGuesses."""
    this_hour = (CodeGuesses.petition_id == petition_id, CodeGuesses.hour == _hour())
    if (db.session.scalar(select(CodeGuesses.wrong_codes).where(*this_hour)) or 0) >= MAX_WRONG_CODES:
        raise TooManyGuesses
    found = find_by_code(code, petition_id)
    if found is None:
        _count_wrong_code(petition_id)
    return found


@retry_transaction
def _count_wrong_code(petition_id: int) -> None:
    with write_transaction():
        statement = upsert(CodeGuesses).values(petition_id=petition_id, hour=_hour(), wrong_codes=1)
        statement = statement.on_conflict_do_update(
            index_elements=[CodeGuesses.petition_id, CodeGuesses.hour],
            set_={"wrong_codes": CodeGuesses.wrong_codes + 1},
        )
        db.session.execute(statement)


@retry_transaction
def prune() -> None:
    """Delete the counts of the hours that are over."""
    with write_transaction():
        db.session.execute(delete(CodeGuesses).where(CodeGuesses.hour < _hour()))


def _hour() -> datetime:
    return now().replace(minute=0, second=0)
