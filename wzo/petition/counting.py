"""Keeps the public count equal to the number of confirmed signatures."""

import secrets
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Date, bindparam, text

from wzo.extensions import db
from wzo.petition.models import COUNT_SHARDS

_BY_DAY = text(
    "INSERT INTO signature_days (petition_id, day, shard, confirmed) VALUES (:petition_id, :day, :shard, :change)"
    " ON CONFLICT (petition_id, day, shard) DO UPDATE SET confirmed = signature_days.confirmed + excluded.confirmed"
).bindparams(bindparam("day", type_=Date()))
_TOTAL = text(
    "INSERT INTO signature_counts (petition_id, shard, confirmed) VALUES (:petition_id, :shard, :change)"
    " ON CONFLICT (petition_id, shard) DO UPDATE SET confirmed = signature_counts.confirmed + excluded.confirmed"
)


def change_count(petition_id: int, changes: Mapping[date, int]) -> None:
    """Add to the count of each day and to the total, always in this order, so that transactions cannot deadlock."""
    shard = {"petition_id": petition_id, "shard": secrets.randbelow(COUNT_SHARDS)}
    db.session.execute(_BY_DAY, [{**shard, "day": day, "change": changes[day]} for day in sorted(changes)])
    db.session.execute(_TOTAL, {**shard, "change": sum(changes.values())})
