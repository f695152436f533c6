"""Keeps the public count equal to the number of confirmed signatures."""

import secrets
from collections.abc import Mapping
from datetime import date

from wzo.extensions import db, upsert
from wzo.petition.models import COUNT_SHARDS, SignatureCount, SignatureDay


def change_count(petition_id: int, changes: Mapping[date, int]) -> None:
    """Add to the count of each day and to the total, always in this order, so that transactions cannot deadlock."""
    shard = {"petition_id": petition_id, "shard": secrets.randbelow(COUNT_SHARDS)}
    by_day = upsert(SignatureDay).values([{**shard, "day": day, "confirmed": changes[day]} for day in sorted(changes)])
    db.session.execute(
        by_day.on_conflict_do_update(
            index_elements=[SignatureDay.petition_id, SignatureDay.day, SignatureDay.shard],
            set_={"confirmed": SignatureDay.confirmed + by_day.excluded.confirmed},
        )
    )
    change = sum(changes.values())
    total = upsert(SignatureCount).values(**shard, confirmed=change)
    db.session.execute(
        total.on_conflict_do_update(
            index_elements=[SignatureCount.petition_id, SignatureCount.shard],
            set_={"confirmed": SignatureCount.confirmed + change},
        )
    )
