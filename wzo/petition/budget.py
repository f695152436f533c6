"""The budget of letters per hour: of the whole site, and of each source (the network that a request comes from).

What is counted is accepted submissions, never the letters that they really cause. Whether a submission causes a letter
depends on its address, so a budget of real letters would let strangers find out which addresses have signed.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Integer, Select, bindparam, delete, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import Timestamp, now
from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.extensions import Base, db, write_transaction
from wzo.transaction_retries import retry_transaction

HOUR = timedelta(hours=1)
# A source is known by 16 bits of a keyed hash, which it shares with 65,000 other IPv4 addresses: enough to tell busy
# sources apart, and too little to find a network by it. With the key, one that is guessed can be tested.
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


_counts = SubmissionCount.__table__.c
_hour_is = bindparam("hour", type_=Timestamp())


def _used(source: object) -> Select[tuple[int]]:
    """How many submissions of a source were accepted in the bound `hour`."""
    return select(func.coalesce(func.sum(_counts.accepted), 0)).where(
        _counts.hour == _hour_is, _counts.source == source
    )


# Columns for another query, with the bound parameters `hour` and `source`.
USED = (
    _used(WHOLE_SITE).scalar_subquery().label("used_by_site"),
    _used(bindparam("source")).scalar_subquery().label("used_by_source"),
)
_SITE_BUDGET = _used(WHOLE_SITE)
# The whole site first, always, so that transactions cannot deadlock.
_SPEND = text(
    "INSERT INTO submission_counts (hour, source, shard, accepted)"
    " VALUES (:hour, :whole_site, :shard, 1), (:hour, :source, 0, 1)"
    " ON CONFLICT (hour, source, shard) DO UPDATE SET accepted = submission_counts.accepted + 1"
    " RETURNING source, accepted"
).bindparams(_hour_is, whole_site=WHOLE_SITE)


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
        self.seconds = max(1, int((this_hour() + HOUR - now()).total_seconds()))

    @property
    def minutes(self) -> int:
        """How long to wait, in minutes."""
        return -(-self.seconds // 60)


def source_of(network: str) -> int:
    """The source that a network belongs to; the next hour it is another one."""
    key = settings().secret_key.encode()
    return int.from_bytes(keyed_hash(key, "source", this_hour().isoformat(), network)[:2], "big") % SOURCES


def get_site_budget() -> Budget:
    """The budget of the whole site in this hour."""
    return Budget(db.session.scalar(_SITE_BUDGET, {"hour": this_hour()}) or 0, settings().letters_per_hour)


def check(used_by_site: int, used_by_source: int) -> Budget:
    """Return the budget of a source; raises BudgetSpent if it or that of the whole site is used up."""
    if Budget(used_by_site, settings().letters_per_hour).is_spent:
        raise BudgetSpent(whole_site=True)
    budget = Budget(used_by_source, settings().letters_per_hour_per_source)
    if budget.is_spent:
        raise BudgetSpent(whole_site=False)
    return budget


def spend(source: int) -> None:
    """Count an accepted submission, in the caller's transaction; raises BudgetSpent.

    The limit of a source is exact. That of the whole site may be exceeded by a few submissions sent at the same moment.
    """
    values = {"hour": this_hour(), "source": source, "shard": secrets.randbelow(SHARDS)}
    accepted = {row.source: row.accepted for row in db.session.execute(_SPEND, values)}
    if accepted[source] > settings().letters_per_hour_per_source:
        raise BudgetSpent(whole_site=False)


@retry_transaction
def prune() -> None:
    """Delete the counts of the hours that are over."""
    with write_transaction():
        db.session.execute(delete(SubmissionCount).where(SubmissionCount.hour < this_hour()))


def this_hour() -> datetime:
    """The beginning of the current hour."""
    return now().replace(minute=0, second=0)
