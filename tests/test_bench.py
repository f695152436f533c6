"""The tables and the chart of `make bench`; nothing here is timed."""

import xml.etree.ElementTree as ElementTree

from bench.chart import chart
from bench.flame import draw, read_stacks
from bench.http_load import parse_wrk
from bench.ratios import Growth
from bench.report import HEADS, Line, columns, table
from bench.serving import Round, Row, Target

SVG = "{http://www.w3.org/2000/svg}"
OUTPUT = """Running 1s test @ http://127.0.0.1:8000/
  1 threads and 16 connections
  Latency Distribution
     50%  850.00us
     75%    1.23ms
     90%   12.00ms
     99%    1.20s
  2500 requests in 1.25s, 3.00MB read
"""


def row_of(*rounds: Round) -> Line:
    target = Target("home", None, "/", goal=1.65, p99_goal=8.0)  # type: ignore[arg-type]
    return Row(target, list(rounds)).line()


def test_it_takes_the_median_of_each_rounds_own_ratio() -> None:
    line = row_of(Round(100, 1, 200, 0.5, 1, 9), Round(1000, 1, 1800, 0.4, 2, 7), Round(100, 1, 150, 1, 3, 7))
    assert (line.ratio, line.low, line.high) == (1.8, 1.5, 2)
    assert line.ratio_by_cpu == 2
    assert (line.p50, line.p99, line.is_met, line.p99_is_met) == (2, 7, True, True)


def test_it_says_which_goal_is_not_met() -> None:
    line = row_of(Round(100, 1, 170, 0.5, 1, 9))
    assert columns(line)[HEADS.index("met")] == "yes, no"


def test_it_leaves_empty_what_does_not_apply() -> None:
    text = table({"Growth": [Line("sign", ratio=1.2, goal="≤ 1.1", is_met=False)]})
    assert text.splitlines()[-1].split() == ["sign", "1.20", "≤", "1.1", "no"]


def test_it_draws_a_bar_for_each_ratio_and_a_mark_for_each_goal() -> None:
    image = ElementTree.fromstring(chart(("A & B", [Line("<home>", ratio=2.0, mark=1.65), Line("nginx", ratio=900.0)])))
    bars = image.findall(f"{SVG}rect[@class='bar']")
    assert len(bars) == 2
    assert len(image.findall(f"{SVG}path[@class='goal']")) == 1
    right = float(bars[1].attrib["x"]) + float(bars[1].attrib["width"])
    assert right <= float(image.attrib["viewBox"].split()[2])


def test_it_reads_what_wrk_prints() -> None:
    assert parse_wrk(OUTPUT) == (2500, 1.25, 0.85, 1200.0)


def test_it_compares_growth_within_each_run() -> None:
    growth = Growth.from_runs("list", [(1.0, 2.0), (10.0, 10.0), (2.0, 6.0)])
    assert growth[1:6] == (2.0, 6.0, 2.0, 1.0, 3.0)


def test_it_draws_functions_as_wide_as_their_share() -> None:
    root = read_stacks(
        'process 7:"web";start (a.py:1);RsgiAdapter.__rsgi__ (g.py:2);home (wzo/home.py:3) 30\n'
        "start (a.py:1);watch (wzo/b.py:4) 10\n"
    )
    image = ElementTree.fromstring(draw("Home & more", root))
    widths = {g.findtext(f"{SVG}title"): float(g.find(f"{SVG}rect").attrib["width"]) for g in image.iter(f"{SVG}g")}  # type: ignore[union-attr]
    assert widths == {
        "RsgiAdapter.__rsgi__ (g.py) 75.0%": 900,
        "home (wzo/home.py) 75.0%": 900,
        "in the background 25.0%": 300,
    }
