"""Rewrites the rows of signers, so that their position on the disk does not reveal in which order people signed.

Databases put new rows behind older ones or between them: in a table's file, in the pages of an index, and on PostgreSQL
under ascending transaction numbers (xmin). Together with a host's log of connections, such an order is a list of names.
So the day's rows are deleted and inserted again within each hour, in the order of their random keys and many in one
transaction, and once more when the day is over. Rows that are deleted as soon as they have served their purpose (jobs,
hourly counts, used challenges) are not rewritten, but their remains on the disk are removed.
"""

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Table, and_, delete, func, insert, or_, select, text, true
from sqlalchemy.exc import OperationalError

from wzo.clock import is_recent, now, today
from wzo.compaction import compact
from wzo.extensions import db, upsert, write_transaction
from wzo.outbox import Job
from wzo.petition.models import Mailbox, RowRewrite, Signature
from wzo.petition.puzzle import UsedChallenge
from wzo.petition.submission_limits import SubmissionCount

# The worker asks every quarter of an hour, so no order is older than an hour.
INTERVAL = timedelta(minutes=40)
# The rows that are rewritten in one transaction. Nobody can confirm meanwhile, so it must be short.
BATCH_SIZE = 5_000
# In bytes. Tables larger than the first are not compacted (see compaction.py) by day; larger than the second, not at
# night either.
MAX_SIZE_BY_DAY = 32 * 1024**2
MAX_SIZE_AT_NIGHT = 256 * 1024**2
# In bytes: tables of this size are compacted so quickly that nobody notices a delay in signing.
MAX_SIZE_OF_QUEUE = 8 * 1024**2
# In milliseconds: others wait while we wait for the lock.
LOCK_TIMEOUT = 2_000
ROW_ID = 1
# Random keys are uniformly distributed in these ranges; of a hash, the first eight bytes are enough.
ID_BITS, HASH_BITS = 63, 64

log = logging.getLogger(__name__)

Rewritten = type[Signature] | type[Mailbox]
# The columns that reveal when a row was written last; a table without them is rewritten as a whole, and is small.
DAYS: dict[Rewritten, list[Any]] = {
    Signature: [Signature.signed_on, Signature.mailed_on, Signature.confirmed_on],
    Mailbox: [],
}

# Their rows are deleted as soon as they have served their purpose.
SHORT_LIVED = (Job, SubmissionCount, UsedChallenge)


def erase_deleted_rows() -> None:
    """Remove from the disk what was deleted in tables whose rows are short-lived; OUTBOX_KEY would still open jobs."""
    for model in SHORT_LIVED:
        compact(model, max_size=MAX_SIZE_OF_QUEUE)


def rewrite_rows() -> None:
    """Rewrite the rows of the day, and of the days since the last time; within the hour, by one of the workers."""
    day, since = today(), None
    with write_transaction():
        last = db.session.get(RowRewrite, ROW_ID, with_for_update=True)
        if last:
            if is_recent(last.started_at, INTERVAL):
                return
            since = last.done_until
        _record({"started_at": now(), "done_until": since})
    try:
        for model, days in DAYS.items():
            written = _written_since(days, since)
            if model is Signature and since != day:
                # Unsubscribing writes an old row, whose position and transaction number would reveal when that was.
                written = or_(written, Signature.unsubscribed)
            rewritten = sum(_rewrite(model, batch) for batch in _batches(model, written))
            if since != day:
                compact(model, max_size=MAX_SIZE_AT_NIGHT, rewrite_file=True)
            elif rewritten:
                compact(model, max_size=MAX_SIZE_BY_DAY, rewrite_file=True)
    except OperationalError as error:
        db.session.rollback()
        log.warning("The order of rows was not erased: %s. The next attempt comes soon.", type(error.orig).__name__)
        return
    with write_transaction():
        _record({"started_at": now(), "done_until": day})


def _written_since(days: list[Any], since: date | None) -> ColumnElement[bool]:
    return or_(*(day >= since for day in days)) if days and since else true()


def _batches(model: Rewritten, written: ColumnElement[bool]) -> Iterator[ColumnElement[bool]]:
    """Divide the rows by ranges of their random keys, so that a batch reveals nothing about the time either."""
    (key,) = _table(model).primary_key
    number = 1 + (db.session.scalar(select(func.count()).select_from(model).where(written)) or 0) // BATCH_SIZE
    db.session.rollback()
    is_hash = isinstance(key.type, LargeBinary)
    bits = HASH_BITS if is_hash else ID_BITS
    starts = [index * 2**bits // number for index in range(1, number)]
    bounds = [None, *(start.to_bytes(bits // 8) if is_hash else start for start in starts), None]
    for low, high in pairwise(bounds):
        yield and_(written, true() if low is None else key >= low, true() if high is None else key < high)


def _rewrite(model: Rewritten, batch: ColumnElement[bool]) -> int:
    """Delete the rows of a batch and insert them again in the order of their keys; returns how many there were."""
    table = _table(model)
    with write_transaction():
        if db.engine.dialect.name == "postgresql":
            # A statement that waits for a row that we delete would not find the one that we insert, so it must wait
            # before it looks: for the table. Reading is possible meanwhile.
            db.session.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT}"))
            db.session.execute(text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))
        rows = db.session.execute(select(table).where(batch).order_by(*table.primary_key)).mappings().all()
        if rows:
            db.session.execute(delete(model).where(batch), execution_options={"synchronize_session": False})
            db.session.execute(insert(table), [dict(row) for row in rows])
    return len(rows)


def _table(model: Rewritten) -> Table:
    return db.metadata.tables[model.__tablename__]


def _record(values: dict[str, Any]) -> None:
    row = upsert(RowRewrite).values(id=ROW_ID, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
