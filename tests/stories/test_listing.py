"""The list of stories: filters with their counts, keyset pagination, and search results."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from werkzeug.datastructures import MultiDict

from tests.conftest import Installation
from tests.factories import StoryFactory
from wzo.cms.indexing import reindex
from wzo.extensions import db, write_transaction
from wzo.publication import State
from wzo.search.analysis import stem
from wzo.stories import facets, snippets
from wzo.stories import listing as listing_module
from wzo.stories.content_types import STORIES
from wzo.stories.list_query import ListQuery, parse_list_query
from wzo.stories.listing import Listing, get_listing
from wzo.stories.models import Story, StoryText
from wzo.stories.pagination import PAGE_SIZE
from wzo.team.models import Member, MemberText
from wzo.themes.models import ThemeText


def listing(reader: str = "ru", /, **arguments: str | list[str]) -> Listing:
    return get_listing(parse_list_query(MultiDict(arguments)), reader)


def slugs(found: Listing) -> list[str]:
    return [item.slug for item in found.items]


# More than any question of the table may find.
EVERYTHING = 20
# Figures have a test of their own.
TYPES = ("projects", "series", "themes", "petitions", "team", "pages")


def others(found: Listing) -> list[str]:
    """The results besides stories, by content type."""
    keys = [(it.content_type.key, it.obj.slug) for group in found.groups for it in group.others]
    return [f"{wanted} {slug}" for wanted in TYPES for key, slug in keys if key == wanted]


def first_types(found: Listing) -> list[str]:
    return [group.others[0].content_type.key if group.others else "stories" for group in found.groups]


def counts(found: Listing, facet: str) -> dict[str, int]:
    return {choice.value: choice.number for choice in found.choices[facet]}


OUTCASTS = ["outcasts-1", "outcasts-2", "outcasts-3", "outcasts-4", "dissertations", "outcasts-5"]
PRISONS = ["prison-court-death", "transformation", "zone-hiv", "last-hope", "breastfeeding", "forbidden-love"]
PRISONERS = ["prison-court-death", "breastfeeding", "forbidden-love", "transformation"]
BY_AGAFONOV = ["last-hope", "prison-court-death", "breastfeeding"]


def projects(slugs: list[str]) -> list[str]:
    return [f"projects {slug}" for slug in slugs]


# Queries and what they must find, on both databases: stories in their order, then everything else by content type. A
# query without results must find nothing.
QUESTIONS = [
    # Word forms, ё as е; the title has most weight, then the lead.
    *(
        (
            "ru",
            form,
            [
                *("outcasts-3", "outcasts-4", "outcasts-5", "dissertations", "umarali-nazarov"),
                *(*projects(PRISONERS), "series outcasts", "themes motherhood", "petitions mothers"),
            ],
        )
        for form in ("заключённой", "ЗАКЛЮЧЕННАЯ")
    ),
    ("ru", "справедливости", ["outcasts-4", "outcasts-3", "dissertations", "series outcasts"]),
    *(
        (
            "ru",
            form,
            [
                *("outcasts-2", "outcasts-5", "outcasts-3", *projects(PRISONS), "series outcasts"),
                *("themes motherhood", "themes medicine", "petitions mothers"),
            ],
        )
        # The last has a Latin a, an invisible character.
        for form in ("тюрем", "тюрьмa", "тюрь\u00adмы")
    ),
    (
        "ru",
        "ребенок",
        [
            *("umarali-nazarov", "toys-behind-bars", *projects(["breastfeeding", "children-in-cages"])),
            *("themes motherhood", "petitions mothers"),
        ],
    ),
    ("ru", "геев", ["outcasts-3", "series outcasts"]),
    *(("ru", form, ["projects last-hope"]) for form in ("умер", "умерла", "умерших")),
    ("en", "lesbian", ["outcasts-5", "projects forbidden-love", "series outcasts"]),
    ("en", "toy", ["toys-behind-bars", "projects children-in-cages"]),
    # Projects, themes, pages and people, where no story matches.
    ("ru", "вич", ["projects zone-hiv", "themes medicine"]),
    ("ru", "рак", projects(["prison-court-death", "last-hope"])),
    ("en", "cancer", projects(["last-hope", "prison-court-death"])),
    ("en", "HIV", ["projects zone-hiv", "themes medicine"]),
    ("ru", "онкология", ["themes medicine"]),
    ("ru", "журналистка", ["team natalia-donskova", "team natalia-sivokhina"]),
    ("ru", "Теплицкой", ["team yana-teplitskaya"]),
    ("ru", "подписать", ["projects breastfeeding", "petitions mothers", "pages privacy"]),
    # A text that belongs to no page of its own.
    ("ru", "спасибо", []),
    # Words that begin alike.
    ("ru", "трансгендер", ["projects transformation"]),
    # Names, in either alphabet; in another language what they are called there.
    ("ru", "Умарали Назарова", ["umarali-nazarov", "projects breastfeeding"]),
    ("ru", "Богдановой", ["projects last-hope"]),
    *(
        (language, name, [*projects(BY_AGAFONOV), "petitions mothers", "team leonid-agafonov"])
        for language, name in (("en", "Agafonov"), ("ru", "Агафонова"), ("ru", "agafonov"), ("en", "Агафонов"))
    ),
    *((language, "izgoi", [*OUTCASTS, "projects forbidden-love", "series outcasts"]) for language in ("ru", "en")),
    ("ru", "изгоев", [*OUTCASTS, "projects forbidden-love", "series outcasts"]),
    # A Cyrillic х between digits.
    ("ru", "7х7", ["outcasts-2", "projects breastfeeding", "petitions mothers"]),
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
    ("ru", "«люди сломанные»", "люди сломанные"),
    ("ru", "дисертации мвд", "диссертации мвд"),
    ("en", "justise", "justice"),
]
# A story whose words have fleeting vowels, digits and invisible characters; and what finds it.
TITLE = "Девушки и мигрантки о пытках"
BODY = "Медсестра ИК-14 рассказала, что гей умер. В ко\u00adло\u00adнии есть письма."
FORMS = "пыток девушек мигранток медсестёр геев умер умерла ИК14 ик-14 колоний писем письмо пытками девушкой"


@pytest.mark.slow
@pytest.mark.parametrize(("language", "question", "expected"), QUESTIONS, ids=[q[:20] for _, q, _ in QUESTIONS])
def test_it_finds_what_is_asked_for(
    app: Flask, content: None, language: str, question: str, expected: list[str]
) -> None:
    found = listing(language, q=question)
    assert len(found.items) == found.total
    results = [*slugs(found), *others(found)]
    # The initial content grows, so more may be found, but nothing for what means nothing.
    assert [it for it in results if it in expected] == expected
    assert len(results) < EVERYTHING if expected else not results


def test_it_finds_figures(app: Flask, content: None) -> None:
    found = listing(q="статья 121")
    assert "convicted-for-homosexuality" in [it.obj.slug for group in found.groups for it in group.others]


def test_it_finds_every_form_of_a_word(app: Flask) -> None:
    story = StoryFactory(slug="difficult")
    with write_transaction():
        text = db.session.get_one(StoryText, (story.id, "ru"))
        text.title, text.body = TITLE, BODY
    StoryFactory(slug="other")
    assert {form: slugs(listing(q=form)) for form in FORMS.split()} == {form: ["difficult"] for form in FORMS.split()}


@pytest.mark.parametrize(("language", "question", "meant"), SLIPS)
def test_it_corrects_a_typing_error(app: Flask, content: None, language: str, question: str, meant: str) -> None:
    found = listing(language, q=question)
    assert found.suggestions is not None
    assert found.suggestions.did_you_mean == meant
    corrected = listing(language, q=meant)
    assert corrected.groups


def test_it_shows_the_matching_sentence(app: Flask, content: None) -> None:
    (item,) = listing(q="статья 121").items
    assert "".join(words for words, _ in item.snippet).startswith("Статья 121")
    assert [words for words, marked in item.snippet if marked] == ["Статья", "121"]


def test_it_suggests_what_to_do_if_nothing_is_found(app: Flask, content: None) -> None:
    found = listing(q="диссертации игрушки")
    assert found.suggestions
    assert [term for term, number in found.suggestions.single_terms if number > 1] == ["диссертации", "игрушки"]
    assert not found.suggestions.did_you_mean
    filtered = listing(q="игрушки", theme="violence")
    assert filtered.suggestions
    assert filtered.suggestions.without_filters == 1


def test_it_lists_a_series_in_its_order_where_its_newest_part_belongs(app: Flask, content: None) -> None:
    # Only the second part has a date.
    parts = [f"outcasts-{number}" for number in range(1, 6)]
    assert [slug for slug in slugs(listing()) if slug in parts] == parts
    assert slugs(listing(series="outcasts")) == parts
    StoryFactory(slug="newer", published_on="2020")
    StoryFactory(slug="older", published_on="2018")
    found = slugs(listing())
    assert found[found.index("newer") + 1 : found.index("older")] == parts


def test_it_shows_first_the_groups_that_match_in_the_title(app: Flask, content: None) -> None:
    assert first_types(listing("en", q="agafonov"))[:3] == ["team", "petitions", "projects"]
    assert first_types(listing("en", q="children"))[:2] == ["stories", "projects"]


@pytest.mark.slow
def test_it_shows_other_results_on_the_first_page_only(many: list[str]) -> None:
    with write_transaction():
        member = Member(slug="member", position=1)
        db.session.add(member)
        db.session.flush()
        db.session.add(MemberText(member_id=member.id, language="ru", name="Стрекоза"))
        db.session.execute(update(StoryText).values(summary="стрекоза"))
        reindex(STORIES, db.session.scalars(select(Story.id)))
    page = listing(q="стрекозы")
    assert first_types(page) == ["team", "stories"]
    assert page.older
    assert [group.number for group in get_listing(page.older, "ru").groups] == [60]


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
                assert listing(**{**start, facet: choice.value}).total == choice.number > 0, (start, facet, choice)


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
        assert sum(group.number for group in listing(q=word, theme="violence").groups) == count
    assert [word for word, _ in found.suggestions.single_terms] == ["диссертации", "игрушки"]
    # A word excluded only by the filters is no typing error.
    filtered = listing(q="игрушик", theme="violence")
    assert filtered.suggestions
    meant = filtered.suggestions.did_you_mean
    assert not meant or listing(q=meant, theme="violence").groups
    only = listing("en", q="игрушки", language="ru", theme="violence")
    assert only.suggestions is not None
    assert only.suggestions.without_filters == listing("en", q="игрушки").total
    # Where there is nothing to suggest, no empty box is shown.
    assert not listing(q="щщщщъъ").suggestions
    # Neither are there suggestions beside results.
    assert not listing(q="вич").suggestions


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
    """The number of statements that a call sends to the database."""
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
    assert len(shown) <= snippets.MAX_LENGTH + 20
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert set(shown.strip("…").split()) == {"слово", "стрекоза"}


def test_it_orders_every_story(many: list[str]) -> None:
    ids = facets.get_facet_index().ids
    assert len(set(ids)) == 60
    assert all(one != other for one, other in pairwise(ids))
