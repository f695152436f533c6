"""The sections of the home page: their order, and which of them it shows."""

import re

import pytest
from flask.testing import FlaskClient

from tests.admin.editors import send
from tests.conftest import SignIn
from wzo.cms.content_types import registry
from wzo.cms.publishing import unpublish
from wzo.extensions import db
from wzo.pages.models import SECTIONS
from wzo.pages.queries import get_all_sections, get_home_sections

SCREEN = "/admin/home-sections/"
ANCHORS = {"transformation-and-hiv": "projects"}
DEFAULT = [ANCHORS.get(key, key) for key in SECTIONS]

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def publisher(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "publisher")
    return client


def shown(client: FlaskClient, language: str = "en") -> list[str]:
    """The headings of the sections that the home page shows."""
    found: list[str] = re.findall(r'<h2 id="([\w-]+)"', client.get(f"/{language}/").text)
    return [it for it in found if it in DEFAULT]


def press(client: FlaskClient, key: str, do: str, **fields: object) -> int:
    return send(client, SCREEN, f"{SCREEN}{key}/{do}", **fields).status_code


@pytest.mark.slow
def test_it_begins_as_it_was(client: FlaskClient) -> None:
    assert shown(client) == shown(client, "ru") == DEFAULT


@pytest.mark.parametrize(("step", "place"), [(-1, 7), (1, 8), (-8, 0), (-99, 0), (0, 8)])
def test_it_moves_sections(publisher: FlaskClient, step: int, place: int) -> None:
    assert press(publisher, "team", "move", step=step) == 303
    expected = [it for it in DEFAULT if it != "team"]
    expected.insert(place, "team")
    assert shown(publisher) == shown(publisher, "ru") == expected
    order = re.findall(r'<li id="section-([\w-]+)"', publisher.get(SCREEN).text)
    assert [ANCHORS.get(key, key) for key in order] == expected
    page = publisher.get("/en/").text
    assert page.index('class="hero"') < page.index("petition-card") < page.index(f'id="{expected[0]}"')


def test_it_hides_sections_and_shows_them_again(publisher: FlaskClient) -> None:
    assert press(publisher, "lgbt", "show", hidden="yes") == 303
    assert shown(publisher) == [it for it in DEFAULT if it != "lgbt"] == shown(publisher, "ru")
    assert "the home page does not show it" in publisher.get("/admin/home/").text.replace("\xa0", " ")
    assert press(publisher, "lgbt", "show", hidden="no") == 303
    assert shown(publisher) == DEFAULT


def test_it_puts_two_short_sections_beside_each_other_only_where_they_follow_one_another(
    publisher: FlaskClient,
) -> None:
    assert publisher.get("/en/").text.count('class="wrap work"') == 1
    press(publisher, "themes", "move", step=1)
    assert publisher.get("/en/").text.count('class="wrap work"') == 2
    assert shown(publisher)[:3] == ["what-we-do", "projects", "themes"]


def test_it_shows_all_figures_where_their_section_is_hidden(publisher: FlaskClient) -> None:
    def figures() -> int:
        return (
            publisher.get("/en/").text.partition('class="home-figures"')[2].partition('class="band')[0].count('"fact')
        )

    before = figures()
    press(publisher, "mothers", "show", hidden="yes")
    assert figures() > before


def test_it_shows_no_section_without_its_text(publisher: FlaskClient) -> None:
    press(publisher, "help", "move", step=-2)
    block = next(it.id for it in get_all_sections() if it.key == "help")
    db.session.rollback()
    unpublish(content_type=registry["home"], object_id=block, languages=["en"])
    assert "help" not in shown(publisher)
    assert "help" in shown(publisher, "ru")
    assert get_home_sections("ru").index("help") == 4


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("hero/move", {"step": 1}, 404),
        ("pillar-rights/show", {"hidden": "yes"}, 404),
        ("team/show", {"hidden": "perhaps"}, 400),
        ("team/show", {}, 400),
        ("team/move", {"step": "x"}, 303),
    ],
)
def test_it_refuses_what_is_no_section_or_no_choice(
    publisher: FlaskClient, path: str, fields: dict[str, object], status: int
) -> None:
    assert send(publisher, SCREEN, f"{SCREEN}{path}", **fields).status_code == status
    assert shown(publisher) == DEFAULT
