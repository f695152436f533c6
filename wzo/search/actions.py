"""Keeping the search up to date with the content."""

from sqlalchemy import update

from wzo.extensions import db, upsert
from wzo.search.models import ContentVersion

THE_ROW = 1


def content_changed() -> None:
    """Count a change of the content, in the current transaction, so that every process forgets what it remembered."""
    changed = db.session.execute(update(ContentVersion).values(version=ContentVersion.version + 1))
    if changed.rowcount == 0:
        db.session.execute(upsert(ContentVersion).values(id=THE_ROW, version=1).on_conflict_do_nothing())
