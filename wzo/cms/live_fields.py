"""The live tables as fields: reads what is live, and applies what is published.

The live tables hold what is live; the CMS edits fields, which are dictionaries of strings (fields.py).
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, Integer, delete, select

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
    """The row of an object's text in a language; None if it was never live in that language."""
    return db.session.scalars(
        select(content_type.text).where(content_type.owner_column == object_id, content_type.text.language == language)
    ).first()


def is_live(content_type: ContentType, text: Any | None) -> bool:
    """Whether a text is public."""
    return text is not None and (not content_type.has_states or text.state == State.LIVE)


def was_ever_live(content_type: ContentType, text: Any | None) -> bool:
    """Whether a text was ever public; where there are no states that is known only while it is."""
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
        near, far = field.table.primary_key.columns
        order = field.table.c.position if field.is_ordered else far
        return field.value(db.session.scalars(select(far).where(near == object_id).order_by(order)))
    value = getattr(row, field.name)
    if field.widget == "slug" and is_placeholder(value):
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _write_shared(content_type: ContentType, object_id: int, fields: Fields) -> None:
    obj = get_object(content_type, object_id)
    for field in content_type.shared_fields:
        if field.table is not None:
            near, far = field.table.primary_key.columns
            db.session.execute(delete(field.table).where(near == object_id))
            for position, other in enumerate(field.ids(fields[field.name]), start=1):
                place = {"position": position} if field.is_ordered else {}
                db.session.execute(field.table.insert().values({near.name: object_id, far.name: int(other), **place}))
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
