"""The chart of signatures by day."""

from datetime import date, timedelta

from wzo.admin.petition.chart import HEIGHT, MAX_DAYS, MIN_HEIGHT, WIDTH, draw_chart

FIRST = date(2026, 11, 2)


def test_it_draws_a_proportional_bar_for_every_day() -> None:
    chart = draw_chart([(FIRST, 10), (date(2026, 11, 4), 40)], FIRST, date(2026, 11, 5))
    assert [bar.number for bar in chart.bars] == [10, 0, 40, 0]
    assert [bar.height for bar in chart.bars] == [HEIGHT / 4, 0, HEIGHT, 0]
    assert all(round(bar.y + bar.height, 2) == HEIGHT for bar in chart.bars)
    assert (chart.total, chart.highest) == (50, chart.bars[2])
    assert chart.bars[-1].x + chart.bars[-1].width <= WIDTH
    assert not chart.weekly


def test_it_groups_a_long_period_by_weeks_from_monday() -> None:
    last = FIRST + timedelta(MAX_DAYS)
    chart = draw_chart([(FIRST + timedelta(days), 1) for days in range(MAX_DAYS + 1)], FIRST, last)
    assert chart.weekly
    assert chart.total == MAX_DAYS + 1
    assert {bar.first.weekday() for bar in chart.bars} == {0}
    assert {bar.number for bar in chart.bars[:-1]} == {7}
    assert chart.bars[-1].last == last


def test_it_shows_a_day_with_one_signature_beside_one_with_many() -> None:
    chart = draw_chart([(FIRST, 1), (date(2026, 11, 3), 100_000)], FIRST, date(2026, 11, 3))
    assert chart.bars[0].height == MIN_HEIGHT


def test_it_leaves_out_days_outside_the_period() -> None:
    assert draw_chart([(date(2026, 11, 1), 5)], FIRST, FIRST).total == 0


def test_it_draws_a_period_without_signatures() -> None:
    chart = draw_chart([], FIRST, date(2026, 11, 3))
    assert (len(chart.bars), chart.total, chart.highest) == (2, 0, None)
