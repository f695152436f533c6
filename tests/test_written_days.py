"""Dates as people write them."""

from datetime import date

import pytest

from wzo.written_days import parse_day, parse_whole_day

pytestmark = pytest.mark.one_database

SAME_DAY = (
    "2019-07-23",
    "23.07.2019",
    "23.7.2019",
    " 23.07.2019 г. ",
    "23/07/2019",
    "23-07-2019",
    "2019.07.23",
    "2019/7/23",
    "23 июля 2019",
    "23 июля 2019 г.",
    "23 июля 2019 года",
    "23-го июля 2019",
    "23 Июл. 2019",
    "23 July 2019",
    "23rd July 2019",
    "23rd of July, 2019",
    "July 23, 2019",
    "July 23rd, 2019",
    "23 Jul 2019",
    "23-Jul-2019",
    "2019, July 23",
    "23\u00a0июля\u00a02019",
)


@pytest.mark.parametrize("text", SAME_DAY)
def test_it_understands_a_day_however_it_is_written(text: str) -> None:
    assert parse_day(text) == "2019-07-23"
    assert parse_whole_day(text) == date(2019, 7, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019", "2019"),
        ("2019 год", "2019"),
        ("2019-07", "2019-07"),
        ("07.2019", "2019-07"),
        ("июль 2019", "2019-07"),
        ("в июле 2019", None),
        ("July 2019", "2019-07"),
        ("Sept. 2019", "2019-09"),
        ("мая 2019", "2019-05"),
        ("1 мая 2019", "2019-05-01"),
        ("май 2019", "2019-05"),
        ("5/6/2019", "2019-06-05"),
    ],
)
def test_it_keeps_a_date_as_exact_as_it_is(text: str, day: str | None) -> None:
    assert parse_day(text) == day
    if day and len(day) < 10:
        assert parse_whole_day(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "вчера", "23", "23.07", "23.07.19", "7.23.2019", "07/23/2019", "31.02.2019", "32 июля 2019", "0.5.2019"),
        *(
            "23 липня 2019",
            "2019-13",
            "2019-00",
            "0000",
            "20190723",
            "23 июля",
            "²³.07.2019",
            "٢٣.٠٧.٢٠١٩x",
            "2019-07-23T10",
        ),
    ],
)
def test_it_guesses_nothing(text: str) -> None:
    assert parse_day(text) is None
