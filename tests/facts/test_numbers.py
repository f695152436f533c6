"""The numbers of drawings, as editors type them in their language."""

from decimal import Decimal

import pytest

from wzo.facts.numbers import parse_numbers, parse_years


@pytest.mark.parametrize(
    ("written", "language", "value"),
    [
        ("474", "en", 474),
        ("3500", "ru", 3500),
        ("3 500", "ru", 3500),
        ("3\u00a0500", "ru", 3500),
        ("3\u202f500", "en", 3500),
        ("3,500", "en", 3500),
        ("60,000", "en", 60_000),
        ("20%", "en", 20),
        ("20 %", "ru", 20),
        ("20,5%", "ru", "20.5"),
        ("20.5", "en", "20.5"),
        ("0", "en", 0),
    ],
)
def test_it_reads_a_number_as_its_language_writes_it(written: str, language: str, value: int | str) -> None:
    (number,), invalid = parse_numbers(f"Children: {written}", language)
    assert (number.label, number.value, number.text, invalid) == ("Children", Decimal(value), written, [])


@pytest.mark.parametrize(
    "number", ["many", "", "-5", "1e5", "20,5", "NaN", "٤٧٤", "4 7 4 x", "1.2.3", "1234567890123456", "20 per cent"]
)
def test_it_names_a_line_that_is_no_number(number: str) -> None:
    assert parse_numbers(f"One: 1\n\nChildren: {number}\n", "en")[1] == [f"Children: {number}".strip()]


@pytest.mark.parametrize("line", ["474", "Children", ": 474"])
def test_it_names_a_line_that_lacks_a_part(line: str) -> None:
    assert parse_numbers(line, "en") == ([], [line])


def test_it_reads_a_name_with_a_colon() -> None:
    assert parse_numbers("Prison: women: 5", "en")[0][0].label == "Prison: women"


def test_it_sorts_years() -> None:
    years, invalid = parse_years("1993: repealed: at last\n1933: a decision\n121: x\n2000\n19933: y\n")
    assert years == [(1933, "a decision"), (1993, "repealed: at last")]
    assert invalid == ["121: x", "2000", "19933: y"]
