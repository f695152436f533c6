"""The checklist before publishing: what blocks it, and what is only recommended."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask_babel import gettext
from sqlalchemy import String, select

from wzo.cms.content_types import Check, registry
from wzo.cms.fields import FACT, Field, FieldValue
from wzo.cms.links import check_links
from wzo.cms.live_fields import fact_numbers
from wzo.cms.models import SHARED
from wzo.cms.queries import Draft, existing_ids, find_by_slug, is_stale, source_language
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.markdown import extract_pictures
from wzo.media.alt import alt_is_missing
from wzo.media.files import keys_in
from wzo.media.models import Picture
from wzo.slugs import is_valid_slug

# Digits: no database column holds more.
MAX_DIGITS = 9
# Translated fields that are required because of a shared one: a picture, a cover, a notice.
REQUIRED_BY_SHARED = ("picture_alt", "cover_alt", "content_notice")


class _Language(NamedTuple):
    """A language of a draft that is being checked."""

    draft: Draft
    code: str

    def check(self, blocks: bool, sentence: str, field: str) -> Check:
        """An item of the checklist, which begins with the language's name."""
        name = str(LANGUAGES[self.code].label).capitalize()
        return Check(blocks, f"{name}: {sentence}", f"{self.code}.{field}")


def check(draft: Draft, languages: Sequence[str] = tuple(LANGUAGES)) -> list[Check]:
    """The checklist for publishing these languages: what blocks it comes first."""
    found = [*_check_shared(draft)]
    for code in languages:
        found += _check_language(_Language(draft, code))
    if languages:
        found += draft.content_type.check_all(draft.fields, languages)
        found += _check_missing_languages(draft, languages)
    return sorted(found, key=lambda one: not one.blocks)


def blocking(draft: Draft, languages: Sequence[str]) -> list[Check]:
    """The items of the checklist that block publication."""
    return [one for one in check(draft, languages) if one.blocks]


def depends_on_shared(one: Check) -> bool:
    """Whether a change of a shared field can cause this in a language that nobody has edited."""
    return one.field.partition(".")[2] in REQUIRED_BY_SHARED


def _check_shared(draft: Draft) -> Iterator[Check]:
    content_type, fields = draft.content_type, draft.fields[SHARED]
    for field in content_type.shared_fields:
        sentence = _error_in(draft, field, fields[field.name].strip())
        if sentence:
            yield Check(True, sentence, f"{SHARED}.{field.name}")
    for number in fact_numbers(*(draft.fields[code] for code in LANGUAGES)):
        if not _is_day(fields.get(f"{FACT}.{number}.as_of", "")):
            yield Check(True, _day_error(gettext("date of the figure")), f"{SHARED}.{FACT}.{number}.as_of")
    yield from content_type.check_shared(fields)
    if not content_type.sensitive:
        return
    if not fields["notice"]:
        yield Check(True, gettext("Choose whether it needs a content notice."), f"{SHARED}.notice")
    if not fields["consent"]:
        yield Check(True, gettext("Say whether the people it tells about agree."), f"{SHARED}.consent")
    elif fields["consent"] == "recorded" and not fields["consent_note"].strip():
        yield Check(True, gettext("Note who agreed, to what, when and how."), f"{SHARED}.consent_note")


def _check_language(language: _Language) -> Iterator[Check]:
    draft = language.draft
    yield from _check_required(language)
    for field in draft.content_type.translated_fields:
        yield from _check_translated(language, field)
    yield from _check_facts(language)
    if is_stale(draft, language.code):
        source = str(LANGUAGES[source_language(language.code)].label)
        sentence = gettext("the text has fallen behind: %(other)s has changed.", other=source)
        yield language.check(False, sentence, draft.content_type.title)


def _check_required(language: _Language) -> Iterator[Check]:
    draft, check = language.draft, language.check
    content_type, fields, shared = draft.content_type, draft.fields[language.code], draft.fields[SHARED]
    if not fields[content_type.title].strip():
        yield check(True, gettext("write a title."), content_type.title)
    if "summary" in fields and not fields["summary"].strip():
        yield check(content_type.has_page, gettext("write a summary; lists and links show it."), "summary")
    if content_type.has_page and not fields.get("body", "").strip():
        yield check(False, gettext("there is no text yet."), "body")
    if content_type.sensitive and shared["notice"] == "needed" and not fields["content_notice"].strip():
        yield check(True, gettext("write the content notice."), "content_notice")
    if content_type.sensitive and shared["notice"] == "none" and fields["content_notice"].strip():
        sentence = gettext("there is a content notice, but you chose that none is needed.")
        yield check(True, sentence, "content_notice")
    if shared.get("picture") and not shared.get("picture_decorative") and alt_is_missing(fields["picture_alt"]):
        yield check(True, gettext("describe the picture for people who cannot see it."), "picture_alt")
    if shared.get("cover") and "cover_alt" in fields and not fields["cover_alt"].strip():
        yield check(True, gettext("describe the cover for people who cannot see it."), "cover_alt")


def _check_translated(language: _Language, field: Field) -> Iterator[Check]:
    content_type, fields = language.draft.content_type, language.draft.fields[language.code]
    value = fields[field.name]
    if field.widget == "url" and not _is_url(value.strip()):
        yield language.check(True, _url_error(field), field.name)
    longest = _max_length(content_type.text, field)
    if longest and len(value) > longest:
        yield language.check(True, _length_error(field, longest), field.name)
    if field.validate and (sentence := field.validate(FieldValue(field, value, fields, language.draft.id))):
        yield language.check(True, sentence, field.name)
    if field.is_markdown:
        yield from _check_pictures(language, field)
        for link in check_links(value, language.code, "text" if content_type.has_page else ""):
            sentence = gettext(
                "the link “%(words)s” leads nowhere: %(address)s", words=link.words, address=link.address
            )
            yield language.check(True, sentence, field.name)


def _check_facts(language: _Language) -> Iterator[Check]:
    fields = language.draft.fields[language.code]
    for number in fact_numbers(fields):
        figure, text, source = (
            fields.get(f"{FACT}.{number}.{name}", "").strip() for name in ("figure", "text", "source")
        )
        if not figure or not text:
            yield language.check(True, gettext("a fact needs its figure and its words."), f"{FACT}.{number}.figure")
        elif not source:
            sentence = gettext("name the source of the figure “%(figure)s”.", figure=figure)
            yield language.check(False, sentence, f"{FACT}.{number}.source")


def _check_pictures(language: _Language, field: Field) -> Iterator[Check]:
    text = language.draft.fields[language.code][field.name]
    if not _pictures_exist(keys_in(text)):
        yield language.check(True, gettext("a picture in the text is not there any more."), field.name)
    found = extract_pictures(text)
    decorative = _decorative_keys() if any(alt_is_missing(alt) for _, alt in found) else set()
    for number, (path, alt) in enumerate(found, start=1):
        if alt_is_missing(alt) and not any(key in path for key in decorative):
            sentence = gettext("describe picture %(number)s in the text for people who cannot see it.", number=number)
            yield language.check(True, sentence, field.name)


def _check_missing_languages(draft: Draft, languages: Sequence[str]) -> Iterator[Check]:
    title = draft.content_type.title
    for code in LANGUAGES:
        if code not in languages and not draft.fields[code][title].strip():
            sentence = gettext("there is no title yet; readers will find it in one language only.")
            yield _Language(draft, code).check(False, sentence, title)


def _error_in(draft: Draft, field: Field, value: str) -> str:
    """What keeps the value of a shared field from being published; empty if nothing does."""
    label = str(field.label)
    if not value:
        return _required_error(field) if field.required else ""
    match field.widget:
        case "slug":
            return _slug_error(draft, value)
        case "number" if not (value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS and int(value) > 0):
            return str(gettext("%(label)s: write a whole number greater than 0.", label=label))
        case "date" if not _is_day(value) or len(value) != len("2019-07-23"):
            return str(gettext("%(label)s: write a date like 2019-07-23.", label=label))
        case "day" if not _is_day(value):
            return _day_error(label)
        case "url" if not _is_url(value):
            return _url_error(field)
        case "one" | "many" if not _objects_exist(field, value):
            return str(gettext("%(label)s: what was chosen is not there any more. Choose again.", label=label))
        case "picture" if not _pictures_exist({value}):
            return str(gettext("The picture is not there any more. Choose another."))
        case "choice" if value not in dict(field.choices):
            return str(gettext("Choose: %(label)s.", label=label))
        case "several" if not set(value.split()) <= set(dict(field.choices)):
            return str(gettext("Choose: %(label)s.", label=label))
    if field.validate and (error := field.validate(FieldValue(field, value, draft.fields[SHARED], draft.id))):
        return error
    longest = _max_length(draft.content_type.model, field)
    return _length_error(field, longest) if longest and len(value) > longest else ""


def _required_error(field: Field) -> str:
    is_chosen = field.widget in ("choice", "several", "one")
    label = str(field.label)
    return str(gettext("Choose: %(label)s.", label=label) if is_chosen else gettext("Fill in: %(label)s.", label=label))


def _max_length(model: Any, field: Field) -> int | None:
    """How many characters the column of a field takes; None if there is no limit."""
    column = model.__table__.columns.get(field.name) if field.stored else None
    return column.type.length if column is not None and isinstance(column.type, String) else None


def _objects_exist(field: Field, value: str) -> bool:
    """Whether the objects that a field refers to, by their ids, exist."""
    ids = value.split()
    if not all(one.isascii() and one.isdigit() and len(one) <= MAX_DIGITS for one in ids):
        return False
    if field.widget == "one" and len(ids) != 1:
        return False
    return set(map(int, ids)) == existing_ids(registry[field.of], map(int, ids))


def _pictures_exist(keys: set[str]) -> bool:
    existing = select(Picture.key).where(Picture.key.in_(keys), Picture.deleted_at.is_(None))
    return set(db.session.scalars(existing)) == keys


def _decorative_keys() -> set[str]:
    return set(db.session.scalars(select(Picture.key).where(Picture.decorative)))


def _slug_error(draft: Draft, value: str) -> str:
    if not is_valid_slug(value):
        return str(gettext("The address may hold small Latin letters, digits and single hyphens: like-this-2."))
    if find_by_slug(draft.content_type, value) not in (None, draft.id):
        return str(gettext("This address belongs, or once belonged, to something else. Choose another."))
    return ""


def _is_day(value: str) -> bool:
    """Whether this is an ISO date, perhaps only to the month or the year; empty passes."""
    if not value:
        return True
    whole = value + "2000-01-01"[len(value) :] if len(value) in (4, 7) else value
    try:
        return len(whole) == len("2000-01-01") and date.fromisoformat(whole).isoformat() == whole
    except ValueError:
        return False


def _is_url(value: str) -> bool:
    """Whether this is an absolute HTTP URL; empty passes."""
    if not value:
        return True
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in value)
    except ValueError:
        return False


def _day_error(label: Any) -> str:
    return str(gettext("%(label)s: write a date as far as you know it: 2019, 2019-07 or 2019-07-23.", label=str(label)))


def _url_error(field: Field) -> str:
    return str(gettext("%(label)s: write a whole address that begins with https://.", label=str(field.label)))


def _length_error(field: Field, longest: int) -> str:
    return str(gettext("%(label)s: use %(number)s letters at most.", label=str(field.label), number=longest))
