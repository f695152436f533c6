"""Amounts, rates and annual accounts as editors write them."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale

from wzo.donate.editor_amounts import Line, Rate, compute_progress, format_money, is_currency, parse_lines, parse_rates

USD = Rate("USD", Decimal("0.92"), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1200", "1200"), ("1 200,50", "1200.50"), ("1\u00a0200.5", "1200.5"), ("12 345 678", "12345678"), ("0", "0")],
)
def test_it_reads_amounts_as_people_write_them(text: str, amount: str) -> None:
    assert parse_lines(f"Law: courts: {text}\n\n") == ([Line("Law: courts", Decimal(amount))], [])


@pytest.mark.parametrize(
    "line", ["Lawyers", "Lawyers: much", "Lawyers: -5", ": 5", "Lawyers: 1,000,000", "Lawyers: 0.001", "Lawyers: 1e9"]
)
def test_it_reports_a_line_that_it_cannot_read(line: str) -> None:
    assert parse_lines(f"Gifts: 5\n{line}") == ([Line("Gifts", Decimal(5))], [line])


def test_it_reads_rates() -> None:
    assert parse_rates("USD 0.92 2026-11-20\n") == ([USD], [])
    for line in ("USD 0.92", "usd 0.92 2026-11-20", "USD 0 2026-11-20", "USD 0.92 2026-02-30", "QQQ 1 2026-11-20"):
        assert parse_rates(line) == ([], [line])


def test_it_converts_donations_to_the_currency_of_the_goal() -> None:
    donations = {"EUR": Decimal("100.50"), "USD": Decimal(50), "JPY": Decimal(7000), "GBP": Decimal(0)}
    old = Rate("USD", Decimal(2), date(2025, 1, 1))
    progress = compute_progress(target=1000, currency="EUR", rates=[USD, old], donations=donations)
    assert progress.raised == Decimal("146.50")
    assert progress.rates == [USD]
    assert progress.unconverted == ["JPY"]


def test_it_counts_a_negative_total_as_zero() -> None:
    assert compute_progress(target=10, currency="EUR", rates=[], donations={"EUR": Decimal(-5)}).raised == 0


def test_it_formats_money_in_the_language_of_the_reader(app: Flask) -> None:
    for locale, whole, parts in (("en_GB", "€1,200", "€1,200.50"), ("ru", "1 200 €", "1 200,50 €")):
        with app.test_request_context("/en/"), force_locale(locale):
            assert format_money(Decimal("1200.00"), "EUR").replace("\u00a0", " ") == whole
            assert format_money(Decimal("1200.5"), "EUR").replace("\u00a0", " ") == parts


def test_it_recognises_currencies() -> None:
    assert is_currency("EUR")
    assert not any(map(is_currency, ("", "eur", "ZZZ", "BTC")))
