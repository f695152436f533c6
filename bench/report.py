"""What `make bench` has measured: as a table, as JSON, and as a chart."""

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench.chart import chart

RESULTS = Path(__file__).parent / "results"
HEADS = ("per second", "CPU ms", "ratio", "(spread)", "by CPU", "p50 ms", "p99 ms", "goal", "met")
WIDTHS = (12, 9, 9, 14, 9, 10, 10, 18, 9)
NAME_WIDTH = 42


class Line(NamedTuple):
    """One line of the table; what does not apply is None.

    - `rate`: per second; `cpu`, `p50` and `p99`: in milliseconds.
    - `ratio`: to what it is compared with, the median of the rounds, with `low` and `high`.
    - `ratio_by_cpu`: the same by CPU times, which other load on the machine affects less.
    - `goal`: in words; `mark`: the goal for the ratio alone.
    - `is_met`: whether the ratio, or the only goal there is, is met; `p99_is_met`: whether that for the p99 is.
    """

    name: str
    rate: float | None = None
    cpu: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    ratio_by_cpu: float | None = None
    p50: float | None = None
    p99: float | None = None
    goal: str | None = None
    mark: float | None = None
    is_met: bool | None = None
    p99_is_met: bool | None = None


Sections = Mapping[str, Sequence[Line]]


def columns(line: Line) -> list[str]:
    """The texts below HEADS."""
    spread = "" if line.low is None or line.high is None else f"{_ratio(line.low)}–{_ratio(line.high)}"
    return [
        "" if line.rate is None else f"{line.rate:,.0f}",
        "" if line.cpu is None else f"{line.cpu:.2f}",
        _ratio(line.ratio),
        spread,
        _ratio(line.ratio_by_cpu),
        "" if line.p50 is None else f"{line.p50:.1f}",
        "" if line.p99 is None else f"{line.p99:.1f}",
        line.goal or "",
        ", ".join("yes" if it else "no" for it in (line.is_met, line.p99_is_met) if it is not None),
    ]


def table(sections: Sections) -> str:
    """All lines as text, each section below its title."""
    rows = [_row("", HEADS)]
    for title, lines in sections.items():
        rows += ["", title, *(_row(f"  {line.name}", columns(line)) for line in lines)]
    return "\n".join(rows)


def print_lines(sections: Sections) -> None:
    """Print the table."""
    progress("")
    print(table(sections), flush=True)


def write(sections: Sections, facts: Mapping[str, Any]) -> list[Path]:
    """Write the JSON and the chart of served pages; returns the files."""
    RESULTS.mkdir(exist_ok=True)
    values = {title: [line._asdict() for line in lines] for title, lines in sections.items()}
    written = {
        RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.json": json.dumps({**facts, **values}, ensure_ascii=False, indent=1)
        + "\n",
        RESULTS / "chart.svg": chart(next(iter(sections.items()))),
    }
    for path, content in written.items():
        path.write_text(content, encoding="utf-8")
    return list(written)


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    models = [it for it in Path("/proc/cpuinfo").read_text().splitlines() if it.startswith("model name")]
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": models[0].partition(":")[2].strip() if models else platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_average": [round(it, 1) for it in os.getloadavg()],
    }


def progress(text: str) -> None:
    """Show the progress; an empty text clears the line."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


def _row(name: str, texts: Sequence[str]) -> str:
    return (
        f"{name:{NAME_WIDTH}}" + "".join(f"{it:>{width}}" for it, width in zip(texts, WIDTHS, strict=True))
    ).rstrip()


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}" if value >= 1 else f"{value:.3f}"
