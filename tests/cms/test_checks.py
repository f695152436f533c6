"""The checklist before publishing: a table of what is required, what is recommended, and in which field."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cms.objects import create_draft, shared_fields, translated_fields
from tests.times import at
from wzo.cms import checks, drafts, publishing, trash, validation
from wzo.cms.checks import checklist
from wzo.cms.content_types import ChecklistItem, NotReady, registry
from wzo.cms.models import SHARED, ContentItem, DraftState
from wzo.cms.queries import LOCALES, Draft, get_draft
from wzo.cms.revisions import add_revision
from wzo.donate import checks as donation_checks
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.media.models import Picture
from wzo.mentions import content_types as mention_types
from wzo.pages.models import Page
from wzo.publication import Redirect
from wzo.stories import content_types as story_types

BLOCKS, RECOMMENDED = True, False
# Placeholders in the table: an existing picture, a decorative one, and a missing one.
PICTURE, DECORATIVE, GONE = "(picture)", "(decorative)", "0" * 32
BANK = {
    "shared.kind": "bank",
    "shared.holder": "Friends of the Women",
    "shared.iban": "DE89 3704 0044 0532 0130 00",
    "shared.currency": "EUR",
}
CRYPTO = {
    "shared.kind": "crypto",
    "shared.network": "bitcoin",
    "shared.wallet": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
}
FACT = {"ru.figure": "3500", "ru.summary": "женщин", "ru.source": "Отчёт", "ru.source_url": "https://example.org/"}
DRAWN = {"shared.drawing": "strokes", "en.numbers": "Children: 474"}


def both(name: str, value: str) -> dict[str, str]:
    """A value in both languages."""
    return {f"{code}.{name}": value for code in LANGUAGES}


def case(
    key: str, changes: Mapping[str, str], *expected: tuple[bool, str]
) -> tuple[str, Mapping[str, str], set[tuple[bool, str]]]:
    return key, changes, set(expected)


CASES = {
    # Fields of every type.
    "no title": case("themes", {"ru.title": " "}, (BLOCKS, "ru.title")),
    "no name": case("team", {"en.name": ""}, (BLOCKS, "en.name")),
    "no summary of a page": case("series", {"ru.summary": "\n"}, (BLOCKS, "ru.summary")),
    "no summary elsewhere": case("donation-methods", {"ru.summary": ""}, (RECOMMENDED, "ru.summary")),
    "no text of a page": case("projects", {"en.body": " "}, (RECOMMENDED, "en.body")),
    "no text of a page in the menu": case("pages", {"en.body": " "}, (BLOCKS, "en.body")),
    "no text elsewhere": case("notices", both("body", "")),
    # Slugs.
    "a slug of another part of the site": case("pages", {"shared.slug": "stories"}, (BLOCKS, "shared.slug")),
    "a slug in capitals": case("themes", {"shared.slug": "Theme"}, (BLOCKS, "shared.slug")),
    "a slug with two hyphens": case("themes", {"shared.slug": "a--b"}, (BLOCKS, "shared.slug")),
    "a slug in Cyrillic": case("themes", {"shared.slug": "тема"}, (BLOCKS, "shared.slug")),
    "a slug that is too long": case("themes", {"shared.slug": "a" * 97}, (BLOCKS, "shared.slug")),
    "the longest slug": case("themes", {"shared.slug": "a" * 96}),
    "a slug of another": case("themes", {"shared.slug": "motherhood"}, (BLOCKS, "shared.slug")),
    "no slug": case("themes", {"shared.slug": ""}),
    # Choices.
    "no kind of story": case("stories", {"shared.format": ""}, (BLOCKS, "shared.format")),
    "an unknown kind of story": case("stories", {"shared.format": "opera"}, (BLOCKS, "shared.format")),
    "no answers": case("donation-methods", {"shared.answers": ""}, (BLOCKS, "shared.answers")),
    "an unknown answer": case("donation-methods", {"shared.answers": "none moon"}, (BLOCKS, "shared.answers")),
    "no petition": case("petition-updates", {"shared.petition_id": ""}, (BLOCKS, "shared.petition_id")),
    "no amount": case("donation-goals", {"shared.amount": ""}, (BLOCKS, "shared.amount")),
    "no beginning": case("donation-goals", {"shared.since": ""}, (BLOCKS, "shared.since")),
    # References to other objects.
    "a project that is not there": case("stories", {"shared.project_id": "98765"}, (BLOCKS, "shared.project_id")),
    "two projects": case("stories", {"shared.project_id": "1 2"}, (BLOCKS, "shared.project_id")),
    "a theme that is not there": case("stories", {"shared.themes": "1 98765"}, (BLOCKS, "shared.themes")),
    "a theme that is no number": case("stories", {"shared.themes": "1 x"}, (BLOCKS, "shared.themes")),
    "a person without saying what they did": case("stories", {"shared.people": "1 2:text 2:film"}),
    "a person who did something unknown": case("stories", {"shared.people": "1:spells"}, (BLOCKS, "shared.people")),
    "a person who is not there": case("projects", {"shared.people": "98765:text"}, (BLOCKS, "shared.people")),
    "stories to read next": case("stories", {"shared.related": "3\n1\n2\n4"}),
    "a story that nobody found": case("stories", {"shared.related": "1\nNo 5 at all"}, (BLOCKS, "shared.related")),
    "five stories": case("stories", {"shared.related": "1\n2\n3\n4\n5"}, (BLOCKS, "shared.related")),
    "a story that is not there": case("stories", {"shared.related": "98765"}, (BLOCKS, "shared.related")),
    "the story itself": case("stories", {"shared.related": "0"}, (BLOCKS, "shared.related")),
    # Numbers and days.
    "a number in words": case("petitions", {"shared.goal": "many"}, (BLOCKS, "shared.goal")),
    "nothing as a goal": case("petitions", {"shared.goal": "0"}, (BLOCKS, "shared.goal")),
    "less than nothing": case("petitions", {"shared.goal": "-5"}, (BLOCKS, "shared.goal")),
    "foreign digits": case("petitions", {"shared.goal": "٥٥"}, (BLOCKS, "shared.goal")),
    "a number that no column takes": case("petitions", {"shared.goal": "1" * 10}, (BLOCKS, "shared.goal")),
    "the greatest number": case("petitions", {"shared.goal": "9" * 9}),
    "a day that is none": case("petition-updates", {"shared.day": "2026-02-30"}, (BLOCKS, "shared.day")),
    "a month where a day is asked for": case("petition-updates", {"shared.day": "2026-02"}, (BLOCKS, "shared.day")),
    "a day to the year": case("stories", {"shared.published_on": "2019"}),
    "a day to the month": case("stories", {"shared.published_on": "2019-07"}),
    "a month that is none": case("stories", {"shared.published_on": "2019-13"}, (BLOCKS, "shared.published_on")),
    "a day in Russian": case("stories", {"shared.published_on": "23.07.2019"}, (BLOCKS, "shared.published_on")),
    # People.
    "no choice of a notice": case("stories", {"shared.notice": ""}, (BLOCKS, "shared.notice")),
    "no choice of consent": case("projects", {"shared.consent": ""}, (BLOCKS, "shared.consent")),
    "consent without a record": case("stories", {"shared.consent": "recorded"}, (BLOCKS, "shared.consent_note")),
    "consent on record": case("stories", {"shared.consent": "recorded", "shared.consent_note": "By letter."}),
    "no notice where one is needed": case("stories", {"en.content_notice": " "}, (BLOCKS, "en.content_notice")),
    "a notice where none is needed": case(
        "stories", {"shared.notice": "none", "ru.content_notice": ""}, (BLOCKS, "en.content_notice")
    ),
    "no notice and none needed": case("projects", {"shared.notice": "none", **both("content_notice", "")}),
    # Pictures.
    "a picture that is described": case("stories", {"shared.picture": PICTURE}),
    "a picture without a description": case(
        "stories", {"shared.picture": PICTURE, "ru.picture_alt": ""}, (BLOCKS, "ru.picture_alt")
    ),
    "a picture called as its file": case(
        "stories", {"shared.picture": PICTURE, **both("picture_alt", "IMG_2034.jpg")},
        (BLOCKS, "ru.picture_alt"), (BLOCKS, "en.picture_alt"),
    ),
    "a decorative picture": case(
        "stories", {"shared.picture": PICTURE, "shared.picture_decorative": "1", **both("picture_alt", "")}
    ),
    "no picture": case("stories", both("picture_alt", "")),
    "a picture for link previews without its description": case(
        "stories", {"shared.share_picture": PICTURE, "en.share_alt": ""}, (BLOCKS, "en.share_alt")
    ),
    "a picture that is gone": case("stories", {"shared.picture": GONE}, (BLOCKS, "shared.picture")),
    "a portrait that is gone": case("team", {"shared.portrait": GONE}, (BLOCKS, "shared.portrait")),
    "a cover without a description": case(
        "projects", {"shared.cover": "last-hope", "en.cover_alt": " "}, (BLOCKS, "en.cover_alt")
    ),
    "no cover": case("projects", both("cover_alt", "")),
    "a picture in the text": case("themes", {"ru.body": f"![Окно камеры](/media/{PICTURE}.jpg#64x48)"}),
    "a picture in the text without a description": case(
        "themes", {"ru.body": f"![](/media/{PICTURE}.jpg#64x48)"}, (BLOCKS, "ru.body")
    ),
    "a decorative picture in the text": case("themes", {"ru.body": f"![](/media/{DECORATIVE}.jpg#64x48)"}),
    "a picture in the text that is gone": case(
        "themes", {"en.body": f"![A window](/media/{GONE}.jpg#64x48)"}, (BLOCKS, "en.body")
    ),
    "a file in the text that is gone": case("themes", {"en.body": f"[Report](/files/{GONE}.pdf)"}, (BLOCKS, "en.body")),
    # Links.
    "an address without its beginning": case(
        "facts", {"ru.source_url": "example.org"}, (BLOCKS, "ru.source_url")
    ),
    "an address that acts": case(
        "mentions", {"shared.archive_url": "javascript:alert(1)"}, (BLOCKS, "shared.archive_url")
    ),
    "an address with a space": case(
        "donation-methods", {"shared.url": "https://example.org/a b"}, (BLOCKS, "shared.url")
    ),
    "a whole address": case("mentions", {"shared.url": "http://example.org/a?b=c"}),
    "a link to nowhere": case("themes", {"ru.body": "[Туда](/ru/nowhere/)"}, (BLOCKS, "ru.body")),
    "a link to an unknown story": case("themes", {"en.body": "[There](/en/stories/nope/)"}, (BLOCKS, "en.body")),
    "a link into the panel": case("themes", {"en.body": "[There](/admin/)"}, (BLOCKS, "en.body")),
    "a link to a heading that is not there": case("themes", {"en.body": "## A\n\n[x](#text-b)"}, (BLOCKS, "en.body")),
    "a link in a short field": case("stories", {"ru.credits": "[Анна](/ru/nowhere/)"}, (BLOCKS, "ru.credits")),
    "working links": case(
        "themes",
        {"en.body": "## A\n\n[x](#text-a) [y](/en/themes/motherhood/) [z](https://example.org) [m](mailto:a@b.org)"},
    ),
    # Lengths.
    "a publisher that is too long": case("mentions", {"ru.publisher": "e" * 201}, (BLOCKS, "ru.publisher")),
    "the longest publisher": case("mentions", {"ru.publisher": "e" * 200}),
    # Mentions.
    "a mention of nothing": case("mentions", {"shared.projects": ""}, (RECOMMENDED, "shared.stories")),
    "a mention of the group": case("mentions", {"shared.projects": "", "shared.of_group": "1"}),
    "a mention without a day": case("mentions", {"shared.published_on": ""}, (RECOMMENDED, "shared.published_on")),
    "a mention without an address": case("mentions", {"shared.url": " "}, (RECOMMENDED, "shared.url")),
    "a mention without its language": case("mentions", {"shared.language": ""}, (RECOMMENDED, "shared.language")),
    "a screening": case("mentions", {"shared.kind": "screening", "shared.language": "", "shared.url": ""}),
    # Facts.
    "a fact": case("facts", FACT),
    "a fact without its figure": case("facts", {**FACT, "ru.figure": " "}, (BLOCKS, "ru.figure")),
    "a fact without its words": case("facts", {**FACT, "ru.summary": ""}, (BLOCKS, "ru.summary")),
    "a fact without its source": case("facts", {**FACT, "ru.source": ""}, (BLOCKS, "ru.source")),
    "a fact without a link": case("facts", {**FACT, "ru.source_url": ""}, (RECOMMENDED, "ru.source_url")),
    "a fact without a day": case("facts", {**FACT, "shared.as_of": ""}, (RECOMMENDED, "shared.as_of")),
    "a fact of a wrong day": case("facts", {**FACT, "shared.as_of": "yesterday"}, (BLOCKS, "shared.as_of")),
    "a fact of a year": case("facts", {**FACT, "shared.as_of": "2019"}),
    "a drawing": case("facts", {**FACT, **DRAWN, "ru.numbers": "Дети: 474"}),
    "a drawing without numbers": case("facts", {**FACT, **DRAWN, "ru.numbers": ""}, (BLOCKS, "ru.numbers")),
    "a drawing with other numbers": case(
        "facts", {**FACT, **DRAWN, "ru.numbers": "Дети: 475"}, (RECOMMENDED, "en.numbers")
    ),
    # Series.
    "a part without a series": case(
        "stories", {"shared.series_id": "", "shared.part": "2"}, (BLOCKS, "shared.part")
    ),
    "a part that is taken": case("stories", {"shared.part": "1"}, (BLOCKS, "shared.part")),
    "a part that is free": case("stories", {"shared.part": "99"}),
    # Money.
    "a bank": case("donation-methods", BANK),
    "a bank without a holder": case(
        "donation-methods", {**BANK, "shared.holder": ""}, (BLOCKS, "shared.holder"), (RECOMMENDED, "shared.currency")
    ),
    "a bank without an IBAN": case(
        "donation-methods", {**BANK, "shared.iban": ""}, (BLOCKS, "shared.iban"), (RECOMMENDED, "shared.currency")
    ),
    "an account that has no IBAN": case(
        "donation-methods", {**BANK, "shared.iban": "", "shared.details": "No 7"}, (RECOMMENDED, "shared.currency")
    ),
    "a wrong IBAN": case(
        "donation-methods", {**BANK, "shared.iban": "DE89 3704 0044 0532 0130 01"}, (BLOCKS, "shared.iban")
    ),
    "a wrong BIC": case("donation-methods", {**BANK, "shared.bic": "COBA"}, (BLOCKS, "shared.bic")),
    "an account outside the EEA without its BIC": case(
        "donation-methods",
        {**BANK, "shared.iban": "CH93 0076 2011 6238 5295 7", "shared.bic": ""},
        (RECOMMENDED, "shared.bic"),
    ),
    "a holder in Cyrillic": case("donation-methods", {**BANK, "shared.holder": "Друзья"}, (BLOCKS, "shared.holder")),
    "a holder that is too long": case(
        "donation-methods", {**BANK, "shared.holder": "A" * 71}, (BLOCKS, "shared.holder")
    ),
    "the longest holder": case("donation-methods", {**BANK, "shared.holder": "A" * 70}),
    "a purpose that is too long": case(
        "donation-methods", {**BANK, "shared.purpose": "a" * 141}, (BLOCKS, "shared.purpose")
    ),
    "a purpose in Cyrillic": case(
        "donation-methods", {**BANK, "shared.purpose": "Дар"}, (RECOMMENDED, "shared.purpose")
    ),
    "more than a code can hold": case(
        "donation-methods",
        {**BANK, "shared.holder": "Ä" * 70, "shared.purpose": "ä" * 140},
        (BLOCKS, "shared.purpose"),
    ),
    "a bank in another currency": case(
        "donation-methods", {**BANK, "shared.currency": "USD"}, (RECOMMENDED, "shared.currency")
    ),
    "a wrong amount": case("donation-methods", {**BANK, "shared.amount": "12,50"}, (BLOCKS, "shared.amount")),
    "no money": case("donation-methods", {**BANK, "shared.amount": "0"}, (BLOCKS, "shared.amount")),
    "a wallet": case("donation-methods", CRYPTO),
    "a wallet without a network": case(
        "donation-methods", {**CRYPTO, "shared.network": ""}, (BLOCKS, "shared.network")
    ),
    "a network without a wallet": case("donation-methods", {**CRYPTO, "shared.wallet": " "}, (BLOCKS, "shared.wallet")),
    "a wallet with a slip": case(
        "donation-methods", {**CRYPTO, "shared.wallet": CRYPTO["shared.wallet"][:-1] + "5"}, (BLOCKS, "shared.wallet")
    ),
    "a wallet without capitals": case(
        "donation-methods",
        {**CRYPTO, "shared.network": "ethereum", "shared.wallet": "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"},
        (BLOCKS, "shared.wallet"),
    ),
    "a currency in small letters": case(
        "donation-methods", {**CRYPTO, "shared.currency": "btc"}, (BLOCKS, "shared.currency")
    ),
    "a link without an address": case("donation-methods", {"shared.url": ""}, (BLOCKS, "shared.url")),
    "a year in the past": case("annual-accounts", {"shared.year": "1999"}, (BLOCKS, "shared.year")),
    "no such currency": case("annual-accounts", {"shared.currency": "EUX"}, (BLOCKS, "shared.currency")),
    "a line without an amount": case(
        "annual-accounts", both("income", "Donations"), (BLOCKS, "ru.income"), (BLOCKS, "en.income")
    ),
    "amounts that differ": case("annual-accounts", {"en.spending": "Lawyers: 6"}, (BLOCKS, "ru.spending")),
    "a rate without a day": case("donation-goals", {"shared.rates": "USD 0.92"}, (BLOCKS, "shared.rates")),
    "a rate": case("donation-goals", {"shared.rates": "USD 0.92 2026-11-20"}),
}  # fmt: skip
# The modules with the messages of the checklist.
SOURCES = (checks, validation, donation_checks, mention_types, story_types)


@pytest.fixture
def pictures(app: Flask) -> dict[str, str]:
    """The keys of the pictures by their placeholders in the table."""
    keys = {PICTURE: "a" * 32, DECORATIVE: "b" * 32}
    for name, key in keys.items():
        db.session.add(Picture(key=key, name="window.jpg", width=64, height=48, decorative=name == DECORATIVE))
    db.session.commit()
    return keys


def draft_of(key: str, changes: Mapping[str, str], pictures: Mapping[str, str]) -> Draft:
    """A draft that could be published but for these changes."""
    content_type = registry[key]
    fields = {SHARED: shared_fields(content_type)}
    fields |= {code: translated_fields(content_type, code) for code in LANGUAGES}
    complete = {
        locale: {**{field.name: "" for field in content_type.fields_for(locale)}, **fields[locale]}
        for locale in LOCALES
    }
    for name, value in changes.items():
        locale, _, field = name.partition(".")
        for stands_for, picture in pictures.items():
            value = value.replace(stands_for, picture)
        complete[locale][field] = value
    return Draft(content_type, 0, complete, dict.fromkeys(LOCALES, 0))


def found_in(draft: Draft, languages: tuple[str, ...] = tuple(LANGUAGES)) -> set[tuple[bool, str]]:
    return {(one.blocks, one.field) for one in checklist(draft, languages)}


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.usefixtures("content", "english")
@pytest.mark.parametrize("name", CASES)
def test_it_says_what_blocks_and_what_is_recommended(pictures: dict[str, str], name: str) -> None:
    key, changes, expected = CASES[name]
    assert found_in(draft_of(key, changes, pictures)) == expected


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """A request in English."""
    with app.test_request_context("/?lang=en", headers={"Accept-Language": "en"}):
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("content", "english")
def test_it_covers_every_message_of_the_checklist(pictures: dict[str, str]) -> None:
    found = [one for key, changes, _ in CASES.values() for one in checklist(draft_of(key, changes, pictures))]
    found += [
        *missing_language(),
        *stale_translation(),
        *other_slug_of_a_page_that_the_site_needs(),
        *project_in_the_bin(),
    ]
    messages = [one.message.replace("\xa0", " ") for one in found]
    remaining = {text for text in sentences() if not any(re.search(pattern(text), one) for one in messages)}
    assert remaining == set(), "no case of the table comes to these sentences"


def sentences() -> set[str]:
    """The messages in the modules of the checklist."""
    found = set()
    for module in SOURCES:
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "gettext":
                (text, *_) = node.args
                assert isinstance(text, ast.Constant)
                found.add(str(text.value))
    return found


def pattern(text: str) -> str:
    return re.sub(r"%\\?\((\w+)\\?\)[sd]", ".*", re.escape(text))


def other_slug_of_a_page_that_the_site_needs() -> list[ChecklistItem]:
    draft = draft_of("pages", {"shared.slug": "privacy-2"}, {})
    privacy = db.session.scalars(select(Page.id).where(Page.slug == "privacy")).one()
    return checklist(Draft(draft.content_type, privacy, draft.fields, draft.revision_ids), ("ru",))


def project_in_the_bin() -> list[ChecklistItem]:
    """The messages about a story whose project is in the bin."""
    project = create_draft(registry["projects"])
    trash.move_to_trash(content_type=registry["projects"], object_id=project, author_id=1, may_publish=True)
    return checklist(draft_of("stories", {"shared.project_id": str(project)}, {}))


def missing_language() -> list[ChecklistItem]:
    """The messages if one language is published and the other has no title."""
    return checklist(draft_of("themes", {"en.title": ""}, {}), ("ru",))


def stale_translation(*, approved_against: int = 0) -> list[ChecklistItem]:
    """The messages about a translation of the first or the last revision of its source."""
    content_type = registry["themes"]
    draft = draft_of("themes", {}, {})
    ids = [
        add_revision(content_type, 0, "ru", {**draft.fields["ru"], "title": title}, edit_session="", author_id=None)
        for title in ("До", "После")
    ]
    key = {"content_type": "themes", "object_id": 0}
    states = {
        "ru": DraftState(**key, locale="ru", latest_revision_id=ids[1], live_revision_id=ids[1]),
        "en": DraftState(**key, locale="en", source_revision_id=ids[approved_against]),
    }
    found = checklist(Draft(content_type, 0, draft.fields, {}, states))
    db.session.rollback()
    return found


@pytest.mark.usefixtures("content", "english")
def test_it_only_recommends_completing_a_language_that_is_not_published() -> None:
    assert [(one.blocks, one.field) for one in missing_language()] == [(RECOMMENDED, "en.title")]
    # Errors in one language do not block the other.
    wrong = draft_of("themes", {"en.summary": "", "en.body": "[x](/nowhere/)"}, {})
    assert found_in(wrong, ("ru",)) == set()
    assert found_in(wrong, ("en",)) == {(BLOCKS, "en.summary"), (BLOCKS, "en.body")}
    # Without a language, only the shared fields are checked.
    assert found_in(draft_of("themes", {"en.title": "", "shared.slug": "A"}, {}), ()) == {(BLOCKS, "shared.slug")}


@pytest.mark.usefixtures("content", "english")
def test_it_only_recommends_updating_a_stale_translation() -> None:
    assert [(one.blocks, one.field) for one in stale_translation()] == [(RECOMMENDED, "en.title")]
    assert stale_translation(approved_against=1) == []


@pytest.mark.usefixtures("content", "english")
def test_it_refuses_a_reference_to_an_object_in_the_bin() -> None:
    draft = draft_of("stories", {}, {})
    key = {"content_type": "series", "object_id": int(draft.fields[SHARED]["series_id"])}
    db.session.add(ContentItem(**key, deleted_at=at(1), deleted_by=1))
    db.session.commit()
    assert found_in(draft) == {(BLOCKS, "shared.series_id")}


@pytest.mark.usefixtures("content", "english")
def test_it_refuses_the_former_slug_of_another_object() -> None:
    db.session.add(Redirect(content_type="themes", slug="former", object_id=1))
    db.session.commit()
    assert found_in(draft_of("themes", {"shared.slug": "former"}, {})) == {(BLOCKS, "shared.slug")}
    assert found_in(draft_of("series", {"shared.slug": "former"}, {})) == set()


def blocked(key: str, object_id: int) -> set[str]:
    """The fields that block an object from being published; empty if it went live."""
    try:
        publishing.publish(content_type=registry[key], object_id=object_id, languages=list(LANGUAGES), author_id=1)
    except NotReady as failure:
        return {one.field for one in failure.items}
    return set()


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.usefixtures("content", "english")
@pytest.mark.parametrize("name", CASES)
def test_it_blocks_publishing_for_required_items_only(pictures: dict[str, str], name: str) -> None:
    key, changes, expected = CASES[name]
    object_id = create_draft(registry[key])
    wrong = draft_of(key, changes, pictures)
    drafts.save(
        content_type=registry[key],
        object_id=object_id,
        values=wrong.fields,
        base_revision_ids=get_draft(registry[key], object_id).revision_ids,
        edit_session="s",
        author_id=1,
    )
    assert blocked(key, object_id) == {field for blocks, field in expected if blocks}
    found = [one.blocks for one in checklist(get_draft(registry[key], object_id))]
    assert found == sorted(found, reverse=True)
