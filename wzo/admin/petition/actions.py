"""Actions of editors on signatures: export them, and invalidate fraudulent ones."""

from collections.abc import Sequence
from typing import Any

from wzo import outbox
from wzo.audit import record
from wzo.extensions import write_transaction
from wzo.petition.actions import erase_in_state
from wzo.petition.models import SignatureState
from wzo.petition.queries import recount
from wzo.transaction_retries import retry_transaction

# Signatures erased in one transaction; few enough that signers do not have to wait long.
BATCH = 1_000


def log_export(*, petition_id: int) -> int:
    """Log that the sealed signatures are exported; returns how many."""
    # Before the transaction: nobody has to wait with a signature until a million are counted.
    number = recount(petition_id)
    _log_export(petition_id, number)
    return number


@retry_transaction
def _log_export(petition_id: int, number: int) -> None:
    with write_transaction():
        record(action="export-signatures", object_type="petitions", object_id=petition_id, number=number)


def invalidate(
    *,
    petition_id: int,
    ids: Sequence[int],
    reason: str,
    state: SignatureState = SignatureState.CONFIRMED,
    **chosen: str | int,
) -> int:
    """Erase signatures in a state and lower the count; returns how many. Those no longer in the state are skipped.

    Each batch is one transaction, with its part of the count and its log entry. `chosen` are the details for the log
    that say how the signatures were chosen.
    """
    details = {"reason": reason, **chosen}
    return sum(
        _invalidate_batch(petition_id, ids[start : start + BATCH], state, details)
        for start in range(0, len(ids), BATCH)
    )


@retry_transaction
def _invalidate_batch(petition_id: int, ids: Sequence[int], state: SignatureState, details: dict[str, Any]) -> int:
    with write_transaction():
        number = erase_in_state(petition_id=petition_id, ids=ids, state=state)
        if number:
            action = "invalidate-signatures" if state == SignatureState.CONFIRMED else "erase-pending-signatures"
            record(action=action, object_type="petitions", object_id=petition_id, number=number, **details)
    return number


@retry_transaction
def retry_dead_letters() -> int:
    """Have the rejected e-mails sent again; returns how many there are."""
    with write_transaction():
        number = outbox.retry_dead_letters()
        if number:
            record(action="retry-dead-letters", number=number)
    return number


@retry_transaction
def dismiss_dead_letters() -> int:
    """Delete the rejected e-mails; returns how many there were."""
    with write_transaction():
        number = outbox.delete_dead_letters()
        if number:
            record(action="dismiss-dead-letters", number=number)
    return number
