"""Originals and mentions: the page of all of them, and where stories, projects and people show them."""

import re
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import create
from tests.conftest import SignIn
from tests.factories import FactFactory, MemberFactory, MentionFactory, ProjectFactory, StoryFactory
from tests.html import parse
from wzo.config import settings
from wzo.extensions import db
from wzo.facts.models import story_facts
from wzo.i18n import LANGUAGES
from wzo.mentions.models import MENTION_KINDS, mention_stories
from wzo.publication import State
from wzo.stories.models import StoryText
from wzo.team.models import story_members


def main_of(client: FlaskClient, path: str) -> Element:
    response = client.get(path)
    assert response.status_code == 200
    return next(parse(response.data).root.iter("main"))


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).replace("\xad", "").split())


def hrefs(element: Element) -> list[str]:
    return [it.get("href") or "" for it in element.iter("a")]


def button(client: FlaskClient, path: str) -> tuple[str, str]:
    """The words and the address of the button with a link to another site."""
    [link] = [it for it in main_of(client, path).iter("a") if (it.get("class") or "").startswith("button")]
    return words(link), link.get("href") or ""


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_lists_all_by_year_the_latest_first(client: FlaskClient, language: str) -> None:
    for slug, day in {"old": "2008", "none": None, "march": "2019-03", "may": "2019-05-02"}.items():
        MentionFactory(slug=slug, published_on=day)
    MentionFactory(slug="draft", texts__state=State.DRAFT)
    main = main_of(client, f"/{language}/mentions/")
    undated = {"ru": "Без даты", "en": "Undated"}[language]
    assert [words(it) for it in main.iter("h2")] == ["2019", "2008", undated]
    assert [it.get("id") for it in main.iter("li") if it.get("id")] == ["may", "march", "old", "none"]


def test_it_says_so_where_there_is_none(client: FlaskClient) -> None:
    assert "There are no publications here yet." in words(main_of(client, "/en/mentions/"))


def test_it_says_what_it_is_where_when_and_in_which_language(client: FlaskClient) -> None:
    story = StoryFactory(slug="toys", texts__title="Toys")
    StoryFactory(slug="hidden", texts__state=State.DRAFT)
    MentionFactory(
        kind="interview",
        language="de",
        own_title="Ein Gespräch",
        published_on="2019-05-02",
        url="https://press.example.org/a",
        archive_url="https://archive.example.org/a",
        texts__title="A conversation",
        texts__body="With *two* editors.",
        of__story=story,
    )
    [item] = [it for it in main_of(client, "/en/mentions/").iter("li") if it.get("id")]
    assert [words(it) for it in item.iter("p")] == [
        "Interview · The Press · 2 May 2019 · in German",
        "Ein Gespräch",
        "A conversation",
        "With two editors.",
        "Archived copy: Ein Gespräch",
        "On this site: Toys",
    ]
    assert hrefs(item) == ["https://press.example.org/a", "https://archive.example.org/a", "/en/stories/toys/"]
    link = next(item.iter("a"))
    assert link.get("hreflang") == "de"
    assert [it.get("lang") for it in item.iter("p")] == [None, "de", None, None, None, None]


@pytest.mark.slow
def test_it_is_shown_wherever_it_belongs(client: FlaskClient) -> None:
    owners = {
        "of__story": StoryFactory(slug="it"),
        "of__project": ProjectFactory(slug="it", kind="film"),
        "of__member": MemberFactory(slug="it"),
    }
    for kind in MENTION_KINDS:
        MentionFactory(kind=kind, url=f"https://press.example.org/{kind}", **owners)
    for path in ("stories/it/", "projects/it/", "mentions/", "team/it/"):
        found = [it for it in hrefs(main_of(client, f"/en/{path}")) if it.startswith("https://press.")]
        assert sorted(found) == sorted(f"https://press.example.org/{kind}" for kind in MENTION_KINDS), path


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        (["ru", "en"], {"ru": ("Читать полностью: Press", "0"), "en": ("Read in full: Press", "1")}),
        (["en"], {"ru": ("Читать полностью: Press (на английском)", "0"), "en": ("Read in full: Press", "0")}),
        (
            ["de", "fr"],
            {"ru": ("Читать полностью: Press (на немецком)", "0"), "en": ("Read in full: Press (in German)", "0")},
        ),
    ],
)
@pytest.mark.parametrize("owner", ["stories", "projects"])
def test_it_links_to_the_original_in_the_readers_language(
    client: FlaskClient, languages: list[str], expected: dict[str, tuple[str, str]], owner: str
) -> None:
    it = StoryFactory(slug="it") if owner == "stories" else ProjectFactory(slug="it")
    owners = {"of__story": it} if owner == "stories" else {"of__project": it}
    kinds = ("original", "translation")
    for number, (language, kind) in enumerate(zip(languages, kinds, strict=False)):
        url = f"https://press.example.org/{number}"
        MentionFactory(kind=kind, language=language, url=url, texts__publisher="Press", **owners)
    for language, (label, number) in expected.items():
        assert button(client, f"/{language}/{owner}/it/") == (label, f"https://press.example.org/{number}")


def test_it_links_to_the_archived_copy_where_this_site_has_taken_over_the_host(client: FlaskClient) -> None:
    story, ours, copy = StoryFactory(slug="it"), settings().site_url, "https://archive.example.org/1"
    MentionFactory(kind="original", language="en", url=f"{ours}/page1.html", archive_url=copy, of__story=story)
    MentionFactory(kind="mention", language="en", url=f"{ours}/page2.html", of__story=story)
    assert button(client, "/en/stories/it/")[1] == copy
    page = client.get("/en/stories/it/").text
    assert "/page1.html" not in page
    assert "/page2.html" not in page


def test_it_prefers_the_original_to_a_translation(client: FlaskClient) -> None:
    story = StoryFactory(slug="it")
    MentionFactory(kind="translation", language="de", texts__publisher="Second", of__story=story)
    MentionFactory(kind="original", language="fr", texts__publisher="First", of__story=story)
    assert button(client, "/en/stories/it/")[0] == "Read in full: First (in French)"


def test_it_repeats_no_address_of_a_figure(client: FlaskClient) -> None:
    story, source = StoryFactory(slug="it"), "https://press.example.org/474"
    fact = FactFactory(texts__source="The Press", texts__source_url=source)
    db.session.execute(story_facts.insert().values(story_id=story.id, fact_id=fact.id))
    MentionFactory(url=source, of__story=story)
    assert hrefs(main_of(client, "/en/stories/it/")).count(source) == 1


def test_it_names_who_worked_on_a_story(client: FlaskClient) -> None:
    story, member = StoryFactory(slug="it", texts__credits="Translation: *Anna*."), MemberFactory(slug="maria")
    db.session.execute(story_members.insert().values(story_id=story.id, member_id=member.id))
    db.session.commit()
    main = main_of(client, "/en/stories/it/")
    [section] = [it for it in main.iter("section") if it.get("aria-labelledby") == "credits"]
    assert hrefs(section) == ["/en/team/maria/"]
    name = words(next(section.iter("a")))
    assert words(section) == f"Who worked on it {name} Translation: Anna."
    for path in ("/en/stories/it/print/", "/en/stories/it/offline.html", "/en/feed.xml"):
        assert name in client.get(path).text.replace("\xa0", " "), path


def test_it_shows_a_film_with_its_screenings_and_its_transcript(client: FlaskClient) -> None:
    film = ProjectFactory(slug="it", kind="film", texts__transcript="Everything that *is* said.")
    MentionFactory(kind="film", language="", url="https://films.example.org/", texts__title="In full", of__project=film)
    for slug, day in {"first": "2019-12", "second": "2020-01-31"}.items():
        MentionFactory(kind="screening", language="", url="", published_on=day, texts__title=slug, of__project=film)
    main = main_of(client, "/en/projects/it/")
    assert button(client, "/en/projects/it/") == ("Watch the film in full", "https://films.example.org/")
    [screenings] = [it for it in main.iter("section") if it.get("aria-labelledby") == "screenings"]
    assert [words(it) for it in screenings.iter("li")] == [
        "Screening · The Press · 31 January 2020 second",
        "Screening · The Press · December 2019 first",
    ]
    [transcript] = [it for it in main.iter("details") if "transcript" in (it.get("class") or "")]
    assert (words(transcript), transcript.get("open")) == ("Transcript Everything that is said.", None)


def test_it_shows_no_transcript_where_there_is_none(client: FlaskClient) -> None:
    ProjectFactory(slug="it", kind="film")
    assert "transcript" not in client.get("/en/projects/it/").text


def test_it_is_taken_down_with_the_stories_to_which_it_belongs(client: FlaskClient) -> None:
    story, other = StoryFactory(slug="it"), StoryFactory(slug="other")
    MentionFactory(slug="one", texts__publisher="Petiolatum", of__story=story, of__member=MemberFactory(slug="it"))
    both = MentionFactory(slug="both", of__story=story)
    db.session.execute(mention_stories.insert().values(mention_id=both.id, story_id=other.id))
    db.session.get_one(StoryText, (story.id, "en")).state = State.UNPUBLISHED
    db.session.commit()
    for path in ("mentions/", "team/it/", "stories/?q=petiolatum"):
        assert "press.example.org/one" not in client.get(f"/en/{path}").text, path
        assert "/mentions/#one" not in client.get(f"/en/{path}").text, path
        assert "one" in client.get(f"/ru/{path}").text, path
    assert "press.example.org/both" in client.get("/en/mentions/").text


def test_it_is_found_by_search(client: FlaskClient) -> None:
    MentionFactory(slug="one", texts__publisher="Petiolatum")
    assert "/en/mentions/#one" in client.get("/en/stories/?q=petiolatum").text


def test_it_is_added_in_the_panel(client: FlaskClient, sign_in: SignIn) -> None:
    story = StoryFactory(slug="it")
    sign_in(client, "publisher")
    page = create(client, "mentions")
    titles = {f"{code}.title": "A long talk" for code in LANGUAGES}
    shared = {"shared.kind": "interview", "shared.language": "fr", "shared.url": "https://press.example.org/talk"}
    page.fields["shared.stories"] = [""]
    response = page.fill({**titles, **shared, "shared.stories": str(story.id)}).press("publish:ru en")
    assert response.status_code == 303
    assert "https://press.example.org/talk" in hrefs(main_of(client, "/en/stories/it/"))
    assert re.search(r"in.French", client.get("/en/mentions/").text)
