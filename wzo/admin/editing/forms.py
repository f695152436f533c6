"""The form of the edit page: which fields were submitted, and how fields and values are labelled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from wzo.cms.content_types import ContentType
from wzo.cms.drafts import Conflict, is_field
from wzo.cms.fields import Fields
from wzo.cms.lines import format_lines, parse_lines
from wzo.cms.lists import get_choices
from wzo.cms.models import SHARED
from wzo.cms.patches import Patch, parse_patch
from wzo.cms.queries import LOCALES
from wzo.errors import WzoError
from wzo.i18n import LANGUAGES
from wzo.written_days import parse_day

# As long as a small book; rendering a text on each page view takes time.
MAX_FIELD_LENGTH = 100_000


class FieldTooLong(WzoError):
    """A field is longer than any text that the site can show."""

    status = 413
    title = lazy_gettext("A text is too long")
    advice = lazy_gettext(
        "One field can hold 100,000 characters. Go back: what you typed is still there. Divide the text into several."
    )


@dataclass(frozen=True)
class SubmittedFields:
    """The fields that were submitted; see drafts.save."""

    values: dict[str, Fields]
    base_revision_ids: dict[str, int]
    edit_session: str
    patches: dict[str, Patch]


def parse_fields(content_type: ContentType, form: MultiDict[str, str]) -> SubmittedFields:
    """Parse fields named `locale.field`, base revisions, `base.locale` or `base.locale.field`, and patches of fields,
    `patch.locale.field`; ignore the rest.

    Several values of one field are its choices; an empty one among them says that the field was on the page.
    Raises FieldTooLong, PatchMismatch.
    """
    values: dict[str, Fields] = {}
    patches: dict[str, Patch] = {}
    base_revision_ids: dict[str, int] = {}
    for key in form:
        prefix, _, name = key.partition(".")
        if prefix == "base" and name.split(".")[0] in LOCALES:
            number = form[key]
            base_revision_ids[name] = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
        elif prefix == "patch":
            locale, _, field = name.partition(".")
            if locale in LOCALES and is_field(content_type, locale, field):
                patches[name] = parse_patch(form[key])
        elif prefix in LOCALES and is_field(content_type, prefix, name):
            value = " ".join(dict.fromkeys(filter(None, form.getlist(key))))
            # Browsers submit line breaks as CRLF.
            values.setdefault(prefix, {})[name] = _as_stored(content_type, name, limited(value.replace("\r\n", "\n")))
    return SubmittedFields(values, base_revision_ids, form.get("edit_session", ""), patches)


def _as_stored(content_type: ContentType, name: str, text: str) -> str:
    """A value as drafts store it: an ISO date, however it was written, or the ids of the named objects, one a line.

    A value that is not a date, or names nothing, stays as it is.
    """
    field = next(field for field in content_type.fields() if field.name == name)
    if field.kind in ("date", "day"):
        return parse_day(text) or text
    return parse_lines(field, text) if field.is_ordered else text


def shown_value(content_type: ContentType, name: str, value: str) -> str:
    """A value as the form shows it, given as drafts store it; the field is named `locale.field`."""
    field = next(field for field in content_type.fields() if field.name == name.partition(".")[2])
    return format_lines(field, value) if field.is_ordered else value


def limited(text: str) -> str:
    """A text that was submitted in one field. Raises FieldTooLong."""
    if len(text) > MAX_FIELD_LENGTH:
        raise FieldTooLong
    return text


def parse_languages(text: str) -> list[str]:
    """Language codes separated by spaces, in the site's order; unknown ones are ignored."""
    wanted = text.split()
    return [code for code in LANGUAGES if code in wanted]


def field_label(content_type: ContentType, name: str) -> str:
    """The label of a field; its name if the content type no longer has it."""
    return next((str(field.label) for field in content_type.fields() if field.name == name), name)


def is_text(content_type: ContentType, name: str) -> bool:
    """Whether a field is typed rather than chosen."""
    field = next((field for field in content_type.fields() if field.name == name), None)
    return field is None or field.kind not in (
        "choice",
        "foreign_key",
        "many_to_many",
        "ordered_many_to_many",
        "checkbox",
        "cover",
        "picture",
    )


def is_markdown(content_type: ContentType, name: str) -> bool:
    """Whether a translated field holds a Markdown text."""
    return any(field.name == name and field.kind == "markdown" for field in content_type.translated_fields)


def value_label(content_type: ContentType, name: str, value: str) -> str:
    """The labels of the chosen values of a field."""
    field = next(field for field in content_type.fields() if field.name == name)
    if field.kind == "checkbox":
        return str(gettext("yes")) if value else str(gettext("no"))
    if field.is_ordered:
        return format_lines(field, value)
    labels = dict(field.choices) or dict(get_choices(field.to, field.ids(value)) if field.to else ())
    return ", ".join(_part_label(part, labels, dict(field.roles)) for part in value.split())


def _part_label(part: str, labels: Mapping[str, Any], roles: Mapping[str, Any]) -> str:
    """The label of one choice, perhaps with a role."""
    key, _, role = part.partition(":")
    return f"{labels.get(key, key)} ({roles.get(role, role)})" if role else str(labels.get(key, key))


def theirs_only(content_type: ContentType, name: str, conflict: Conflict) -> str:
    """The other editor's value of a field, named `locale.field`: of a text, only the paragraphs in conflict."""
    field = name.partition(".")[2]
    if not is_text(content_type, field):
        return value_label(content_type, field, conflict.theirs)
    mine = conflict.mine.split("\n\n")
    return "\n\n".join(it for it in conflict.theirs.split("\n\n") if it not in mine) or conflict.theirs


def locale_name(locale: str) -> str:
    """The name of a locale: a language, or all of them."""
    return str(gettext("All languages")) if locale == SHARED else str(LANGUAGES[locale].label)
