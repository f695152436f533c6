"""Keeps the public count equal to the number of confirmed signatures."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

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
# As long as a link is the same, so is what was submitted.
_CONFIRM_SQL = (
    "UPDATE signatures SET state = 'confirmed', confirmed_on = :confirmed_on, sealed = :sealed,"
    " public_name = :public_name, pending_ciphertext = NULL"
    " WHERE id = :id AND link_hash = :link_hash AND state = 'pending' RETURNING petition_id"
)
_CONFIRM = text(_CONFIRM_SQL).bindparams(bindparam("confirmed_on", type_=Date()))
# On PostgreSQL the counts as well, in one round trip. The total is taken from `days`, so that it is locked last.
_CONFIRM_AND_COUNT = text(
    f"WITH confirmed AS ({_CONFIRM_SQL}), days AS ("  # noqa: S608 - two constants
    "INSERT INTO signature_days (petition_id, day, shard, confirmed)"
    " SELECT petition_id, :confirmed_on, :shard, 1 FROM confirmed"
    " ON CONFLICT (petition_id, day, shard) DO UPDATE SET confirmed = signature_days.confirmed + 1"
    " RETURNING petition_id, shard)"
    " INSERT INTO signature_counts (petition_id, shard, confirmed) SELECT petition_id, shard, 1 FROM days"
    " ON CONFLICT (petition_id, shard) DO UPDATE SET confirmed = signature_counts.confirmed + 1 RETURNING shard"
).bindparams(bindparam("confirmed_on", type_=Date()))


def confirm_and_count(confirmed: Mapping[str, Any]) -> bool:
    """Confirm a pending signature and count it, in the caller's transaction; returns whether it was still pending.

    `confirmed` has its `id` and `link_hash`, and the new `confirmed_on`, `sealed` and `public_name`.
    """
    if db.engine.dialect.name == "sqlite":
        row = db.session.execute(_CONFIRM, confirmed).first()
        if row is not None:
            change_count(row.petition_id, {confirmed["confirmed_on"]: +1})
        return row is not None
    values = {**confirmed, "shard": secrets.randbelow(COUNT_SHARDS)}
    return db.session.execute(_CONFIRM_AND_COUNT, values).first() is not None


def change_count(petition_id: int, changes: Mapping[date, int]) -> None:
    """Add to the count of each day and to the total, always in this order, so that transactions cannot deadlock."""
    shard = {"petition_id": petition_id, "shard": secrets.randbelow(COUNT_SHARDS)}
    db.session.execute(_BY_DAY, [{**shard, "day": day, "change": changes[day]} for day in sorted(changes)])
    db.session.execute(_TOTAL, {**shard, "change": sum(changes.values())})
