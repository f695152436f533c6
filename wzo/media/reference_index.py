"""The reference index (as Wagtail has it): which content objects use an uploaded picture or file, as draft or live."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update

from wzo.clock import now
from wzo.extensions import AnyRow, db
from wzo.media.models import Picture, PictureUse


class ReferenceIndex:
    """The references of content objects to targets: the rows of `model`, which have a `key` and `first_published_at`.

    `use` is the model of the references, `target_column` the name of its foreign key to the targets.
    """

    def __init__(self, model: type[Any], use: type[Any], target_column: str) -> None:
        self.model = model
        self.use = use
        self.target_column = target_column

    @property
    def target_id_column(self) -> Any:
        """The foreign key to the picture or file that is used."""
        return getattr(self.use, self.target_column)

    def has_use(self, *, live_only: bool = False) -> ColumnElement[bool]:
        """Whether an object uses a target, in a query of the model."""
        found = exists().where(self.target_id_column == self.model.id)
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
        db.session.execute(insert(self.use), [{self.target_column: target_id, **use} for target_id in ids])
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
            .join(self.model, self.model.id == self.target_id_column)
            .where(self.use.content_type == content_type, self.use.object_id == object_id)
        )
        for locale, live, key in rows:
            keys.setdefault((locale, live), set()).add(key)
        return keys

    def get(self, target_id: int) -> Sequence[AnyRow]:
        """The objects that use a target, each once: `content_type`, `object_id`, and whether it uses it `live`."""
        rows = db.session.execute(
            select(self.use.content_type, self.use.object_id, self.use.live)
            .where(self.target_id_column == target_id)
            .distinct()
            .order_by(self.use.content_type, self.use.object_id, self.use.live.desc())
        ).all()
        # Of each object, keeps the live use, which comes before that of its draft.
        return list({(row.content_type, row.object_id): row for row in reversed(rows)}.values())[::-1]

    def is_used_by(self, key: str, content_type: str, object_id: int) -> bool:
        """Whether an object uses the target with a key, in its draft or live."""
        use = select(self.target_id_column).join(self.model, self.model.id == self.target_id_column)
        use = use.where(self.model.key == key, self.use.content_type == content_type, self.use.object_id == object_id)
        return db.session.execute(use.limit(1)).first() is not None


picture_uses = ReferenceIndex(Picture, PictureUse, "picture_id")
