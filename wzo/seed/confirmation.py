"""The confirmation of the initial content: it names people, so an editor must have read it."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import exists, select, update

from wzo import audit
from wzo.clock import today
from wzo.cms.content_types import ContentType, registry
from wzo.cms.models import DraftState, Revision
from wzo.extensions import db, write_transaction
from wzo.publication import State
from wzo.seed.models import SeedRecord
from wzo.transaction_retries import retry_transaction


class Unconfirmed(NamedTuple):
    """A live text of the initial content that no editor has confirmed or published yet; `key` is its seed record's."""

    key: str
    content_type: str
    object_id: int
    language: str
    title: str


def find_unconfirmed() -> list[Unconfirmed]:
    """The texts that an editor must read, in the order of the panel."""
    open_records = set(db.session.scalars(select(SeedRecord.key).where(SeedRecord.confirmed_on.is_(None))))
    if not open_records:
        return []
    published = _published()
    return [
        it
        for content_type in registry.values()
        for it in _live_texts(content_type, open_records)
        if (it.content_type, it.object_id, it.language) not in published
    ]


def _published() -> set[tuple[str, int, str]]:
    """The locales of content objects that an editor has published: the live revision is no longer the first one."""
    earlier = Revision.__table__.alias()
    had_another = exists().where(
        earlier.c.content_type == DraftState.content_type,
        earlier.c.object_id == DraftState.object_id,
        earlier.c.locale == DraftState.locale,
        earlier.c.id < DraftState.live_revision_id,
    )
    rows = db.session.execute(
        select(DraftState.content_type, DraftState.object_id, DraftState.locale).where(had_another)
    )
    return {(row.content_type, row.object_id, row.locale) for row in rows}


def _live_texts(content_type: ContentType, records: set[str]) -> Iterator[Unconfirmed]:
    """The live texts of a content type that have one of the records."""
    names = {name for key, name, *_ in (it.split("/") for it in records) if key == content_type.key}
    if not names:
        return
    model, text = content_type.model, content_type.text
    name = model.slug if hasattr(model, "slug") else model.key
    query = select(name, model.id, text.language, content_type.title_column).join(
        text, content_type.owner_column == model.id
    )
    query = query.where(name.in_(names))
    if content_type.has_states:
        query = query.where(text.state == State.LIVE)
    for slug, object_id, language, title in db.session.execute(query.order_by(model.id, text.language)):
        key = f"{content_type.key}/{slug}/{language}"
        if key in records:
            yield Unconfirmed(key, content_type.key, object_id, language, title or slug)


@retry_transaction
def confirm(keys: Collection[str]) -> int:
    """Record that an editor has read and confirmed texts; returns how many of them were unconfirmed."""
    with write_transaction():
        known = {it.key: it for it in find_unconfirmed()}
        confirmed = [known[key] for key in keys if key in known]
        for text in confirmed:
            db.session.execute(update(SeedRecord).where(SeedRecord.key == text.key).values(confirmed_on=today()))
            audit.record(
                action="confirm-initial-content",
                object_type=text.content_type,
                object_id=text.object_id,
                language=text.language,
            )
    return len(confirmed)
