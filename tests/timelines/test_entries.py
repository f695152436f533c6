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


# What can also be a paragraph of an entry.
CONTINUE = ("First words", "12 foo 2015: no month")


@pytest.mark.parametrize(
    "line",
    [
        "First words",
        "2015-13-01: no such month",
        "2015-2-1: digits",
        "31.02.2015: no such day",
        "2015 – dashed",
        "1 декабря: игрушки",
        "December: toys",
        "- 2015-10: in a list",
        "12 foo 2015: no month",
        "1.2.3: digits",
    ],
)
def test_it_names_the_lines_that_have_no_date(line: str) -> None:
    entries, invalid = parse_entries(f"{line}\n2016: then")
    assert invalid == [line]
    assert entries == [Entry("2016", "", "then")]
    # Nor is a mistyped date taken for the end of the entry before it.
    assert parse_entries(f"2014: before\n{line}")[1] == ([] if line in CONTINUE else [line])


def test_it_reads_dates_as_people_write_them() -> None:
    written = ["13.10.2015: a", "14 октября 2015, утро: b", "October 2016: c", "11.2016: d", "5 May 2017: e"]
    entries, invalid = parse_entries("\n".join(written))
    assert invalid == []
    days = [(entry.day, entry.time) for entry in entries]
    assert days == [("2015-10-13", ""), ("2015-10-14", "утро"), ("2016-10", ""), ("2016-11", ""), ("2017-05-05", "")]
