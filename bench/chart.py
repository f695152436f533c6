"""A bar chart as SVG, readable on light and on dark pages."""

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.report import Line

# In pixels; the scale is logarithmic, from LOW to HIGH.
WIDTH, LEFT, RIGHT, TOP, ROW = 760, 270, 90, 66, 24
LOW, HIGH, GRID = 0.05, 50.0, (0.1, 1.0, 10.0)
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #222 }
  .title { font-size: 15px; font-weight: 600 } .note { fill: #555 }
  .bar { fill: #3b6ea5 } .grid { stroke: #bbb } .goal { stroke: #c2410c; stroke-width: 3 }
  .page { fill: #fff }
  @media (prefers-color-scheme: dark) {
    text { fill: #eee } .note { fill: #aaa } .bar { fill: #6ea3dc } .grid { stroke: #555 } .goal { stroke: #fb923c }
    .page { fill: #161616 }
  }
"""


def chart(section: "tuple[str, Sequence[Line]]") -> str:
    """The ratios of a section as bars, with a mark at each goal."""
    title, lines = section
    shown = [line for line in lines if line.ratio]
    height = TOP + ROW * len(shown) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{height}"/>',
        f'<text class="title" x="14" y="24">{escape(title)}</text>',
        '<text class="note" x="14" y="44">Logarithmic. The upright marks are goals.</text>',
    ]
    for value in GRID:
        parts.append(f'<path class="grid" d="M{_x(value)} {TOP - 4}V{height - 10}"/>')
        parts.append(f'<text class="note" x="{_x(value)}" y="{TOP - 8}" text-anchor="middle">{value:g}</text>')
    for index, line in enumerate(shown):
        assert line.ratio is not None
        y = TOP + ROW * index
        parts.append(f'<text x="{LEFT - 10}" y="{y + 16}" text-anchor="end">{escape(line.name)}</text>')
        parts.append(
            f'<rect class="bar" x="{LEFT}" y="{y + 4}" width="{_x(line.ratio) - LEFT:.1f}" height="{ROW - 8}"/>'
        )
        if line.mark:
            parts.append(f'<path class="goal" d="M{_x(line.mark)} {y + 1}v{ROW - 2}"/>')
        end = max(_x(line.ratio), _x(line.mark) if line.mark else 0)
        parts.append(f'<text x="{end + 8:.1f}" y="{y + 16}">{line.ratio:.2f}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _x(value: float) -> float:
    share = math.log(min(max(value, LOW), HIGH) / LOW) / math.log(HIGH / LOW)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)
