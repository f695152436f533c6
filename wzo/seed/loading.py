"""Loads the starting content: `structure.toml` lists the objects, the folders of the languages hold their texts."""

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import select

from wzo.cms.content_types import ContentType, registry
from wzo.cms.fields import Field
from wzo.extensions import db, write_transaction
from wzo.facts.models import Fact, FactText
from wzo.i18n import LANGUAGES
from wzo.publication import State
from wzo.seed.models import SeedRecord

FOLDER = Path(__file__).parent


def load_seed() -> int:
    """Add what was never loaded before, in one transaction; returns how many objects and texts were added."""
    structure = tomllib.loads((FOLDER / "structure.toml").read_text(encoding="utf-8"))
    with write_transaction():
        loaded = set(db.session.scalars(select(SeedRecord.key)))
        before = len(loaded)
        # In the file, what others refer to comes first.
        for key, entries in structure.items():
            for position, entry in enumerate(entries, start=1):
                _load(registry[key], position, entry, loaded)
        return len(loaded) - before


def _load(content_type: ContentType, position: int, entry: dict[str, Any], loaded: set[str]) -> None:
    name = entry[_name_column(content_type)]
    path = f"{content_type.key}/{name}"
    obj = _find(content_type, name)
    if path not in loaded:
        _mark_loaded(path, loaded)
        if obj is None:
            obj = _add_object(content_type, position, entry)
    if obj is None:
        return  # An editor has deleted it.
    for language in LANGUAGES:
        text = None if f"{path}/{language}" in loaded else _read_text(content_type, language, name)
        if text is None:
            continue
        _mark_loaded(f"{path}/{language}", loaded)
        if content_type.has_facts:
            _add_facts({content_type.foreign_key: obj.id}, text.pop("facts", []), language)
        if content_type.has_states:
            text["state"] = State.LIVE
        db.session.add(content_type.text(**{content_type.foreign_key: obj.id}, language=language, **text))
    db.session.flush()


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
    for name in names:
        other = _find(registry[field.to], name)
        db.session.execute(field.table.insert().values({near: object_id, far: other.id}))


def _add_facts(owner: dict[str, int], texts: list[dict[str, str]], language: str) -> None:
    """Add facts in one language; the first language creates them, the others translate them."""
    facts = db.session.scalars(select(Fact).filter_by(**owner).order_by(Fact.position)).all()
    for position, text in enumerate(texts):
        fact = facts[position] if position < len(facts) else None
        fact = fact or Fact(**owner, position=position, as_of=text["as_of"] or None)
        db.session.add(fact)
        db.session.flush()
        translated = {name: text[name] for name in ("figure", "text", "source")}
        db.session.add(FactText(fact_id=fact.id, language=language, **translated))


def _read_text(content_type: ContentType, language: str, name: str) -> dict[str, Any] | None:
    """The text of an object: a Markdown file of its own, or its table in the file of its content type.

    None if the starting content has no text in this language.
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
