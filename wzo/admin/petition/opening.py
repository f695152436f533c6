"""Opens and closes petitions: close, reopen, pause and resume. None of them does anything twice."""

from sqlalchemy import select

from wzo.audit import record
from wzo.clock import today
from wzo.content_version import bump_content_version
from wzo.extensions import db, write_transaction
from wzo.petition.models import Petition
from wzo.transaction_retries import retry_transaction


class HashesErased(Exception):
    """The petition cannot be reopened: people who signed before would not be recognised, and could sign again."""


@retry_transaction
def close(*, petition_id: int) -> None:
    """Close a petition today; a pause ends with it."""
    with write_transaction():
        petition = _lock(petition_id)
        if petition.closed_on is None:
            petition.closed_on, petition.paused_on = today(), None
            _log("close-petition", petition)


@retry_transaction
def reopen(*, petition_id: int) -> None:
    """Reopen a closed petition. Raises HashesErased."""
    with write_transaction():
        petition = _lock(petition_id)
        if petition.retention is not None:
            raise HashesErased
        if petition.closed_on is not None:
            petition.closed_on = None
            _log("reopen-petition", petition)


@retry_transaction
def pause(*, petition_id: int) -> None:
    """Pause an open petition from today on."""
    with write_transaction():
        petition = _lock(petition_id)
        if petition.closed_on is None and petition.paused_on is None:
            petition.paused_on = today()
            _log("pause-petition", petition)


@retry_transaction
def resume(*, petition_id: int) -> None:
    """Resume a paused petition."""
    with write_transaction():
        petition = _lock(petition_id)
        if petition.paused_on is not None:
            petition.paused_on = None
            _log("resume-petition", petition)


def _lock(petition_id: int) -> Petition:
    """A petition, locked in the caller's transaction, which changes the content."""
    # Before the petition: all changes of content take these two locks in the same order.
    bump_content_version()
    return db.session.scalars(select(Petition).where(Petition.id == petition_id).with_for_update()).one()


def _log(action: str, petition: Petition) -> None:
    record(action=action, object_type="petitions", object_id=petition.id)
