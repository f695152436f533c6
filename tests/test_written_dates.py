"""Dates as people write them."""

import pytest

from wzo.written_dates import iso_date

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12.05.2024", "2024-05-12"),
        ("5.2024", "2024-05"),
        (" 12 мая 2024 ", "2024-05-12"),
        ("12\N{NO-BREAK SPACE}мая 2024", "2024-05-12"),
        ("Май 2024", "2024-05"),
        ("дек. 2018", "2018-12"),
        ("12 December 2018", "2018-12-12"),
        ("sep 2018", "2018-09"),
        # These can be read in two ways, or in none.
        ("5/12/2024", ""),
        ("12 foo 2018", ""),
        ("12 мая", ""),
        ("2018", ""),
        ("", ""),
    ],
)
def test_it_reads_what_can_be_read_in_one_way(written: str, expected: str) -> None:
    assert iso_date(written) == expected
