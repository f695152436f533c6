"""Entries of a timeline, as editors write them."""

import pytest

from wzo.timelines.entries import Entry, parse_entries

pytestmark = pytest.mark.one_database


def test_it_orders_entries_by_date_and_keeps_the_order_within_one() -> None:
    entries, invalid = parse_entries(
        "2016-10: closed\n\n2015-10-13, about 13:30: an ambulance\n2015-10-13: a court\n2015: a year"
    )
    assert invalid == []
    assert entries == [
        Entry("2015", "", "a year"),
        Entry("2015-10-13", "about 13:30", "an ambulance"),
        Entry("2015-10-13", "", "a court"),
        Entry("2016-10", "", "closed"),
    ]


def test_it_lets_an_entry_have_several_paragraphs_and_colons() -> None:
    entries, invalid = parse_entries("2015: He said: no.\nA line\n\n[source](https://example.org/a:b)\n")
    assert invalid == []
    assert entries == [Entry("2015", "", "He said: no.\nA line\n\n[source](https://example.org/a:b)")]


@pytest.mark.parametrize(
    "line", ["First words", "2015-13-01: no such month", "2015-2-1: digits", "13.10.2015: ours", "2015 – dashed"]
)
def test_it_names_the_lines_that_have_no_date(line: str) -> None:
    entries, invalid = parse_entries(f"{line}\n2016: then")
    assert invalid == [line]
    assert entries == [Entry("2016", "", "then")]
    # Nor is a mistyped date taken for the end of the entry before it.
    assert parse_entries(f"2014: before\n{line}")[1] == ([] if line == "First words" else [line])
