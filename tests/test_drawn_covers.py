"""Covers that are drawn from a title and a colour."""

from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from wzo.drawn_covers import COLOUR_NAMES, DRAWN_PATH, RHYTHM, SHADES, draw, drawn_colour, drawn_path, rhythm

TITLES = ("", "Я", "Отверженные", "Как живут женщины в колонии № 2", "!?", "a" * 500, "a b c d e f g h i j k l m")


@given(st.text())
def test_it_finds_a_rhythm_in_every_title(title: str) -> None:
    assert RHYTHM.fullmatch(rhythm(title))
    assert rhythm(title) == rhythm(title)


def test_it_follows_the_words_of_the_title() -> None:
    assert rhythm("On toys behind bars and what they mean") == "2-4-6-4-3-4-4-4"
    assert rhythm("Отверженные") == "2-2-2-1-2"


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("colour", COLOUR_NAMES)
def test_it_draws_a_small_picture_without_references(client: FlaskClient, colour: str, title: str) -> None:
    path = drawn_path(colour, title)
    assert DRAWN_PATH.fullmatch(path)
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
    assert len(response.data) < 3_000
    root = ElementTree.fromstring(response.data)
    assert root.get("viewBox") == "0 0 480 320"
    assert not any("href" in name for element in root.iter() for name in element.attrib)


def test_it_draws_different_titles_and_colours_differently() -> None:
    drawings = {draw(colour, rhythm(title)) for colour in COLOUR_NAMES for title in ("Зона ВИЧ", "Письма из Мордовии")}
    assert len(drawings) == 2 * len(COLOUR_NAMES)
    assert set(COLOUR_NAMES) == set(SHADES)


@pytest.mark.parametrize("path", ["plum/1-2-3", "plum/0-1-2-3-4", "plum/1-2-3-4-5-6-7-8-9", "red/1-2-3-4-5", "plum/x"])
def test_it_knows_no_other_drawings(client: FlaskClient, path: str) -> None:
    assert client.get(f"/covers/{path}.svg").status_code == 404


def test_it_tells_drawings_from_files() -> None:
    assert drawn_colour("drawn-plum") == "plum"
    assert [drawn_colour(it) for it in ("", "plum", "drawn-", "drawn-red", "last-hope")] == [""] * 5
