"""Codes that people type."""

import pytest

from wzo.codes import ALPHABET, format_code, generate_code, parse_code


def test_it_parses_what_it_formats() -> None:
    for _ in range(100):
        code = generate_code()
        assert set(code) <= set(ALPHABET)
        assert parse_code(format_code(code)) == code
        assert parse_code(format_code(code).lower()) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [("оо00-ОOil-АВСЕ", "00000011ABCE"), ("7k3q m9xw 2pht", "7K3QM9XW2PHT"), ("«7K3Q–M9XW–2РНТ»", "7K3QM9XW2PHT")],
)
def test_it_forgives_look_alikes_and_a_russian_keyboard(typed: str, code: str) -> None:
    assert parse_code(typed) == code


@pytest.mark.parametrize("typed", ["", "7K3Q", "7K3Q-M9XW-2PHTT", "7K3Q-M9XW-2PH!", "Ж" * 12, "x" * 100_000])
def test_it_refuses_an_invalid_code(typed: str) -> None:
    assert parse_code(typed) is None
