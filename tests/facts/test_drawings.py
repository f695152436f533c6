"""Drawings of facts: what they show, and that they are small, plain and described."""

import re
from xml.etree.ElementTree import Element, fromstring

import brotli
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from wzo.facts.drawings import (
    BAND,
    COLUMNS,
    DRAWING_KINDS,
    FULL,
    HOLLOW,
    LEANING,
    LYING,
    MAX_STROKES,
    SHARE,
    STANDING,
    STROKES,
    Drawing,
    draw,
    numbers_error,
)

pytestmark = pytest.mark.one_database

CHILDREN = "Children under three: 474"
APPLICATIONS = "Applications: 3,500\nDied before the hearing: 749\nDied before the ruling: 119"
YEARS = "1933: the decision\n1934: Article 154-a\n1960: Article 121\n1993: repeal"
COUNTS = "2016: 749\n2017: 0\n2018: 2,929"
EXAMPLES = [(STROKES, CHILDREN), (STROKES, APPLICATIONS), (SHARE, "Women: 100%\nWith HIV: 20%"), (BAND, YEARS)]
EXAMPLES += [(COLUMNS, COUNTS), (STROKES, "People: 60,000"), (SHARE, "All: 100\nPart: 21"), (BAND, "1000: a\n1400: b")]


def drawn(kind: str, numbers: str, title: str = "A title") -> tuple[Drawing, Element]:
    drawing = draw(kind, numbers, "en", title)
    assert drawing is not None
    return drawing, fromstring(drawing.svg)


def strokes_of(root: Element) -> dict[str, int]:
    """The numbers of upright, horizontal and leaning strokes."""
    paths = "".join(path.attrib["d"] for path in root.iter("path"))
    return {STANDING: len(re.findall("v-20", paths)), LYING: paths.count("h20"), LEANING: paths.count("l9 -17")}


@pytest.mark.parametrize(
    ("numbers", "unit", "standing", "lying", "leaning"),
    [
        (CHILDREN, 1, 474, 0, 0),
        (APPLICATIONS, 10, 263, 75, 12),
        ("People: 500", 1, 500, 0, 0),
        ("People: 501", 10, 50, 0, 0),
        ("People: 60,000", 1000, 60, 0, 0),
        ("People: 5\nDied: 5", 1, 0, 5, 0),
    ],
)
def test_it_draws_a_stroke_for_each(numbers: str, unit: int, standing: int, lying: int, leaning: int) -> None:
    drawing, root = drawn(STROKES, numbers)
    assert drawing.unit == unit
    assert strokes_of(root) == {STANDING: standing, LYING: lying, LEANING: leaning}


@pytest.mark.parametrize(
    ("numbers", "full", "hollow"),
    [("Women: 100%\nWith HIV: 20%", 1, 4), ("All: 3,500\nDied: 868", 25, 75), ("All: 8\nNone: 0", 0, 1)],
)
def test_it_draws_a_share_in_the_smallest_numbers(numbers: str, full: int, hollow: int) -> None:
    drawing, root = drawn(SHARE, numbers)
    filled = [path.get("fill") == "currentColor" for path in root.iter("path")]
    assert (filled.count(True), filled.count(False)) == (full, hollow)
    assert [row.look for row in drawing.rows] == [HOLLOW, FULL]


def test_it_draws_a_band_of_years() -> None:
    drawing, root = drawn(BAND, YEARS)
    assert sum(path.attrib["d"].count("v-") for path in root.iter("path")) == 1993 - 1933 + 1
    words = [text.text for text in root.iter("text")]
    assert {"1933", "1960", "Article 121", "1993", "repeal"} <= {*words}
    # 1934 is too close to be named in the drawing, but the table names it.
    assert "1934" not in words
    assert [row.text for row in drawing.rows] == ["1933", "1934", "1960", "1993"]


def test_it_draws_columns() -> None:
    _, root = drawn(COLUMNS, COUNTS)
    heights = [float(re.findall(r"v([\d.]+)", path.attrib["d"])[0]) for path in root.iter("path")]
    assert heights == [pytest.approx(120 * 749 / 2929, abs=0.1), 0, 120]
    assert [text.text for text in root.iter("text")] == ["749", "2016", "0", "2017", "2,929", "2018"]


@pytest.mark.parametrize(("kind", "numbers"), EXAMPLES)
def test_it_is_small_plain_and_described(kind: str, numbers: str) -> None:
    drawing, root = drawn(kind, numbers, "Children <3: 474 & more")
    assert len(brotli.compress(drawing.svg.encode())) < 3 * 1024
    assert (root.tag, root.get("role"), root[0].tag, root[0].text) == (
        "svg",
        "img",
        "title",
        "Children <3: 474 & more",
    )
    colours = {it.get(name) for it in root.iter() for name in ("fill", "stroke") if name in it.attrib}
    assert colours <= {"currentColor", "none"}
    assert not [it for it in root.iter() if {"style", "href", "id"} & it.attrib.keys()]
    assert drawing.rows
    assert fits(root)


def fits(root: Element) -> bool:
    """Whether every stroke is inside the picture."""
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for path in root.iter("path"):
        x = y = 0.0
        for command, numbers in re.findall(r"([MmhvlzZ])([^MmhvlzZ]*)", path.attrib["d"]):
            values = [float(it) for it in re.findall(r"-?[\d.]+", numbers)]
            match command:
                case "M":
                    x, y = values
                case "m" | "l":
                    x, y = x + values[0], y + values[1]
                case "h":
                    x += values[0]
                case "v":
                    y += values[0]
            if not (-0.2 <= x <= width + 0.2 and -0.2 <= y <= height + 0.2):
                return False
    return True


@given(st.integers(1, 10**9), st.integers(0, 100), st.integers(0, 100))
def test_it_draws_any_whole_and_its_parts(whole: int, first: int, second: int) -> None:
    lying = whole * min(first, 100 - second if second < 100 else 0) // 100
    leaning = min(whole * second // 100, whole - lying)
    drawing, root = drawn(STROKES, f"Whole: {whole}\nOne: {lying}\nOther: {leaning}")
    count = strokes_of(root)
    assert abs(sum(count.values()) - whole / drawing.unit) <= 1
    assert sum(count.values()) <= MAX_STROKES + 1
    assert fits(root)


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        (STROKES, ""),
        (STROKES, "Children"),
        (STROKES, "Children: 0"),
        (STROKES, "All: 5\nDied: 3\nDied later: 3"),
        (STROKES, "1: 1\n2: 1\n3: 1\n4: 1"),
        (SHARE, "All: 5"),
        (SHARE, "All: 5\nPart: 6"),
        (BAND, "1933: a"),
        (BAND, "1933: a\n1933: b"),
        (BAND, "1000: a\n1993: b"),
        (BAND, "Children: 474"),
        (COLUMNS, "2016: 0\n2017: 0"),
        (COLUMNS, "\n".join(f"{year}: 5" for year in range(2000, 2013))),
    ],
)
def test_it_says_why_numbers_cannot_be_drawn(app: Flask, kind: str, numbers: str) -> None:
    assert numbers_error(kind, numbers, "en")
    assert draw(kind, numbers, "en", "") is None


@pytest.mark.parametrize("kind", ["", "pie", "__class__"])
def test_it_draws_nothing_of_another_kind(kind: str) -> None:
    assert kind not in DRAWING_KINDS
    assert draw(kind, CHILDREN, "en", "") is None
