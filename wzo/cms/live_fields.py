"""The live tables as fields: reads them, and applies what is published.

The live tables hold what is or was published; the CMS edits fields, which are dictionaries of strings (fields.py).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, Integer, delete, insert, literal, select

from wzo.cms.content_types import ContentType, LocalizedFields
from wzo.cms.fields import Field, Fields
from wzo.cms.models import SHARED
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.publication import State
from wzo.slugs import is_placeholder


def get_object(content_type: ContentType, object_id: int) -> Any | None:
    """The row of a content object in its live table."""
    return db.session.get(content_type.model, object_id)


def get_text(content_type: ContentType, object_id: int, language: str) -> Any | None:
    """The row of an object's text in a language; None before it is first published.

    Of a type without states there is none while it is unpublished either.
    """
    return db.session.scalars(
        select(content_type.text).where(content_type.owner_column == object_id, content_type.text.language == language)
    ).first()


def is_live(content_type: ContentType, text: Any | None) -> bool:
    """Whether a text is public."""
    return text is not None and (not content_type.has_states or text.state == State.LIVE)


def was_ever_live(content_type: ContentType, text: Any | None) -> bool:
    """Whether a text was ever public; of a type without states that is known only while it is public."""
    return text is not None and (not content_type.has_states or text.first_published_at is not None)


def get_live_languages(content_type: ContentType, object_id: int) -> list[str]:
    """The languages in which an object is public."""
    return [code for code in LANGUAGES if is_live(content_type, get_text(content_type, object_id, code))]


def read_live(content_type: ContentType, object_id: int, locale: str) -> Fields:
    """The fields of a locale as the live tables have them; empty where they have none."""
    row = get_object(content_type, object_id) if locale == SHARED else get_text(content_type, object_id, locale)
    fields = {field.name: _read(field, row, object_id) for field in content_type.fields_for(locale)}
    if content_type.sensitive and locale == SHARED:
        fields |= _read_notice_decision(content_type, object_id)
    return fields


def apply(content_type: ContentType, object_id: int, published: LocalizedFields) -> None:
    """Write locales of an object to the live tables, in the caller's transaction; its texts are live from now on."""
    for locale, fields in published.items():
        if locale == SHARED:
            _write_shared(content_type, object_id, fields)
        else:
            _write_text(content_type, object_id, locale, fields)
    db.session.flush()


def unpublish(content_type: ContentType, object_id: int, languages: Iterable[str]) -> list[str]:
    """Unpublish texts, in the caller's transaction; returns the languages that were live."""
    unpublished = []
    for language in languages:
        text = get_text(content_type, object_id, language)
        if text is None or not is_live(content_type, text):
            continue
        unpublished.append(language)
        if content_type.has_states:
            text.state = State.UNPUBLISHED
        else:
            db.session.delete(text)
    db.session.flush()
    return unpublished


def _read(field: Field, row: Any | None, object_id: int) -> str:
    if not field.stored or row is None:
        return ""
    if field.table is not None:
        return field.value(_read_parts(field, object_id))
    value = getattr(row, field.name)
    if field.kind == "slug" and is_placeholder(value):
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _read_parts(field: Field, object_id: int) -> Iterator[str]:
    """The parts of the value of a field with several choices, as the live table has them."""
    table: Any = field.table
    near, far = table.primary_key.columns
    order = table.c.position if field.is_ordered else far
    roles = table.c.roles if field.roles else literal("")
    for one, names in db.session.execute(select(far, roles).where(near == object_id).order_by(order)):
        yield from (f"{one}:{name}" for name in names.split()) if names else (str(one),)


def _write_parts(field: Field, object_id: int, value: str) -> None:
    table: Any = field.table
    near, far = (column.name for column in table.primary_key.columns)
    roles = field.roles_of(value)
    db.session.execute(delete(table).where(table.c[near] == object_id))
    for position, one in enumerate(roles, start=1):
        row: dict[str, Any] = {near: object_id, far: int(one)}
        if field.is_ordered:
            row["position"] = position
        if field.roles:
            row["roles"] = " ".join(roles[one])
        db.session.execute(insert(table).values(row))


def _write_shared(content_type: ContentType, object_id: int, fields: Fields) -> None:
    obj = get_object(content_type, object_id)
    for field in content_type.shared_fields:
        if field.table is not None:
            _write_parts(field, object_id, fields[field.name])
        elif field.stored:
            setattr(obj, field.name, _column_value(content_type.model, field.name, fields[field.name]))


def _write_text(content_type: ContentType, object_id: int, language: str, fields: Fields) -> None:
    text = get_text(content_type, object_id, language)
    if text is None:
        text = content_type.text(**{content_type.foreign_key: object_id}, language=language)
        db.session.add(text)
    for field in content_type.translated_fields:
        setattr(text, field.name, fields[field.name])
    if content_type.has_states:
        text.state = State.LIVE


def _column_value(model: Any, name: str, value: str) -> Any:
    column = model.__table__.columns[name]
    if isinstance(column.type, Boolean):
        return bool(value)
    if not value:
        return None if column.nullable else ""
    if isinstance(column.type, Integer):
        return int(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value


def _read_notice_decision(content_type: ContentType, object_id: int) -> Fields:
    """Whether it needs a content notice: decided by whether texts that are already public have one."""
    texts = [get_text(content_type, object_id, language) for language in LANGUAGES]
    live = [text for text in texts if text is not None and is_live(content_type, text)]
    if not live:
        return {}
    return {"notice": "needed" if any(text.content_notice for text in live) else "none"}
