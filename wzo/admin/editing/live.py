"""Between the public tables, which hold what is live, and the fields in which the panel edits.

A part's fields are a dictionary of texts; see kinds.py.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, Integer, delete, select

from wzo.admin.editing.addresses import is_placeholder
from wzo.admin.editing.kinds import FACT, FACT_SHARED, FACT_WORDS, Field, Kind
from wzo.admin.editing.models import SHARED
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.projects.models import Fact, FactText
from wzo.publication import State

Fields = dict[str, str]


def get_thing(kind: Kind, thing_id: int) -> Any | None:
    """The row of a thing in its public table."""
    return db.session.get(kind.model, thing_id)


def get_text(kind: Kind, thing_id: int, language: str) -> Any | None:
    """The row of a thing's words in a language; there is none of what was never shown in it."""
    return db.session.scalars(
        select(kind.text).where(getattr(kind.text, kind.owner) == thing_id, kind.text.language == language)
    ).first()


def is_live(kind: Kind, text: Any | None) -> bool:
    """Whether the public sees a text."""
    return text is not None and (not kind.published or text.state == State.LIVE)


def once_live(kind: Kind, text: Any | None) -> bool:
    """Whether the public ever saw a text; of kinds that keep no state it is known only while they do."""
    return text is not None and (not kind.published or text.live_at is not None)


def read_live(kind: Kind, thing_id: int, part: str) -> Fields:
    """The fields of a part as the public tables have them; empty where they have none."""
    row = get_thing(kind, thing_id) if part == SHARED else get_text(kind, thing_id, part)
    fields = {field.name: _read(kind, field, row, thing_id) for field in kind.fields_of(part)}
    if kind.has_facts:
        fields |= _read_facts(kind, thing_id, part)
    if kind.careful and part == SHARED:
        fields |= _what_was_decided(kind, thing_id)
    return fields


def put_live(kind: Kind, thing_id: int, parts: Mapping[str, Fields], beside: Mapping[str, Fields]) -> None:
    """Bring parts of a thing before the public, in the current transaction. Its words count as live from now on.

    `beside`: what is live in the other languages and stays so; facts are told together, so theirs are needed.
    """
    for part, fields in parts.items():
        if part == SHARED:
            _write_shared(kind, thing_id, fields)
        else:
            _write_words(kind, thing_id, part, fields)
    if kind.has_facts:
        _write_facts(kind, thing_id, {**beside, **parts})
    db.session.flush()


def take_down(kind: Kind, thing_id: int, languages: Iterable[str]) -> list[str]:
    """Take words out of the public's sight, in the current transaction; returns the languages in which it was live."""
    taken = []
    for language in languages:
        text = get_text(kind, thing_id, language)
        if text is None or not is_live(kind, text):
            continue
        taken.append(language)
        if kind.published:
            text.state = State.WITHDRAWN
        else:
            db.session.delete(text)
    db.session.flush()
    return taken


def live_languages(kind: Kind, thing_id: int) -> list[str]:
    """The languages in which the public sees a thing."""
    return [language for language in LANGUAGES if is_live(kind, get_text(kind, thing_id, language))]


def fact_numbers(*parts: Mapping[str, str]) -> list[int]:
    """The numbers of the facts that have any words in one of the parts."""
    names = {name for fields in parts for name, value in fields.items() if value and name.startswith(f"{FACT}.")}
    return sorted({int(name.split(".")[1]) for name in names})


def _read(kind: Kind, field: Field, row: Any | None, thing_id: int) -> str:
    if not field.has_column or row is None:
        return ""
    if field.table is not None:
        near, far = field.table.primary_key.columns
        rows = db.session.scalars(select(far).where(near == thing_id).order_by(far))
        return " ".join(map(str, rows))
    value = getattr(row, field.name)
    if field.widget == "address" and is_placeholder(value):
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _write_shared(kind: Kind, thing_id: int, fields: Fields) -> None:
    thing = get_thing(kind, thing_id)
    for field in kind.shared:
        if field.table is not None:
            near, far = field.table.primary_key.columns
            db.session.execute(delete(field.table).where(near == thing_id))
            for other in fields[field.name].split():
                db.session.execute(field.table.insert().values({near.name: thing_id, far.name: int(other)}))
        elif field.has_column:
            setattr(thing, field.name, _value(kind.model, field.name, fields[field.name]))


def _write_words(kind: Kind, thing_id: int, language: str, fields: Fields) -> None:
    text = get_text(kind, thing_id, language)
    if text is None:
        text = kind.text(**{kind.owner: thing_id}, language=language)
        db.session.add(text)
    for field in kind.words:
        setattr(text, field.name, fields[field.name])
    if kind.published:
        text.state = State.LIVE


def _value(model: Any, name: str, text: str) -> Any:
    column = model.__table__.columns[name]
    if isinstance(column.type, Boolean):
        return bool(text)
    if not text:
        return None if column.nullable else ""
    if isinstance(column.type, Integer):
        return int(text)
    if isinstance(column.type, Date):
        return date.fromisoformat(text)
    return text


def _facts(kind: Kind, thing_id: int) -> list[Fact]:
    return list(db.session.scalars(select(Fact).where(getattr(Fact, kind.owner) == thing_id).order_by(Fact.position)))


def _read_facts(kind: Kind, thing_id: int, part: str) -> Fields:
    """The facts as fields; a fact's number is its position, counted from 1."""
    fields: Fields = {}
    for number, fact in enumerate(_facts(kind, thing_id), start=1):
        row = fact if part == SHARED else db.session.get(FactText, {"fact_id": fact.id, "language": part})
        for name in FACT_SHARED if part == SHARED else FACT_WORDS:
            fields[f"{FACT}.{number}.{name}"] = getattr(row, name) or "" if row else ""
    return fields


def _write_facts(kind: Kind, thing_id: int, parts: Mapping[str, Fields]) -> None:
    whole = {part: parts.get(part, {}) for part in (SHARED, *LANGUAGES)}
    for fact in _facts(kind, thing_id):
        db.session.delete(fact)
    db.session.flush()
    for position, number in enumerate(fact_numbers(*(whole[language] for language in LANGUAGES))):
        fact = Fact(
            **{kind.owner: thing_id}, position=position, as_of=whole[SHARED].get(f"{FACT}.{number}.as_of") or None
        )
        db.session.add(fact)
        db.session.flush()
        for language in LANGUAGES:
            words = {name: whole[language].get(f"{FACT}.{number}.{name}", "") for name in FACT_WORDS}
            if words["figure"] and words["text"]:
                db.session.add(FactText(fact_id=fact.id, language=language, **words))


def _what_was_decided(kind: Kind, thing_id: int) -> Fields:
    """What was shown to the public before the panel asked was decided then: whether it needs a content notice."""
    texts = [get_text(kind, thing_id, language) for language in LANGUAGES]
    shown = [text for text in texts if text is not None and is_live(kind, text)]
    if not shown:
        return {}
    return {"notice": "needed" if any(text.content_notice for text in shown) else "none"}
