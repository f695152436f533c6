"""Limits on submissions per hour: of the whole site, and of each network that requests come from.

Accepted submissions are counted, never the e-mails that they really cause. Whether a submission causes an e-mail
depends on its address, so a limit on real e-mails would let strangers find out which addresses have signed.
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
# A network is known by its bucket: 16 bits of a keyed hash, which it shares with 65,000 other IPv4 addresses. That is
# enough to tell busy networks apart, and too little to find one by it. With the key, one that is guessed can be tested.
NETWORK_BUCKETS = 2**16
WHOLE_SITE = -1
# If all submissions updated one row, they would wait for one another.
SHARDS = 16
# From this share of the whole site's limit on, editors are warned.
WARNING_SHARE = 0.8


class SubmissionCount(Base):
    """How many submissions were accepted in one hour: from a network, or on the whole site, whose count is sharded.

    The worker deletes it when the hour is over.
    """

    __tablename__ = "submission_counts"
    # Without a rowid, which would be the order in which networks first appeared.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    network_bucket: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    shard: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    accepted: Mapped[int]


_counts = SubmissionCount.__table__.c
_hour_is = bindparam("hour", type_=Timestamp())


def _used(network_bucket: object) -> Select[tuple[int]]:
    """How many submissions from a network were accepted in the bound `hour`."""
    return select(func.coalesce(func.sum(_counts.accepted), 0)).where(
        _counts.hour == _hour_is, _counts.network_bucket == network_bucket
    )


# Columns for another query, with the bound parameters `hour` and `network_bucket`.
USED = (
    _used(WHOLE_SITE).scalar_subquery().label("used_by_site"),
    _used(bindparam("network_bucket")).scalar_subquery().label("used_by_network"),
)
_USED_BY_SITE = _used(WHOLE_SITE)
# The whole site first, always, so that transactions cannot deadlock.
_COUNT = text(
    "INSERT INTO submission_counts (hour, network_bucket, shard, accepted)"
    " VALUES (:hour, :whole_site, :shard, 1), (:hour, :network_bucket, 0, 1)"
    " ON CONFLICT (hour, network_bucket, shard) DO UPDATE SET accepted = submission_counts.accepted + 1"
    " RETURNING network_bucket, accepted"
).bindparams(_hour_is, whole_site=WHOLE_SITE)


class Usage(NamedTuple):
    """How many submissions were accepted in the current hour, and how many may be."""

    used: int
    limit: int

    @property
    def is_used_up(self) -> bool:
        """Whether no more submissions are accepted before the next hour."""
        return self.used >= self.limit

    @property
    def is_nearly_used_up(self) -> bool:
        """Whether so much is used that editors are warned."""
        return self.used >= self.limit * WARNING_SHARE


class SubmissionLimitReached(Exception):
    """No more submissions are accepted in this hour: from one network, or on the `whole_site`."""

    def __init__(self, *, whole_site: bool) -> None:
        super().__init__()
        self.whole_site = whole_site
        self.seconds = max(1, int((this_hour() + HOUR - now()).total_seconds()))

    @property
    def minutes(self) -> int:
        """How long to wait, in minutes."""
        return -(-self.seconds // 60)


def bucket_of(network: str) -> int:
    """The bucket that a network is in; the next hour it is another one."""
    key = settings().secret_key.encode()
    digest = keyed_hash(key, "network bucket", this_hour().isoformat(), network)
    return int.from_bytes(digest[:2], "big") % NETWORK_BUCKETS


def get_site_usage() -> Usage:
    """How much of the whole site's limit is used in this hour."""
    return Usage(db.session.scalar(_USED_BY_SITE, {"hour": this_hour()}) or 0, settings().signatures_per_hour)


def check(used_by_site: int, used_by_network: int) -> Usage:
    """Return a network's usage; raises SubmissionLimitReached if its limit or that of the whole site is used up."""
    if Usage(used_by_site, settings().signatures_per_hour).is_used_up:
        raise SubmissionLimitReached(whole_site=True)
    usage = Usage(used_by_network, settings().signatures_per_hour_per_network)
    if usage.is_used_up:
        raise SubmissionLimitReached(whole_site=False)
    return usage


def count_submission(network_bucket: int) -> None:
    """Count an accepted submission, in the caller's transaction; raises SubmissionLimitReached.

    The limit of a network is exact. That of the whole site may be exceeded by a few submissions sent at the same
    moment.
    """
    values = {"hour": this_hour(), "network_bucket": network_bucket, "shard": secrets.randbelow(SHARDS)}
    accepted = {row.network_bucket: row.accepted for row in db.session.execute(_COUNT, values)}
    if accepted[network_bucket] > settings().signatures_per_hour_per_network:
        raise SubmissionLimitReached(whole_site=False)


@retry_transaction
def prune() -> None:
    """Delete the counts of the hours that are over."""
    with write_transaction():
        db.session.execute(delete(SubmissionCount).where(SubmissionCount.hour < this_hour()))


def this_hour() -> datetime:
    """The beginning of the current hour."""
    return now().replace(minute=0, second=0)
