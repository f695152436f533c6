"""Which content objects use an uploaded picture or file, in their drafts and live: readers can see only the latter."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update

from wzo.clock import now
from wzo.extensions import AnyRow, db
from wzo.media.models import Picture, PictureUse


class Uses:
    """The records of what uses the rows of a model, which have a random `key` and `first_published_at`.

    `column` is the name of the column of `use` that refers to them.
    """

    def __init__(self, model: type[Any], use: type[Any], column: str) -> None:
        self.model = model
        self.use = use
        self.column = column

    @property
    def owner_id(self) -> Any:
        """The column that refers to the used row."""
        return getattr(self.use, self.column)

    def has_use(self, *, live_only: bool = False) -> ColumnElement[bool]:
        """Whether something uses a row, in a query of the model."""
        found = exists().where(self.owner_id == self.model.id)
        return found.where(self.use.live) if live_only else found

    def record(self, *, content_type: str, object_id: int, locale: str, live: bool, keys: Iterable[str]) -> None:
        """Record what a locale of an object uses, in the caller's transaction, replacing earlier records.

        `live`: whether this is about the live version or the draft; the two are recorded separately. `keys` are those
        in its fields and those that are found in its texts; none if it uses nothing any more. Unknown ones are ignored.
        """
        use = {"content_type": content_type, "object_id": object_id, "locale": locale, "live": live}
        db.session.execute(delete(self.use).filter_by(**use))
        wanted = {*keys}
        ids = db.session.scalars(select(self.model.id).where(self.model.key.in_(wanted))).all() if wanted else ()
        if not ids:
            return
        db.session.execute(insert(self.use), [{self.column: owner_id, **use} for owner_id in ids])
        if live:
            never_public = update(self.model).where(self.model.id.in_(ids), self.model.first_published_at.is_(None))
            db.session.execute(never_public.values(first_published_at=now()))

    def delete(self, *, content_type: str, object_id: int) -> None:
        """Delete the records of what an object uses, in the caller's transaction: it is being deleted."""
        db.session.execute(delete(self.use).filter_by(content_type=content_type, object_id=object_id))

    def get_keys(self, content_type: str, object_id: int) -> dict[tuple[str, bool], set[str]]:
        """The keys of what an object uses, by locale and by whether it is the live version that does."""
        keys: dict[tuple[str, bool], set[str]] = {}
        rows = db.session.execute(
            select(self.use.locale, self.use.live, self.model.key)
            .join(self.model, self.model.id == self.owner_id)
            .where(self.use.content_type == content_type, self.use.object_id == object_id)
        )
        for locale, live, key in rows:
            keys.setdefault((locale, live), set()).add(key)
        return keys

    def get(self, owner_id: int) -> Sequence[AnyRow]:
        """The objects that use a row, each once: `content_type`, `object_id`, and whether it uses it `live`."""
        rows = db.session.execute(
            select(self.use.content_type, self.use.object_id, self.use.live)
            .where(self.owner_id == owner_id)
            .distinct()
            .order_by(self.use.content_type, self.use.object_id, self.use.live.desc())
        ).all()
        # Of each object, keeps the live use, which comes before that of its draft.
        return list({(row.content_type, row.object_id): row for row in reversed(rows)}.values())[::-1]

    def is_used_by(self, key: str, content_type: str, object_id: int) -> bool:
        """Whether an object uses a row, in its draft or live."""
        use = select(self.owner_id).join(self.model, self.model.id == self.owner_id)
        use = use.where(self.model.key == key, self.use.content_type == content_type, self.use.object_id == object_id)
        return db.session.execute(use.limit(1)).first() is not None


picture_uses = Uses(Picture, PictureUse, "picture_id")
