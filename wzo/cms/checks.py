"""The checklist before publishing: items that block it, and items that are only recommended."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flask_babel import gettext
from sqlalchemy import select

from wzo.cms.content_types import ChecklistItem, ContentType
from wzo.cms.fields import Field, Fields, FieldValue
from wzo.cms.links import check_links
from wzo.cms.models import SHARED
from wzo.cms.queries import Draft
from wzo.cms.status import is_stale, reference_language
from wzo.cms.validation import (
    fill_in,
    is_url,
    length_error,
    max_length,
    pictures_exist,
    url_error,
    value_error,
)
from wzo.drawn_covers import drawn_colour
from wzo.extensions import db
from wzo.files.formats import keys_in as file_keys_in
from wzo.files.queries import files_exist
from wzo.i18n import LANGUAGES
from wzo.markdown import extract_pictures
from wzo.media.alt import alt_is_missing
from wzo.media.models import Picture
from wzo.media.renditions import keys_in

# Translated fields that are required because of a shared one: a picture, a cover, a notice.
REQUIRED_BY_SHARED = ("picture_alt", "cover_alt", "share_alt", "content_notice")


class _Language(NamedTuple):
    """A language of a draft that is being checked."""

    draft: Draft
    code: str

    def item(self, message: str, field: str, *, blocks: bool) -> ChecklistItem:
        """An item of the checklist, which begins with the language's name."""
        name = str(LANGUAGES[self.code].label).capitalize()
        return ChecklistItem(f"{name}: {message}", f"{self.code}.{field}", blocks=blocks)


def checklist(draft: Draft, languages: Sequence[str] = tuple(LANGUAGES)) -> list[ChecklistItem]:
    """The checklist for publishing these languages, blocking items first."""
    items = [*_check_shared(draft)]
    for code in languages:
        items += _check_language(_Language(draft, code))
    if languages:
        items += draft.content_type.check_all(draft.fields, languages)
        items += _check_missing_languages(draft, languages)
    return sorted(items, key=lambda item: not item.blocks)


def blocking(draft: Draft, languages: Sequence[str]) -> list[ChecklistItem]:
    """The items of the checklist that block publication."""
    return [item for item in checklist(draft, languages) if item.blocks]


def depends_on_shared(item: ChecklistItem) -> bool:
    """Whether a change of a shared field can cause this item in a language that was not edited."""
    return item.field.partition(".")[2] in REQUIRED_BY_SHARED


def _check_shared(draft: Draft) -> Iterator[ChecklistItem]:
    content_type, fields = draft.content_type, draft.fields[SHARED]
    for field in content_type.shared_fields:
        message = value_error(draft, field, fields[field.name].strip())
        if message:
            yield ChecklistItem(message, f"{SHARED}.{field.name}", blocks=True)
    yield from content_type.check_shared(fields)
    if not content_type.sensitive:
        return
    if not fields["notice"]:
        yield ChecklistItem(gettext("Choose whether it needs a content notice."), f"{SHARED}.notice", blocks=True)
    if not fields["consent"]:
        yield ChecklistItem(
            gettext("Say whether the people featured have agreed to publication."), f"{SHARED}.consent", blocks=True
        )
    elif fields["consent"] == "recorded" and not fields["consent_note"].strip():
        yield ChecklistItem(gettext("Record who agreed, to what, when and how."), f"{SHARED}.consent_note", blocks=True)


def _check_language(language: _Language) -> Iterator[ChecklistItem]:
    draft = language.draft
    yield from _check_required(language)
    for field in draft.content_type.translated_fields:
        yield from _check_translated(language, field)
    if is_stale(draft, language.code):
        reference = str(LANGUAGES[reference_language(language.code)].label)
        message = gettext("the translation is out of date: the source text (%(other)s) has changed.", other=reference)
        yield language.item(message, draft.content_type.title, blocks=False)


def _check_required(language: _Language) -> Iterator[ChecklistItem]:
    draft, item = language.draft, language.item
    content_type, fields, shared = draft.content_type, draft.fields[language.code], draft.fields[SHARED]
    if not fields[content_type.title].strip():
        yield item(fill_in(_label(content_type, content_type.title)), content_type.title, blocks=True)
    summary = next((field for field in content_type.translated_fields if field.name == "summary"), None)
    if summary and not summary.required and not fields["summary"].strip():
        message = gettext("fill in “%(label)s”: lists and link previews show it.", label=str(summary.label))
        yield item(message, "summary", blocks=content_type.has_page)
    body = next((field for field in content_type.translated_fields if field.name == "body"), None)
    if content_type.has_page and body and not body.required and not fields["body"].strip():
        yield item(gettext("there is no text yet."), "body", blocks=False)
    if content_type.sensitive and shared["notice"] == "needed" and not fields["content_notice"].strip():
        yield item(gettext("write the content notice."), "content_notice", blocks=True)
    if content_type.sensitive and shared["notice"] == "none" and fields["content_notice"].strip():
        message = gettext("there is a content notice, but you chose that none is needed.")
        yield item(message, "content_notice", blocks=True)
    if shared.get("picture") and not shared.get("picture_decorative") and alt_is_missing(fields["picture_alt"]):
        yield item(gettext("describe the picture for people who cannot see it."), "picture_alt", blocks=True)
    if shared.get("share_picture") and alt_is_missing(fields["share_alt"]):
        message = gettext("describe the picture of the link preview for people who cannot see it.")
        yield item(message, "share_alt", blocks=True)
    if "cover_alt" in fields and _cover_lacks_alt(shared, fields["cover_alt"]):
        yield item(gettext("describe the cover for people who cannot see it."), "cover_alt", blocks=True)


def _cover_lacks_alt(shared: Fields, alt: str) -> bool:
    """Whether a cover is not described; one that is drawn from the title needs no description."""
    if shared["cover_picture"]:
        return alt_is_missing(alt)
    return bool(shared["cover"]) and not drawn_colour(shared["cover"]) and not alt.strip()


def _check_translated(language: _Language, field: Field) -> Iterator[ChecklistItem]:
    content_type, fields = language.draft.content_type, language.draft.fields[language.code]
    value = fields[field.name]
    if field.required and not value.strip():
        yield language.item(fill_in(str(field.label)), field.name, blocks=True)
    if field.kind == "url" and not is_url(value.strip()):
        yield language.item(url_error(field, value.strip()), field.name, blocks=True)
    longest = max_length(content_type.text, field)
    if longest and len(value) > longest:
        yield language.item(length_error(field, longest), field.name, blocks=True)
    if field.validate and (message := field.validate(FieldValue(field, value, fields, language.draft.id))):
        yield language.item(message, field.name, blocks=True)
    if field.is_markdown:
        yield from _check_pictures(language, field)
        if not files_exist(file_keys_in(value)):
            yield language.item(gettext("a file in the text no longer exists."), field.name, blocks=True)
        for link in check_links(value, language.code, "text" if content_type.has_page else ""):
            message = gettext("the link “%(words)s” is broken: %(address)s", words=link.words, address=link.address)
            yield language.item(message, field.name, blocks=True)


def _check_pictures(language: _Language, field: Field) -> Iterator[ChecklistItem]:
    text = language.draft.fields[language.code][field.name]
    if not pictures_exist(keys_in(text)):
        yield language.item(gettext("a picture in the text no longer exists."), field.name, blocks=True)
    found = extract_pictures(text)
    decorative = _decorative_keys() if any(alt_is_missing(alt) for _, alt in found) else set()
    for number, (path, alt) in enumerate(found, start=1):
        if alt_is_missing(alt) and not any(key in path for key in decorative):
            message = gettext("describe picture %(number)s in the text for people who cannot see it.", number=number)
            yield language.item(message, field.name, blocks=True)


def _check_missing_languages(draft: Draft, languages: Sequence[str]) -> Iterator[ChecklistItem]:
    title = draft.content_type.title
    for code in LANGUAGES:
        if code not in languages and not draft.fields[code][title].strip():
            message = gettext("there is no title yet; it will not be available in this language.")
            yield _Language(draft, code).item(message, title, blocks=False)


def _label(content_type: ContentType, name: str) -> str:
    return next(str(field.label) for field in content_type.translated_fields if field.name == name)


def _decorative_keys() -> set[str]:
    return set(db.session.scalars(select(Picture.key).where(Picture.decorative)))
