"""Loads the initial content: `structure.toml` lists the objects, the folders of the languages hold their texts.

`old_addresses.toml` lists the addresses of the earlier site.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import select

from wzo.cms.content_types import ContentType, registry
from wzo.cms.fields import Field
from wzo.extensions import db, write_transaction
from wzo.i18n import LANGUAGES
from wzo.old_addresses.models import OldAddress
from wzo.publication import State
from wzo.seed.drafts import Texts, add_draft
from wzo.seed.models import SeedRecord

FOLDER = Path(__file__).parent
AddTexts: TypeAlias = Callable[[ContentType, int, Texts], None]


def load_seed() -> int:
    """Add the objects and texts that were never loaded, in one transaction; returns how many there were.

    On a new site they are live. Later versions add theirs as drafts, for editors to publish.
    """
    structure = tomllib.loads((FOLDER / "structure.toml").read_text(encoding="utf-8"))
    with write_transaction():
        loaded = set(db.session.scalars(select(SeedRecord.key)))
        before = len(loaded)
        add_texts = _add_live_texts if not loaded else add_draft
        # In the file, an object precedes those that refer to it.
        for key, entries in structure.items():
            for position, entry in enumerate(entries, start=1):
                _load(registry[key], position, entry, loaded, add_texts)
        _load_old_addresses(loaded)
        return len(loaded) - before


def _load(
    content_type: ContentType, position: int, entry: dict[str, Any], loaded: set[str], add_texts: AddTexts
) -> None:
    name = entry[_name_column(content_type)]
    path = f"{content_type.key}/{name}"
    obj = _find(content_type, name)
    if path not in loaded:
        _mark_loaded(path, loaded)
        if obj is None:
            obj = _add_object(content_type, position, entry)
    if obj is None:
        return  # An editor has deleted it.
    found = {
        language: None if f"{path}/{language}" in loaded else _read_text(content_type, language, name)
        for language in LANGUAGES
    }
    texts = {language: text for language, text in found.items() if text is not None}
    for language in texts:
        _mark_loaded(f"{path}/{language}", loaded)
    if texts:
        add_texts(content_type, obj.id, texts)
    db.session.flush()


def _load_old_addresses(loaded: set[str]) -> None:
    """Redirect the addresses of the earlier site to pages of this one, except those that editors have changed."""
    decided = set(db.session.scalars(select(OldAddress.path)))
    for path, target in tomllib.loads((FOLDER / "old_addresses.toml").read_text(encoding="utf-8")).items():
        key = f"old-addresses{path}"
        if key not in loaded:
            _mark_loaded(key, loaded)
            if path not in decided:
                db.session.add(OldAddress(path=path, target=target))


def _add_live_texts(content_type: ContentType, object_id: int, texts: Texts) -> None:
    for language, text in texts.items():
        if content_type.has_states:
            text["state"] = State.LIVE
        db.session.add(content_type.text(**{content_type.foreign_key: object_id}, language=language, **text))


def _add_object(content_type: ContentType, position: int, entry: dict[str, Any]) -> Any:
    columns = {column.key for column in content_type.model.__table__.columns}
    values = {name: value for name, value in entry.items() if name in columns}
    if content_type.has_order:
        values["position"] = position
    references = [field for field in content_type.shared_fields if field.to]
    for field in references:
        if field.table is None and (name := field.name.removesuffix("_id")) in entry:
            values[field.name] = _find(registry[field.to], entry[name]).id
    obj = content_type.model(**values)
    db.session.add(obj)
    db.session.flush()
    for field in references:
        if field.table is not None:
            _add_references(field, obj.id, entry.get(field.name, ()))
    return obj


def _add_references(field: Field, object_id: int, names: list[str]) -> None:
    assert field.table is not None  # noqa: S101 - for the type checker
    near, far = (column.name for column in field.table.primary_key.columns)
    for position, name in enumerate(names, start=1):
        other = _find(registry[field.to], name)
        place = {"position": position} if field.is_ordered else {}
        db.session.execute(field.table.insert().values({near: object_id, far: other.id, **place}))


def _read_text(content_type: ContentType, language: str, name: str) -> dict[str, Any] | None:
    """The text of an object: a Markdown file of its own, or its table in the file of its content type.

    None if the initial content has no text in this language.
    """
    path = FOLDER / language / content_type.key / f"{name}.md"
    if path.exists():
        _, front_matter, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        return {**tomllib.loads(front_matter), "body": body.strip()}
    path = FOLDER / language / f"{content_type.key}.toml"
    text = tomllib.loads(path.read_text(encoding="utf-8")).get(name) if path.exists() else None
    return {content_type.title: text} if isinstance(text, str) else text


def _name_column(content_type: ContentType) -> str:
    """The column by which the seed names an object."""
    return "slug" if hasattr(content_type.model, "slug") else "key"


def _find(content_type: ContentType, name: str) -> Any:
    column = getattr(content_type.model, _name_column(content_type))
    return db.session.scalar(select(content_type.model).where(column == name))


def _mark_loaded(path: str, loaded: set[str]) -> None:
    loaded.add(path)
    db.session.add(SeedRecord(key=path))
