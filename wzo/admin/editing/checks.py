"""The checklist before publishing: what stops it, and what is only advised."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask_babel import gettext
from sqlalchemy import String, select

from wzo.admin.editing.addresses import GOOD
from wzo.admin.editing.kinds import LANGUAGE_NAMES, Field
from wzo.admin.editing.live import fact_numbers
from wzo.admin.editing.models import SHARED
from wzo.admin.editing.money import lines_sentence, money_sentence, way_sentences
from wzo.admin.editing.queries import Draft, existing_ids, find_by_slug, is_stale, other_language
from wzo.admin.links import check_links
from wzo.donate.money import read_lines
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.markdown import pictures_of
from wzo.media.alt import alt_is_missing
from wzo.media.files import keys_in
from wzo.media.models import Picture
from wzo.stories.models import Story

LONGEST_NUMBER = 9


class Check(NamedTuple):
    """Something to see to. `stops`: without it nothing is published. `field`: where, such as `ru.title`."""

    stops: bool
    sentence: str
    field: str


class NotReady(Exception):
    """Something stops the publishing; `checks` say what."""

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__()
        self.checks = checks


def check(draft: Draft, languages: Sequence[str] = tuple(LANGUAGES)) -> list[Check]:
    """What is to be seen to before these languages are published: what stops first."""
    found = [*_check_shared(draft)]
    for language in languages:
        found += _check_words(draft, language)
    if languages and draft.kind.key == "accounts":
        found += _check_account(draft, languages)
    if len(languages) == 1:
        found += _check_other(draft, languages[0])
    return sorted(found, key=lambda one: not one.stops)


# The words that are needed because of what all languages share: a picture, a cover, a notice.
ON_SHARED = ("picture_alt", "cover_alt", "content_notice")


def depends_on_shared(one: Check) -> bool:
    """Whether a change of what is shared can bring this about in a language that nobody has touched."""
    return one.field.partition(".")[2] in ON_SHARED


def stops(draft: Draft, languages: Sequence[str]) -> list[Check]:
    """The part of the checklist that stops publishing."""
    return [one for one in check(draft, languages) if one.stops]


def _check_shared(draft: Draft) -> Iterator[Check]:
    fields = draft.parts[SHARED]
    for field in draft.kind.shared:
        sentence = _what_is_wrong(draft, field, fields[field.name].strip())
        if sentence:
            yield Check(True, sentence, f"{SHARED}.{field.name}")
    for number in fact_numbers(*(draft.parts[language] for language in LANGUAGES)):
        if _bad_day(fields.get(f"fact.{number}.as_of", "")):
            yield Check(True, _day_sentence(gettext("date of the figure")), f"{SHARED}.fact.{number}.as_of")
    if draft.kind.key == "donation-ways":
        for field_name, stop, sentence in way_sentences(fields):
            yield Check(stop, sentence, f"{SHARED}.{field_name}")
    if not draft.kind.careful:
        return
    if not fields["notice"]:
        yield Check(True, gettext("Choose whether it needs a content notice."), f"{SHARED}.notice")
    if not fields["consent"]:
        yield Check(True, gettext("Say whether the people it tells about agree."), f"{SHARED}.consent")
    elif fields["consent"] == "recorded" and not fields["consent_note"].strip():
        yield Check(True, gettext("Note who agreed, to what, when and how."), f"{SHARED}.consent_note")


def _check_words(draft: Draft, language: str) -> Iterator[Check]:
    kind, fields, shared = draft.kind, draft.parts[language], draft.parts[SHARED]
    name = str(LANGUAGE_NAMES[language]).capitalize()

    def say(stops: bool, sentence: str, field: str) -> Check:
        return Check(stops, f"{name}: {sentence}", f"{language}.{field}")

    if not fields[kind.title].strip():
        yield say(True, gettext("write a title."), kind.title)
    if "summary" in fields and not fields["summary"].strip():
        yield say(kind.has_page, gettext("write a summary; lists and links show it."), "summary")
    if kind.has_page and not fields.get("body", "").strip():
        yield say(False, gettext("there is no text yet."), "body")
    if kind.careful and shared["notice"] == "needed" and not fields["content_notice"].strip():
        yield say(True, gettext("write the content notice."), "content_notice")
    if kind.careful and shared["notice"] == "none" and fields["content_notice"].strip():
        yield say(True, gettext("there is a content notice, but you chose that none is needed."), "content_notice")
    if shared.get("picture") and not shared.get("picture_decorative") and alt_is_missing(fields["picture_alt"]):
        yield say(True, gettext("describe the picture for people who cannot see it."), "picture_alt")
    if shared.get("cover") and "cover_alt" in fields and not fields["cover_alt"].strip():
        yield say(True, gettext("describe the cover for people who cannot see it."), "cover_alt")
    for field in kind.words:
        if field.widget == "url" and _bad_url(fields[field.name].strip()):
            yield say(True, _url_sentence(field), field.name)
        longest = _longest(kind.text, field)
        if longest and len(fields[field.name]) > longest:
            sentence = gettext("%(label)s: use %(number)s letters at most.", label=str(field.label), number=longest)
            yield say(True, sentence, field.name)
        if field.widget == "money":
            sentence = lines_sentence(field, fields[field.name])
            if sentence:
                yield say(True, sentence, field.name)
        if field.is_markdown:
            yield from _check_pictures(draft, language, field)
            for link in check_links(fields[field.name], language, "text" if kind.has_page else ""):
                sentence = gettext(
                    "the link “%(words)s” leads nowhere: %(address)s", words=link.words, address=link.address
                )
                yield say(True, sentence, field.name)
    for number in fact_numbers(fields):
        figure, words, source = (fields.get(f"fact.{number}.{one}", "").strip() for one in ("figure", "text", "source"))
        if not figure or not words:
            yield say(True, gettext("a fact needs its figure and its words."), f"fact.{number}.figure")
        elif not source:
            yield say(
                False, gettext("name the source of the figure “%(figure)s”.", figure=figure), f"fact.{number}.source"
            )
    if is_stale(draft, language):
        other = str(LANGUAGE_NAMES[other_language(language)])
        yield say(False, gettext("the text has fallen behind: %(other)s has changed.", other=other), kind.title)


def _check_pictures(draft: Draft, language: str, field: Field) -> Iterator[Check]:
    text = draft.parts[language][field.name]
    found = pictures_of(text)
    if not _pictures_are_there(keys_in(text)):
        sentence = gettext("a picture in the text is not there any more.")
        yield Check(True, f"{str(LANGUAGE_NAMES[language]).capitalize()}: {sentence}", f"{language}.{field.name}")
    silent = _decorative_keys() if any(alt_is_missing(alt) for _, alt in found) else set()
    for number, (address, alt) in enumerate(found, start=1):
        if alt_is_missing(alt) and not any(key in address for key in silent):
            sentence = gettext("describe picture %(number)s in the text for people who cannot see it.", number=number)
            yield Check(True, f"{str(LANGUAGE_NAMES[language]).capitalize()}: {sentence}", f"{language}.{field.name}")


def _decorative_keys() -> set[str]:
    return set(db.session.scalars(select(Picture.key).where(Picture.decorative)))


def _check_account(draft: Draft, languages: Sequence[str]) -> Iterator[Check]:
    """An account says the same amounts in every language that has any."""
    for name in ("income", "spending"):
        amounts = {code: [line.amount for line in read_lines(draft.parts[code][name])[0]] for code in LANGUAGES}
        told = {tuple(one) for one in amounts.values() if one}
        if len(told) > 1:
            sentence = gettext("The amounts are not the same in both languages.")
            yield Check(True, sentence, f"{languages[0]}.{name}")


def _check_other(draft: Draft, language: str) -> Iterator[Check]:
    other = other_language(language)
    if not draft.parts[other][draft.kind.title].strip():
        sentence = gettext("there is no title yet; readers will find it in one language only.")
        yield Check(False, f"{str(LANGUAGE_NAMES[other]).capitalize()}: {sentence}", f"{other}.{draft.kind.title}")


def _what_is_wrong(draft: Draft, field: Field, value: str) -> str:
    """What keeps the value of a shared field from being published; nothing where it is fine."""
    label = str(field.label)
    if not value:
        return _needed_sentence(field) if field.needed else ""
    match field.widget:
        case "address":
            return _address_sentence(draft, value)
        case "number" if not (value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER and int(value) > 0):
            return str(gettext("%(label)s: write a whole number greater than 0.", label=label))
        case "number" if field.name == "part":
            return _part_sentence(draft, int(value))
        case "date" if _bad_day(value) or len(value) != len("2019-07-23"):
            return str(gettext("%(label)s: write a date like 2019-07-23.", label=label))
        case "day" if _bad_day(value):
            return _day_sentence(label)
        case "url" if _bad_url(value):
            return _url_sentence(field)
        case "one" | "many" if not _are_there(field, value):
            return str(gettext("%(label)s: what was chosen is not there any more. Choose again.", label=label))
        case "picture" if not _pictures_are_there({value}):
            return str(gettext("The picture is not there any more. Choose another."))
        case "choice" if value not in dict(field.choices):
            return str(gettext("Choose: %(label)s.", label=label))
        case "several" if not set(value.split()) <= set(dict(field.choices)):
            return str(gettext("Choose: %(label)s.", label=label))
    longest = _longest(draft.kind.model, field)
    too_long = gettext("%(label)s: use %(number)s letters at most.", label=label, number=longest)
    other = money_sentence(draft.kind.key, draft.parts[SHARED], field, value)
    return other or (str(too_long) if longest and len(value) > longest else "")


def _needed_sentence(field: Field) -> str:
    chosen = field.widget in ("choice", "several", "one")
    label = str(field.label)
    return str(gettext("Choose: %(label)s.", label=label) if chosen else gettext("Fill in: %(label)s.", label=label))


def _longest(model: Any, field: Field) -> int | None:
    """How many letters the column of a field takes; None where there is no limit."""
    column = model.__table__.columns.get(field.name) if field.has_column else None
    return column.type.length if column is not None and isinstance(column.type, String) else None


def _are_there(field: Field, value: str) -> bool:
    """Whether the things that a field names, by their ids, exist."""
    ids = value.split()
    if not all(one.isascii() and one.isdigit() and len(one) <= LONGEST_NUMBER for one in ids):
        return False
    if field.widget == "one" and len(ids) != 1:
        return False
    return set(map(int, ids)) == existing_ids(field.of, map(int, ids))


def _pictures_are_there(keys: set[str]) -> bool:
    there = select(Picture.key).where(Picture.key.in_(keys), Picture.deleted_at.is_(None))
    return set(db.session.scalars(there)) == keys


def _address_sentence(draft: Draft, value: str) -> str:
    if len(value) > 96 or not GOOD.fullmatch(value):
        return str(gettext("The address may hold small Latin letters, digits and single hyphens: like-this-2."))
    taken = find_by_slug(draft.kind, value)
    if taken not in (None, draft.id):
        return str(gettext("This address belongs, or once belonged, to something else. Choose another."))
    return ""


def _part_sentence(draft: Draft, part: int) -> str:
    series = draft.parts[SHARED].get("series_id", "")
    if not (series.isascii() and series.isdigit()):
        return str(gettext("Only a story of a series can be a part of it. Choose the series, or leave the part empty."))
    taken = db.session.scalar(
        select(Story.id).where(Story.series_id == int(series), Story.part == part, Story.id != draft.id)
    )
    return str(gettext("The series has a part %(part)s already.", part=part)) if taken else ""


def _bad_day(value: str) -> bool:
    if not value:
        return False
    whole = value + "2000-01-01"[len(value) :] if len(value) in (4, 7) else value
    try:
        return len(whole) != len("2000-01-01") or date.fromisoformat(whole).isoformat() != whole
    except ValueError:
        return True


def _bad_url(value: str) -> bool:
    if not value:
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() for c in value)
    except ValueError:
        return True


def _day_sentence(label: Any) -> str:
    return str(gettext("%(label)s: write a date as far as you know it: 2019, 2019-07 or 2019-07-23.", label=str(label)))


def _url_sentence(field: Field) -> str:
    return str(gettext("%(label)s: write a whole address that begins with https://.", label=str(field.label)))


def told(checks: Sequence[Check]) -> str:
    """The sentences in one line."""
    return " ".join(one.sentence for one in checks)
