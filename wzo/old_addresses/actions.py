"""Editors add and remove old addresses."""

from sqlalchemy import delete

from wzo.audit import record
from wzo.content_version import bump_content_version
from wzo.extensions import db, upsert, write_transaction
from wzo.old_addresses.models import OldAddress
from wzo.transaction_retries import retry_transaction


@retry_transaction
def set_old_address(*, path: str, target: str) -> None:
    """Redirect an old address to a page, instead of to any other."""
    with write_transaction():
        statement = upsert(OldAddress).values(path=path, target=target)
        db.session.execute(statement.on_conflict_do_update(index_elements=["path"], set_={"target": target}))
        bump_content_version()
        record(action="set-old-address", object_type="old_addresses", name=path, after=target)


@retry_transaction
def remove_old_address(*, path: str) -> str | None:
    """Remove an old address; returns its former target."""
    with write_transaction():
        statement = delete(OldAddress).where(OldAddress.path == path).returning(OldAddress.target)
        target = db.session.scalar(statement)
        if target is not None:
            bump_content_version()
            record(action="remove-old-address", object_type="old_addresses", name=path, before=target)
        return target
