"""The chart of an annual account."""

from decimal import Decimal

from wzo.donate.annual_accounts import HEIGHT, INCOME, SPENDING, WIDTH, Side, draw_bars
from wzo.donate.editor_amounts import Line


def test_it_draws_a_bar_for_each_line_on_one_scale() -> None:
    sides = [
        Side(INCOME, [Line("a", Decimal(100)), Line("b", Decimal(0))], Decimal(100)),
        Side(SPENDING, [Line("c", Decimal(50)), Line("d", Decimal("0.01"))], Decimal("50.01")),
    ]
    bars = draw_bars(sides)
    assert [bar.label for bar in bars] == ["a", "b", "c", "d"]
    assert [bar.height for bar in bars] == [HEIGHT, 0, HEIGHT / 2, 3]
    assert all(bar.y + bar.height == HEIGHT and bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in bars)
    assert bars[2].x - bars[1].x > 1.5 * (bars[1].x - bars[0].x)
    assert draw_bars([]) == []
