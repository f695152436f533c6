"""The budget of letters per hour: of the whole site, and of each source (the network that a request comes from).

What is counted is accepted submissions, never the letters that they really cause. Whether a submission causes a letter
depends on its address, so a budget of real letters would let strangers find out which addresses have signed.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Integer, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.extensions import Base, db, upsert, write_transaction

HOUR = timedelta(hours=1)
# A source is known by 16 bits of a keyed hash, which it shares with 65,000 other IPv4 addresses: enough to tell busy
# sources apart, and too little to tell who somebody is, even with the key.
SOURCES = 2**16
WHOLE_SITE = -1
# If all submissions updated one row, they would wait for one another.
SHARDS = 16
# From this share of the whole site's budget on, editors are warned.
ALARM_SHARE = 0.8


class SubmissionCount(Base):
    """How many submissions were accepted in one hour: from a source, or on the whole site, whose count is sharded.

    The worker deletes it when the hour is over.
    """

    __tablename__ = "submission_counts"
    # Without a rowid, which would be the order in which sources first appeared.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    source: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    shard: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    accepted: Mapped[int]


class Budget(NamedTuple):
    """How many submissions were accepted in the current hour, and how many may be."""

    used: int
    limit: int

    @property
    def is_spent(self) -> bool:
        """Whether no more submissions are accepted before the next hour."""
        return self.used >= self.limit

    @property
    def is_nearly_spent(self) -> bool:
        """Whether so much is used that editors are warned."""
        return self.used >= self.limit * ALARM_SHARE


class BudgetSpent(Exception):
    """No more submissions are accepted in this hour: from one source, or on the `whole_site`."""

    def __init__(self, *, whole_site: bool) -> None:
        super().__init__()
        self.whole_site = whole_site
        self.seconds = max(1, int((_hour() + HOUR - now()).total_seconds()))

    @property
    def minutes(self) -> int:
        """How long to wait, in minutes."""
        return -(-self.seconds // 60)


def source_of(network: str) -> int:
    """The source that a network belongs to; the next hour it is another one."""
    key = settings().secret_key.encode()
    return int.from_bytes(keyed_hash(key, "source", _hour().isoformat(), network)[:2], "big") % SOURCES


def get_site_budget() -> Budget:
    """The budget of the whole site in this hour."""
    return Budget(_count(WHOLE_SITE), settings().letters_per_hour)


def get_source_budget(source: int) -> Budget:
    """The budget of a source in this hour."""
    return Budget(_count(source), settings().letters_per_hour_per_source)


def check(source: int) -> Budget:
    """Return the budget of a source; raises BudgetSpent if it or that of the whole site is spent."""
    if get_site_budget().is_spent:
        raise BudgetSpent(whole_site=True)
    budget = get_source_budget(source)
    if budget.is_spent:
        raise BudgetSpent(whole_site=False)
    return budget


def spend(source: int) -> None:
    """Count an accepted submission, in the caller's transaction; raises BudgetSpent.

    The limit of a source is exact. That of the whole site may be exceeded by a few submissions sent at the same moment.
    """
    # Always the whole site first, so that transactions cannot deadlock.
    _add(WHOLE_SITE, secrets.randbelow(SHARDS))
    if _add(source) > settings().letters_per_hour_per_source:
        raise BudgetSpent(whole_site=False)


def prune() -> None:
    """Delete the counts of the hours that are over."""
    with write_transaction():
        db.session.execute(delete(SubmissionCount).where(SubmissionCount.hour < _hour()))


def _add(source: int, shard: int = 0) -> int:
    """Add one to a count; returns the new number."""
    statement = upsert(SubmissionCount).values(hour=_hour(), source=source, shard=shard, accepted=1)
    statement = statement.on_conflict_do_update(
        index_elements=[SubmissionCount.hour, SubmissionCount.source, SubmissionCount.shard],
        set_={"accepted": SubmissionCount.accepted + 1},
    )
    return db.session.execute(statement.returning(SubmissionCount.accepted)).scalar_one()


def _count(source: int) -> int:
    accepted = select(func.sum(SubmissionCount.accepted))
    found = db.session.scalar(accepted.where(SubmissionCount.hour == _hour(), SubmissionCount.source == source))
    return int(found or 0)


def _hour() -> datetime:
    """The beginning of the current hour."""
    return now().replace(minute=0, second=0)
