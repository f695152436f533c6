"""The page of figures, and the figures at the top of the pages that use them."""

import re
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from tests.factories import FactFactory, StoryFactory, ThemeFactory
from tests.html import parse
from wzo.cms.content_types import registry
from wzo.cms.publishing import unpublish
from wzo.extensions import db
from wzo.facts.models import Fact, FactText, fact_themes, story_facts
from wzo.facts.views import small_before_digits
from wzo.publication import State
from wzo.seed.loading import load_seed

SOURCE = {"texts__source": "The penal service", "texts__source_url": "https://counts.example.org/"}


def tie(table: Any, **values: int) -> None:
    db.session.execute(table.insert().values(**values))
    db.session.commit()


def page(client: FlaskClient, path: str = "/en/figures/") -> Element:
    response = client.get(path)
    assert response.status_code == 200
    return parse(response.data).root


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def articles(root: Element) -> dict[str, str]:
    return {it.attrib["id"]: words(it) for it in root.iter("article")}


def test_it_shows_each_figure_once_beneath_its_first_theme(client: FlaskClient) -> None:
    later, first = ThemeFactory(position=2, texts__title="Later"), ThemeFactory(position=1, texts__title="First")
    draft = ThemeFactory(position=0, texts__state=State.DRAFT)
    both, one, none = (FactFactory(slug=slug) for slug in ("both", "one", "none"))
    FactFactory(slug="hidden", texts__state=State.DRAFT)
    for fact, theme in ((both, later), (both, first), (one, later), (none, draft)):
        tie(fact_themes, fact_id=fact.id, theme_id=theme.id)
    root = page(client)
    assert [it.get("id") for it in root.iter("article")] == ["both", "one", "none"]
    assert [words(it) for it in next(root.iter("main")).iter("h2")] == ["First", "Later", "Other figures"]


def test_it_says_of_a_figure_all_that_a_journalist_needs(client: FlaskClient) -> None:
    story = StoryFactory(slug="toys", texts__title="Toys")
    hidden = StoryFactory(slug="hidden", texts__title="Hidden", texts__state=State.DRAFT)
    fact = FactFactory(slug="one", as_of="2019-04-01", texts__body="By *count*.", **SOURCE)
    for it in (story, hidden):
        tie(story_facts, story_id=it.id, fact_id=fact.id)
    root = page(client)
    (article,) = root.iter("article")
    links = [link.get("href") for link in article.iter("a")]
    assert links == ["https://counts.example.org/", "/en/stories/toys/"]
    text = words(article)
    for said in ("474 children were there.", "1 April 2019", "Source: The penal service", "By count.", "Toys"):
        assert said in text.replace("\u00a0", " ")
    citation = next(words(it) for it in article.iter("p") if it.get("class") == "copyable").replace("\u00a0", " ")
    assert citation == (
        "474 children were there. Figure for: 1 April 2019. Source: The penal service, https://counts.example.org/. "
        "Quoted from: “Woman. Prison. Society”, http://127.0.0.1:8000/en/figures/#one"
    )
    copied = next(it.get("data-copy") for it in article.iter("span") if "data-copy" in it.attrib)
    assert " ".join((copied or "").replace("\u00a0", " ").split()) == citation


def test_a_drawing_has_a_table_beneath_it(client: FlaskClient) -> None:
    FactFactory(slug="one", drawing="strokes", texts__numbers="Applications: 3500\nDied: 749")
    (figure,) = page(client).iter("figure")
    assert [it.tag.rpartition("}")[2] for it in figure] == ["svg", "p", "table"]
    assert words(figure[0][0]).endswith("474 children were there.")
    assert words(figure[1]) == "One stroke stands for 10."
    cells = [[words(cell) for cell in row] for row in figure[2].iter("tr")]
    assert cells == [["What is counted", "How many"], ["Applications", "3500"], ["Died", "749"]]


def test_it_has_a_page_without_figures(client: FlaskClient) -> None:
    assert "There are no figures" in client.get("/en/figures/").text


def test_a_story_shows_its_figures_before_its_text(client: FlaskClient) -> None:
    story = StoryFactory(slug="toys", texts__body="The text.")
    for position, slug in ((2, "two"), (1, "one")):
        fact = FactFactory(slug=slug, position=position, texts__figure=f"Figure {slug}", **SOURCE)
        tie(story_facts, story_id=story.id, fact_id=fact.id)
    FactFactory(slug="three", texts__figure="Figure three")
    text = words(page(client, "/en/stories/toys/"))
    wanted = ["Figure one", "Figure two", "The text."]
    assert sorted(text.index(one) for one in wanted) == [text.index(one) for one in wanted]
    assert "Figure three" not in text


def test_the_home_page_shows_the_figures_that_editors_chose(app: Flask, client: FlaskClient, content: None) -> None:
    db.session.execute(update(Fact).values(on_home_page=Fact.slug == "women-with-hiv"))
    db.session.commit()
    text = client.get("/en/").text
    assert ("20%" in text, "60,000" in text) == (True, False)


def test_a_figure_that_is_taken_down_is_gone_everywhere(app: Flask, client: FlaskClient, content: None) -> None:
    paths = [f"/en/{path}" for path in ("figures/", "figures.json", "figures.csv", "projects/zone-hiv/", "")]
    assert all("living with an HIV diagnosis" in client.get(path).text for path in paths)
    fact_id = db.session.query(Fact.id).filter_by(slug="women-with-hiv").scalar()
    unpublish(content_type=registry["facts"], object_id=fact_id, languages=["en"])
    assert not [path for path in paths if "were living with an HIV diagnosis" in client.get(path).text]


@pytest.mark.slow
def test_the_initial_content_names_a_day_and_a_linked_source_of_every_figure(app: Flask) -> None:
    load_seed()
    rows = db.session.query(Fact.as_of, FactText.source, FactText.source_url).join(FactText).all()
    assert len(rows) >= 20
    assert all(as_of and source and url.startswith("https://") for as_of, source, url in rows)


@pytest.mark.parametrize("path", ["figures/", "figures.json", "figures.csv"])
def test_it_runs_as_many_queries_for_many_figures_as_for_one(app: Flask, client: FlaskClient, path: str) -> None:
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    def queries() -> int:
        FactFactory()
        client.get(f"/en/{path}")
        FactFactory()
        sent.clear()
        client.get(f"/en/{path}")
        return len(sent)

    event.listen(db.engine, "before_cursor_execute", note)
    few = queries()
    for _ in range(5):
        FactFactory()
    assert queries() == few <= 16
    event.remove(db.engine, "before_cursor_execute", note)


def test_it_draws_the_children_in_the_band_about_them_and_names_their_number_once(
    client: FlaskClient, content: None
) -> None:
    html = client.get("/en/").text
    band = html[html.index('aria-labelledby="mothers"') : html.index('aria-labelledby="lgbt"')]
    assert '<svg class="drawing"' in band
    shown = re.sub(r"<title>.*?</title>|<[^>]+>", " ", html[html.index("<body") :], flags=re.S)
    assert re.findall(r"\b474\b", shown) == ["474"]


@pytest.mark.parametrize(
    ("path", "figure"), [("ru/stories/outcasts-1/", "60 000"), ("en/stories/outcasts-1/", "60,000")]
)
def test_it_shows_a_figure_once_on_the_page_of_its_story(
    client: FlaskClient, content: None, path: str, figure: str
) -> None:
    html = client.get(f"/{path}").text
    shown = re.sub(r"<title>.*?</title>|<[^>]+>", "", html[html.index("<body") :], flags=re.S)
    assert re.sub(r"\s", " ", shown).count(figure) == 1


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        ("250 из 1000", "250 из 1000"),
        ("Около 60 000", "<small>Около </small>60\N{NO-BREAK SPACE}000"),
    ],
)
def test_a_long_figure_breaks_between_its_words_only(figure: str, shown: str) -> None:
    spaced = figure.replace(" ", "\N{NO-BREAK SPACE}")
    assert small_before_digits(spaced) == shown
