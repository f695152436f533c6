"""Validates the values of fields: each `…_error` returns an error message for the editor, or ""."""

from datetime import date
from textwrap import shorten
from typing import Any

from flask_babel import gettext
from sqlalchemy import String, select

from wzo.cms.content_types import registry
from wzo.cms.fields import LONGEST_NUMBER, Field, FieldValue
from wzo.cms.models import SHARED, ContentItem
from wzo.cms.queries import Draft, existing_ids, find_by_slug, get_draft, get_slug, objects_in_trash
from wzo.extensions import db
from wzo.media.models import Picture
from wzo.slugs import is_valid_slug
from wzo.web_addresses import is_web_address

# The maximum number of characters of the input that an error message repeats.
MAX_SHOWN = 80


def value_error(draft: Draft, field: Field, value: str) -> str:
    """The error that keeps the value of a shared field from being published, or ""."""
    label = str(field.label)
    if not value:
        return required_error(field) if field.required else ""
    match field.kind:
        case "slug" if error := _slug_error(draft, value):
            return error
        case "number" if not (is_number(value) and int(value) > 0):
            return str(gettext("%(label)s: enter a whole number greater than 0.", label=label))
        case "date" if not is_day(value) or len(value) != len("2019-07-23"):
            return str(gettext("%(label)s: enter a date, for example 23.07.2019 or 23 July 2019.", label=label))
        case "day" if not is_day(value):
            return day_error(label, value)
        case "url" if not is_url(value):
            return url_error(field, value)
        case "ordered_many_to_many" if error := _order_error(draft, field, value):
            return error
        case "foreign_key" | "many_to_many" | "ordered_many_to_many" if titles := _titles_in_trash(field, value):
            return str(
                gettext(
                    "%(label)s: “%(title)s” is in the bin. Restore it or select another.", label=label, title=titles
                )
            )
        case "foreign_key" | "many_to_many" | "ordered_many_to_many" if not _objects_exist(field, value):
            return str(gettext("%(label)s: the item you selected no longer exists. Select another.", label=label))
        case "many_to_many" if not _roles_exist(field, value):
            return choice_error(field)
        case "picture" if not pictures_exist({value}):
            return str(gettext("The picture no longer exists. Choose another."))
        case "choice" if value not in dict(field.choices):
            return choice_error(field)
        case "multiple_choice" if not set(value.split()) <= set(dict(field.choices)):
            return choice_error(field)
    if field.validate and (error := field.validate(FieldValue(field, value, draft.fields[SHARED], draft.id))):
        return error
    longest = max_length(draft.content_type.model, field)
    return length_error(field, longest) if longest and len(value) > longest else ""


def required_error(field: Field) -> str:
    if field.kind in ("choice", "multiple_choice", "foreign_key"):
        return choice_error(field)
    return str(gettext("Fill in “%(label)s”.", label=str(field.label)))


def choice_error(field: Field) -> str:
    return str(gettext("Choose something under “%(label)s”.", label=str(field.label)))


def fill_in(label: str) -> str:
    """The message about an empty field, after the name of its language."""
    return str(gettext("fill in “%(label)s”.", label=label))


def max_length(model: Any, field: Field) -> int | None:
    """The maximum number of characters of a field's column; None if there is no limit."""
    column = model.__table__.columns.get(field.name) if field.stored else None
    return column.type.length if column is not None and isinstance(column.type, String) else None


def _objects_exist(field: Field, value: str) -> bool:
    """Whether the objects that a field refers to, by their ids, exist."""
    ids = [field.id_of(part) for part in field.parts(value)]
    if not all(map(is_number, ids)):
        return False
    if field.kind == "foreign_key" and len(ids) != 1:
        return False
    return set(map(int, ids)) == existing_ids(registry[field.to], map(int, ids))


def _order_error(draft: Draft, field: Field, value: str) -> str:
    """An error in a list of objects, one a line, besides objects that no longer exist."""
    label, ids = str(field.label), field.ids(value)
    if unknown := [line for line in value.splitlines() if line not in ids]:
        return str(
            gettext(
                "%(label)s: nothing, or more than one, was found for “%(line)s”. Enter the address of its page.",
                label=label,
                line=shorten(unknown[0], MAX_SHOWN, placeholder="…"),
            )
        )
    if len(ids) > field.at_most:
        return str(gettext("%(label)s: choose no more than %(number)s.", label=label, number=field.at_most))
    if field.to == draft.content_type.key and str(draft.id) in ids:
        return str(gettext("%(label)s: this is the page itself. Choose others.", label=label))
    return ""


def _roles_exist(field: Field, value: str) -> bool:
    return {role for roles in field.roles_of(value).values() for role in roles} <= {*dict(field.roles)}


def _titles_in_trash(field: Field, value: str) -> str:
    """The titles of the objects in the bin that a field refers to."""
    content_type, ids = registry[field.to], [int(one) for one in field.ids(value) if is_number(one)]
    found = db.session.scalars(
        objects_in_trash(content_type).where(ContentItem.object_id.in_(ids)).order_by(ContentItem.object_id)
    )
    return ", ".join(get_draft(content_type, one).title or f"№ {one}" for one in found)


def pictures_exist(keys: set[str]) -> bool:
    existing = select(Picture.key).where(Picture.key.in_(keys), Picture.deleted_at.is_(None))
    return set(db.session.scalars(existing)) == keys


def _slug_error(draft: Draft, value: str) -> str:
    if not is_valid_slug(value):
        return str(
            gettext("The page address may contain lower-case Latin letters, digits and single hyphens: like-this-2.")
        )
    reserved, present = draft.content_type.reserved_slugs(), get_slug(draft.content_type, draft.id)
    if value != present and present in reserved:
        return str(gettext("The site itself needs this page under its address, %(slug)s.", slug=present))
    if value != present and value in reserved:
        return str(gettext("Another part of the site has this address. Choose another."))
    if find_by_slug(draft.content_type, value) not in (None, draft.id):
        return str(gettext("This page address is or was used by something else. Choose another."))
    return ""


def is_number(value: str) -> bool:
    """Whether this is a whole number that a database column holds."""
    return value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER


def is_day(value: str) -> bool:
    """Whether this is an ISO date, perhaps only to the month or the year; empty passes."""
    if not value:
        return True
    whole = value + "2000-01-01"[len(value) :] if len(value) in (4, 7) else value
    try:
        return len(whole) == len("2000-01-01") and date.fromisoformat(whole).isoformat() == whole
    except ValueError:
        return False


def is_url(value: str) -> bool:
    """Whether this is an absolute HTTP URL; empty passes."""
    return not value or is_web_address(value)


def day_error(label: Any, value: str) -> str:
    """An error in a date."""
    return str(
        gettext("%(label)s: enter a date as exactly as you know it: 2019, July 2019 or 23.07.2019.", label=str(label))
    )


def url_error(field: Field, value: str) -> str:
    """An error in an address; if only its beginning is missing, the message gives the complete address."""
    label = str(field.label)
    host = value.partition("/")[0]
    if "." in host and ":" not in host and is_web_address(f"https://{value}"):
        message = gettext("%(label)s: enter the full address: %(address)s", label=label, address=f"https://{value}")
    else:
        message = gettext("%(label)s: enter a full address that starts with https://.", label=label)
    return str(message)


def length_error(field: Field, longest: int) -> str:
    return str(gettext("%(label)s: use no more than %(number)s characters.", label=str(field.label), number=longest))
