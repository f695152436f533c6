"""The list of stories: filters with their counts, keyset pagination, and search results."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from werkzeug.datastructures import MultiDict

from tests.conftest import Installation
from tests.factories import StoryFactory
from wzo.extensions import db, write_transaction
from wzo.publication import State
from wzo.search.analysis import stem
from wzo.stories import facets, search_results
from wzo.stories import listing as listing_module
from wzo.stories.list_query import ListQuery, parse_list_query
from wzo.stories.listing import Listing, get_listing
from wzo.stories.models import Story, StoryText
from wzo.stories.pagination import PAGE_SIZE
from wzo.themes.models import ThemeText


def listing(reader: str = "ru", /, **arguments: str | list[str]) -> Listing:
    return get_listing(parse_list_query(MultiDict(arguments)), reader)


def slugs(found: Listing) -> list[str]:
    return [item.slug for item in found.items]


def counts(found: Listing, facet: str) -> dict[str, int]:
    return {choice.value: choice.count for choice in found.choices[facet]}


# Twenty queries and what they must find, on both databases: stories in order, then projects and series.
QUESTIONS = [
    # Word forms, ё as е; the title has most weight, then the lead.
    (
        "ru",
        "заключённой",
        ["outcasts-3", "outcasts-4", "outcasts-5", "dissertations", "umarali-nazarov", *["project"] * 4],
    ),
    (
        "ru",
        "ЗАКЛЮЧЕННАЯ",
        ["outcasts-3", "outcasts-4", "outcasts-5", "dissertations", "umarali-nazarov", *["project"] * 4],
    ),
    ("ru", "справедливости", ["outcasts-4", "outcasts-3", "dissertations", "series outcasts"]),
    ("ru", "тюрем", ["outcasts-2", "outcasts-5", "outcasts-3", *["project"] * 4]),
    ("ru", "ребенок", ["umarali-nazarov", "toys-behind-bars", "project breastfeeding", "project children-in-cages"]),
    ("en", "lesbian", ["outcasts-5", "project forbidden-love", "series outcasts"]),
    ("en", "toy", ["toys-behind-bars", "project children-in-cages"]),
    # Names, in either alphabet.
    ("ru", "Умарали Назарова", ["umarali-nazarov", "project breastfeeding"]),
    ("ru", "Богдановой", ["project last-hope"]),
    ("en", "Agafonov", [*["project"] * 4]),
    # Mixed scripts: a Latin a in a Russian word, a Cyrillic х between digits.
    ("ru", "тюрьмa", ["outcasts-2", "outcasts-5", "outcasts-3", *["project"] * 4]),
    ("ru", "7х7", ["outcasts-2", "project breastfeeding"]),
    # Quotation marks search for a phrase.
    ("ru", "«Сломанные люди»", ["outcasts-2", "outcasts-3"]),
    ("en", '"Justice for the outcast"', ["outcasts-4", "outcasts-3", "dissertations"]),
    # Several words: all of them must match.
    ("ru", "статья 121", ["outcasts-1"]),
    ("ru", "правосудие игрушки", []),
    # Queries that mean nothing.
    ("ru", "ъ" * 10_000, []),
    ("ru", "'; DROP TABLE stories; --", []),
    ("en", '<script>alert("x")</script> NEAR(a b) * % _', []),
    ("ru", '"', []),
]
SLIPS = [
    ("ru", "справидливость", "справедливость"),
    ("ru", "игрушик", "игрушки"),
    ("ru", "bpujb", "изгои"),
    ("ru", "k.,jdm gjl pfghtnjv", "любовь под запретом"),
    ("ru", "Agafonov", "агафонов"),
    ("ru", "«люди сломанные»", "люди сломанные"),
    ("ru", "дисертации мвд", "диссертации мвд"),
    ("en", "justise", "justice"),
    ("en", "Агафонов", "agafonov"),
]


@pytest.mark.parametrize(("language", "question", "expected"), QUESTIONS, ids=[q[:20] for _, q, _ in QUESTIONS])
def test_it_finds_what_is_asked_for(
    app: Flask, content: None, language: str, question: str, expected: list[str]
) -> None:
    found = listing(language, q=question)
    others = [f"{other.content_type.key}/{other.obj.slug}" for other in found.others]
    others = [path.replace("projects/", "project ").replace("series/", "series ") for path in others]
    assert len(found.items) == found.total
    if "project" in expected:
        others = [other.split()[0] for other in others]
    assert [*slugs(found), *others] == expected


@pytest.mark.parametrize(("language", "question", "meant"), SLIPS)
def test_it_corrects_a_typing_error(app: Flask, content: None, language: str, question: str, meant: str) -> None:
    found = listing(language, q=question)
    assert found.suggestions is not None
    assert found.suggestions.did_you_mean == meant
    corrected = listing(language, q=meant)
    assert corrected.total or corrected.others


def test_it_shows_the_matching_sentence(app: Flask, content: None) -> None:
    (item,) = listing(q="статья 121").items
    assert "".join(words for words, _ in item.snippet).startswith("Статья 121")
    assert [words for words, marked in item.snippet if marked] == ["Статья", "121"]


def test_it_suggests_what_to_do_if_nothing_is_found(app: Flask, content: None) -> None:
    found = listing(q="диссертации игрушки")
    assert found.suggestions
    assert dict(found.suggestions.single_terms) == {"диссертации": 2, "игрушки": 1}
    assert not found.suggestions.did_you_mean
    filtered = listing(q="игрушки", theme="violence")
    assert filtered.suggestions
    assert filtered.suggestions.without_filters == 1


def test_it_combines_filters(app: Flask, content: None) -> None:
    everything = listing()
    assert everything.total == len(slugs(everything)) == 8
    assert counts(everything, "theme") == {"motherhood": 2, "violence": 6}
    chosen = listing(theme="motherhood", project=["breastfeeding", "children-in-cages"])
    assert set(slugs(chosen)) == {"umarali-nazarov", "toys-behind-bars"}
    # The count beside a filter is what it would show together with the other filters.
    assert counts(listing(project="breastfeeding"), "theme") == {"motherhood": 1}
    assert counts(listing(project="breastfeeding"), "project") == {"breastfeeding": 1, "children-in-cages": 1}
    assert counts(listing(q="игрушки"), "theme") == {"motherhood": 1}


def test_it_counts_what_each_filter_would_show(app: Flask, content: None) -> None:
    for start in ({}, {"theme": "violence"}, {"q": "тюрьма"}, {"language": "en"}):
        found = listing(**start)
        for facet, choices in found.choices.items():
            for choice in choices:
                assert listing(**{**start, facet: choice.value}).total == choice.count > 0, (start, facet, choice)


def test_it_does_not_offer_a_filter_that_would_show_nothing(app: Flask, content: None) -> None:
    found = listing(theme="motherhood")
    assert "outcasts" not in counts(found, "series")
    # Unless it is already selected, so that it can be removed.
    both = listing(theme="motherhood", series="outcasts")
    assert (both.total, counts(both, "series")) == (0, {"outcasts": 0})


def test_it_removes_filters_one_by_one() -> None:
    query = ListQuery(q="тюрьма", chosen=(("theme", ("a", "b")), ("format", ("text",))), after="x")
    assert query.without("theme", "a") == ListQuery(q="тюрьма", chosen=(("theme", ("b",)), ("format", ("text",))))
    assert query.without("format", "text").chosen == (("theme", ("a", "b")),)


def test_it_ignores_filters_that_do_not_exist(app: Flask, content: None) -> None:
    query = parse_list_query(
        MultiDict({"theme": ["violence", "nonsense"], "format": "'", "q": "  a \0 b ", "after": "nobody", "x": "1"})
    )
    assert query.arguments() == {"q": ["a b"], "theme": ["violence"]}


def create_many() -> None:
    for number in range(60):
        StoryFactory(slug=f"s{number:02}", published_on=f"20{number // 3:02}", format="film" if number % 2 else "text")


@pytest.fixture
def many(app: Flask, installation: Installation) -> list[str]:
    """Sixty stories; gives their slugs, newest first."""
    installation.fill(create_many)
    return sorted((f"s{number:02}" for number in range(60)), key=lambda slug: (-(int(slug[1:]) // 3), int(slug[1:])))


def test_it_goes_through_pages_without_gaps_or_repeats(many: list[str]) -> None:
    page = listing()
    seen, back = slugs(page), []
    while page.older:
        assert page.last - page.first + 1 == PAGE_SIZE == len(page.items)
        page = get_listing(page.older, "ru")
        seen += slugs(page)
    assert seen == many
    assert (page.first, page.last, page.total) == (41, 60, 60)
    while page.newer:
        page = get_listing(page.newer, "ru")
        back.append(slugs(page))
    assert back == [many[20:40], many[:20]]


def test_it_keeps_pages_stable_when_stories_come_and_go(many: list[str]) -> None:
    first = listing()
    assert first.older
    StoryFactory(slug="newer", published_on="2099")
    assert slugs(get_listing(first.older, "ru")) == many[20:40]
    gone = first.items[-1].slug
    with write_transaction():
        story = db.session.scalars(select(Story).where(Story.slug == gone)).one()
        db.session.delete(story)
    # The page began after a story that no longer exists: the list starts again, as its URL shows.
    assert parse_list_query(MultiDict(first.older.arguments())).after == ""


def test_it_keeps_the_ranking_across_pages(many: list[str]) -> None:
    with write_transaction():
        for number, slug in enumerate(many):
            text = db.session.get_one(
                StoryText, (db.session.scalars(select(Story.id).where(Story.slug == slug)).one(), "ru")
            )
            place = ("title", "summary", "body")[number % 3]
            setattr(text, place, f"{text.title if place == 'title' else ''} стрекоза")
    wanted = [*many[0::3], *many[1::3], *many[2::3]]
    page = listing(q="стрекозы")
    seen = slugs(page)
    while page.older:
        page = get_listing(page.older, "ru")
        seen += slugs(page)
    assert seen == wanted
    while page.newer:
        page = get_listing(page.newer, "ru")
    assert slugs(page) == wanted[:PAGE_SIZE]


def test_it_drops_an_unpublished_story_at_once(many: list[str]) -> None:
    listing(q="s00")
    with write_transaction():
        db.session.execute(update(StoryText).values(state=State.UNPUBLISHED))
    assert listing().total == 0
    assert listing(q="s00").total == 0


def test_it_filters_by_language(app: Flask) -> None:
    StoryFactory(slug="both")
    only = StoryFactory(slug="only-russian")
    with write_transaction():
        db.session.get_one(StoryText, (only.id, "en")).state = State.DRAFT
    english = listing("en")
    assert (slugs(english), english.elsewhere) == (["both"], 1)
    russian = listing("en", language="ru")
    assert {(item.slug, item.language) for item in russian.items} == {("both", "ru"), ("only-russian", "ru")}
    both = listing("en", language=["ru", "en"])
    assert {(item.slug, item.language) for item in both.items} == {("both", "en"), ("only-russian", "ru")}
    assert counts(english, "language") == {"ru": 2, "en": 1}
    assert listing("en", q="only").total == 0
    assert listing("en", q="only", language="ru").total == 1


def test_it_shows_a_story_in_the_language_that_matches(app: Flask) -> None:
    story = StoryFactory(slug="pond")
    with write_transaction():
        db.session.get_one(StoryText, (story.id, "ru")).body = "Над прудом летала стрекоза."
    (item,) = listing("en", q="стрекозы", language=["ru", "en"]).items
    assert item.language == "ru"
    assert "стрекоза" in "".join(words for words, _ in item.snippet)


def test_it_makes_only_suggestions_that_find_something(app: Flask, content: None) -> None:
    # Each suggested link finds what it promises.
    found = listing(q="диссертации игрушки", theme="violence")
    assert found.suggestions
    for word, count in found.suggestions.single_terms:
        assert listing(q=word, theme="violence").total == count
    assert [word for word, _ in found.suggestions.single_terms] == ["диссертации"]
    # A word excluded only by the filters is no typing error.
    filtered = listing(q="игрушик", theme="violence")
    assert filtered.suggestions
    assert (
        not filtered.suggestions.did_you_mean or listing(q=filtered.suggestions.did_you_mean, theme="violence").others
    )
    only = listing("en", q="игрушки", language="ru", theme="violence")
    assert only.suggestions is not None
    assert only.suggestions.without_filters == listing("en", q="игрушки").total
    # Where there is nothing to suggest, no empty box is shown.
    assert not listing(q="щщщщъъ").suggestions


def test_it_lets_a_filter_without_a_name_in_this_language_be_removed(app: Flask, content: None) -> None:
    with write_transaction():
        db.session.execute(update(ThemeText).where(ThemeText.language == "en").values(state=State.DRAFT))
    found = listing("en", theme="violence")
    assert [(choice.value, choice.chosen) for choice in found.choices["theme"]] == [("violence", True)]
    assert found.choices["theme"][0].name


def test_it_offers_the_filters_that_show_most(app: Flask, content: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_module, "MAX_CHOICES", 1)
    assert counts(listing(), "theme") == {"violence": 6}
    assert counts(listing(theme="motherhood"), "theme") == {"motherhood": 2}


def statements(act: Callable[[], object]) -> int:
    """How many statements a call sends to the database."""
    sent: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


@pytest.mark.slow
def test_it_runs_the_same_number_of_queries_whatever_it_shows(many: list[str]) -> None:
    requests: list[dict[str, str]] = [{}, {"format": "film"}, {"q": "s"}, {"q": "s00 s01"}]
    for arguments in requests:
        listing(**arguments)
        few = statements(lambda arguments=arguments: listing(**arguments))
        for number in range(60, 75):
            StoryFactory(slug=f"{arguments.get('q', 'm')}{number}{len(arguments)}")
        listing(**arguments)
        assert statements(lambda arguments=arguments: listing(**arguments)) == few


def test_it_caches_common_words_and_no_rare_ones(many: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facets, "MIN_CACHED_HITS", 10)
    with write_transaction():
        for text in db.session.scalars(select(StoryText)):
            text.body = "стрекоза"
    for question in ("стрекоза", "s07"):
        listing(q=question)
    assert list(facets.get_facet_index().term_cache) == [(stem("стрекоза"),)]


def test_it_cuts_a_long_sentence_between_words(app: Flask) -> None:
    StoryFactory(slug="long")
    sentence = " ".join(["слово"] * 100) + " стрекоза " + " ".join(["слово"] * 100) + "."
    with write_transaction():
        for text in db.session.scalars(select(StoryText)):
            text.body = sentence
    (item,) = listing(q="стрекоза").items
    shown = "".join(words for words, _ in item.snippet)
    assert len(shown) <= search_results.MAX_SNIPPET_LENGTH + 20
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert set(shown.strip("…").split()) == {"слово", "стрекоза"}


def test_it_orders_every_story(many: list[str]) -> None:
    ids = facets.get_facet_index().ids
    assert len(set(ids)) == 60
    assert all(one != other for one, other in pairwise(ids))
