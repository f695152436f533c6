"""How much slower something is with many rows than with few."""

import statistics
from collections.abc import Sequence
from typing import NamedTuple


class Growth(NamedTuple):
    """What takes how many milliseconds with few and with many; the ratio with its range over the runs."""

    name: str
    few: float
    many: float
    ratio: float
    low: float
    high: float
    cpu_ratio: float | None = None
    statements: tuple[int, ...] = ()

    @classmethod
    def from_runs(cls, name: str, runs: Sequence[Sequence[float]]) -> "Growth":
        """Of a pair of medians for each run."""
        ratios = [many / few for few, many in runs]
        few, many = (statistics.median(times) for times in zip(*runs, strict=True))
        return cls(name, few, many, statistics.median(ratios), min(ratios), max(ratios))


def print_table(title: str, few: int, many: int, rows: list[Growth]) -> None:
    """Print what was measured on both databases."""
    print(f"\n{title}, milliseconds")
    heads = (f"{few:,}", f"{many:,}", "ratio", "(range)", "CPU ratio", "statements")
    print(f"{'':32}" + "".join(f"{head:>14}" for head in heads))
    for row in rows:
        columns = (
            f"{row.few:.2f}",
            f"{row.many:.2f}",
            f"{row.ratio:.2f}",
            f"({row.low:.2f}–{row.high:.2f})",
            "" if row.cpu_ratio is None else f"{row.cpu_ratio:.2f}",
            " / ".join(map(str, row.statements)),
        )
        print(f"{row.name:32}" + "".join(f"{column:>14}" for column in columns), flush=True)
