"""The figures as JSON and CSV: they open in spreadsheets, and nothing in them runs."""

import csv
import io
import json

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import FactFactory, StoryFactory, ThemeFactory
from wzo.extensions import db
from wzo.facts.models import fact_themes, story_facts
from wzo.facts.tables import as_cell
from wzo.publication import State

SEPARATORS = {"ru": ";", "en": ","}


def rows(client: FlaskClient, language: str) -> list[list[str]]:
    response = client.get(f"/{language}/figures.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    # Without it, Excel takes the file for one in the encoding of the system.
    assert response.data.startswith(b"\xef\xbb\xbf")
    text = response.data.decode("utf-8-sig")
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text), delimiter=SEPARATORS[language]))


@pytest.mark.parametrize("language", SEPARATORS)
def test_it_gives_the_figures_to_spreadsheets(client: FlaskClient, language: str) -> None:
    theme = ThemeFactory(texts__title="Women; children, men")
    summary = 'children were "there";\nall, of them.'
    fact = FactFactory(
        slug="one", as_of="2019-04", texts__summary=summary, texts__source="Q", texts__source_url="https://e.org/"
    )
    FactFactory(slug="two", texts__figure="=HYPERLINK(1)", texts__source_url="javascript:alert(1)")
    db.session.execute(fact_themes.insert().values(fact_id=fact.id, theme_id=theme.id))
    db.session.commit()
    head, one, two = rows(client, language)
    url = f"http://127.0.0.1:8000/{language}/figures/#one"
    assert one == [
        f"Fact {fact.id}", "474", summary, "2019-04", "Women; children, men", "Q", "https://e.org/", url
    ]  # fmt: skip
    assert (two[1], two[6]) == ("'=HYPERLINK(1)", "")
    assert len(head) == len(one) == len(two)
    assert len(set(head)) == len(head)


@given(st.text(max_size=5), st.sampled_from(["", " ", "\t", "\n", "\r", "\u00a0"]), st.sampled_from("=+-@＝＋－＠"))
def test_no_cell_is_a_formula(rest: str, space: str, sign: str) -> None:
    assert as_cell(f"{space}{sign}{rest}").startswith("'")


@pytest.mark.parametrize("text", ["474", "About 500", "20%", "«Изгои»", "", "1–2"])
def test_it_leaves_other_cells_alone(text: str) -> None:
    assert as_cell(text) == text


def test_it_gives_the_figures_to_programs(client: FlaskClient) -> None:
    story = StoryFactory(slug="toys", texts__title="Toys")
    StoryFactory(slug="draft", texts__state=State.DRAFT)
    drawn = FactFactory(
        slug="one", drawing="strokes", as_of="2019", texts__numbers="Children: 4\nIll: 2", texts__body="N"
    )
    FactFactory(slug="two", drawing="band", texts__numbers="1933: a\n1993: b")
    FactFactory(slug="three", texts__state=State.DRAFT)
    FactFactory(slug="four", texts__numbers="Not drawn: 5")
    db.session.execute(story_facts.insert().values(story_id=story.id, fact_id=drawn.id))
    db.session.commit()
    response = client.get("/ru/figures.json")
    assert response.mimetype == "application/json"
    data = json.loads(response.data)
    assert data["language"] == "ru"
    one, two, four = data["figures"]
    assert one == {
        "id": "one",
        "name": f"Fact {drawn.id}",
        "figure": "474",
        "text": "children were there.",
        "as_of": "2019",
        "theme": None,
        "source": "",
        "source_url": None,
        "notes": "N",
        "numbers": [{"name": "Children", "value": 4}, {"name": "Ill", "value": 2}],
        "used_in": [{"title": "Toys", "url": "http://127.0.0.1:8000/ru/stories/toys/"}],
        "changed": one["changed"],
        "url": "http://127.0.0.1:8000/ru/figures/#one",
    }
    assert two["numbers"] == [{"name": "a", "year": 1933}, {"name": "b", "year": 1993}]
    assert four["numbers"] == []
