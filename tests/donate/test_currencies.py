"""Amounts as donors type them, and each currency's minor units."""

from collections.abc import Iterator

import pytest
from babel.numbers import get_currency_precision
from flask import Flask
from flask_babel import force_locale

from wzo import create_app
from wzo.config import load_settings
from wzo.donate.currencies import CURRENCIES, MAX_MINOR_UNITS, InvalidAmount, format_amount, minor_units, parse_amount

NBSP, NARROW, THIN = "\u00a0", "\u202f", "\u2009"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application that never uses its database."""
    return create_app(load_settings({"INSTANCE_PATH": str(tmp_path_factory.mktemp("instance"))}))


@pytest.fixture(autouse=True)
def request_in_english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/en/"):
        yield


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("25", 2500),
        (" 25 ", 2500),
        ("25.5", 2550),
        ("12,50", 1250),
        ("0.50", 50),
        (".50", 50),
        ("1 000,50", 100050),
        (f"1{NBSP}000,50", 100050),
        (f"1{NARROW}000,50", 100050),
        (f"1{THIN}000.50", 100050),
        ("1,000.50", 100050),
        ("1.000,50", 100050),
        ("1'000.50", 100050),
        ("1’000", 100000),
        ("1,000", 100000),
        ("1.000", 100000),
        ("100,000.00", 10000000),
        ("100.000", 10000000),
        ("007", 700),
        ("+5", 500),
        ("25 €", 2500),
        ("€25", 2500),
        ("EUR 25", 2500),
        ("25eur", 2500),
        ("٢٥", 2500),
        ("٢٥٫٥٠", 2550),
        ("१०", 1000),
        ("999999.99", 99999999),
    ],
)
def test_it_reads_amounts_as_people_write_them(written: str, minor: int) -> None:
    assert parse_amount(written, CURRENCIES["EUR"]) == minor


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "Enter an amount"),
        ("   ", "Enter an amount"),
        ("0", "greater than zero"),
        ("0,00", "greater than zero"),
        ("-5", "greater than zero"),
        ("−5", "greater than zero"),
        ("- 5", "greater than zero"),
        ("0.001", "at most two digits"),
        ("12.345.6", "two ways"),
        ("0,4567", "at most two digits"),
        ("1e9", "digits alone"),
        ("1000000000", "The most that can be paid by card at once is €999,999.99"),
        ("1 000 000", "The most"),
        ("0.49", "The minimum card payment is €0.50"),
        ("ten", "digits alone"),
        ("десять", "digits alone"),
        ("$25", "digits alone"),
        ("25 USD", "digits alone"),
        ("25€€", "digits alone"),
        ("1/2", "digits alone"),
        ("½", "digits alone"),
        ("²5", "digits alone"),
        ("NaN", "digits alone"),
        ("Infinity", "digits alone"),
        ("0x10", "digits alone"),
        ("25.", "digits alone"),
        ("1..5", "digits alone"),
        ("--5", "greater than zero"),
        ("10 00", "two ways"),
        ("1,00,000.00", "two ways"),
        ("1.000.00", "two ways"),
        ("1,000 500", "two ways"),
        ("5\x00", "digits alone"),
        ("5\u202e", "digits alone"),
        ("9" * 5000, "digits alone"),
    ],
)
def test_it_explains_why_an_amount_is_refused(written: str, sentence: str) -> None:
    with pytest.raises(InvalidAmount) as refused:
        parse_amount(written, CURRENCIES["EUR"])
    assert sentence in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("code", "written", "minor"),
    [
        ("JPY", "1,500", 1500),
        ("JPY", "500", 500),
        ("JPY", "500.00", 500),
        ("KRW", "50 000", 50000),
        ("KWD", "5.12", 5120),
        ("KWD", "3", 3000),
        ("ISK", "1.500", 150000),
        ("HUF", "175,50", 17550),
        ("USD", "$1,000.50", 100050),
    ],
)
def test_it_knows_the_minor_units_of_each_currency(code: str, written: str, minor: int) -> None:
    assert parse_amount(written, CURRENCIES[code]) == minor


@pytest.mark.parametrize(
    ("code", "written", "sentence"),
    [
        ("JPY", "100.5", "JPY has no fractions"),
        ("JPY", "49", "¥50"),
        ("JPY", "100000000", "¥99,999,999"),
        ("ISK", "1500,50", "ISK has no fractions"),
        ("ISK", "1000000", "ISK\u00a0999,999."),
        ("KWD", "5.120", "two ways"),
        ("KWD", "5.1255", "at most two digits"),
        ("KWD", "1,000", "two ways"),
        ("KWD", "0.10", "KWD\u00a00.20"),
        ("CZK", "14.99", "CZK\u00a015"),
        ("GBP", "0.29", "£0.30"),
    ],
)
def test_it_refuses_fractions_that_a_currency_does_not_have(code: str, written: str, sentence: str) -> None:
    with pytest.raises(InvalidAmount) as refused:
        parse_amount(written, CURRENCIES[code])
    assert sentence in str(refused.value)


@pytest.mark.parametrize("code", CURRENCIES)
def test_it_suggests_three_valid_amounts(code: str) -> None:
    currency = CURRENCIES[code]
    assert len(set(currency.suggested)) == 3
    for amount in currency.suggested:
        assert currency.minimum_minor <= parse_amount(str(amount), currency) <= MAX_MINOR_UNITS
    # The currencies that Stripe counts differently from the standard: ISK, and those without small coins any more.
    assert minor_units(code) == 10 ** get_currency_precision(code) or code in ("ISK", "RSD")


def test_it_formats_amounts_as_the_language_does() -> None:
    assert [
        format_amount(100050, "EUR"),
        format_amount(3000, "EUR"),
        format_amount(1500, "JPY"),
        format_amount(5120, "KWD"),
    ] == [
        "€1,000.50",
        "€30",
        "¥1,500",
        "KWD\u00a05.12",
    ]
    assert format_amount(4_000_00, "AMD") == "AMD\u00a04,000"
    with force_locale("ru"):
        assert format_amount(100050, "EUR") == "1\u00a0000,50\u00a0€"
