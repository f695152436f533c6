"""What came of many requests, in figures."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.judge import Answer
from tests.fuzz.requests import Request

PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
# CPU seconds that no request may take.
MOST_SECONDS = 2.0
# Bytes by which the memory may grow once the caches are full.
MOST_GROWTH = 60 * 1024**2


class Report:
    """Counts the responses, finds the slowest, and notes the memory of the server's processes, if there are any.

    The memory of the tests' own process would tell more of Hypothesis than of the site.
    """

    def __init__(self, name: str, processes: Callable[[], list[int]] | None = None) -> None:
        self.name, self.processes = name, processes
        self.statuses: Counter[int] = Counter()
        self.faults: dict[str, Request] = {}
        self.slowest = (0.0, "")
        self.memory: list[int] = []
        self.measure_memory()

    def add(self, request: Request, answer: Answer, faults: list[str]) -> None:
        """Count a response; the first request with each fault is kept."""
        self.statuses[answer.status] += 1
        self.slowest = max(self.slowest, (answer.seconds, f"{request.method} {request.endpoint}"))
        for fault in faults:
            self.faults.setdefault(fault, request)

    def check(self, *, limits: bool) -> None:
        """Fail if there was any fault; `limits`: print the figures, and fail if it was slow or has grown."""
        if limits:
            print(self, flush=True)  # noqa: T201 - the figures are what it is run for
            assert self.slowest[0] < MOST_SECONDS
            assert self.growth < MOST_GROWTH
        assert self.faults == {}

    def measure_memory(self) -> None:
        """Note how much memory the server's processes have."""
        if self.processes:
            self.memory.append(memory(self.processes()))

    @property
    def growth(self) -> int:
        """Bytes by which the memory has grown in the second half."""
        return self.memory[-1] - self.memory[len(self.memory) // 2] if self.memory else 0

    def __str__(self) -> str:
        """The figures as text."""
        statuses = ", ".join(f"{number:,} × {status}" for status, number in sorted(self.statuses.items()))
        seconds, slowest = self.slowest
        megabytes = " → ".join(f"{it / 1024**2:.0f}" for it in self.memory[:: max(1, len(self.memory) // 8)])
        return (
            f"{self.name}: {self.statuses.total():,} requests\n  {statuses}\n"
            f"  slowest: {seconds:.2f} s of CPU ({slowest})"
            + (f"; memory {megabytes} MB\n" if megabytes else "\n")
            + "".join(f"  {fault}\n    {request!r:.1500}\n" for fault, request in self.faults.items())
        )


def memory(processes: list[int]) -> int:
    """Bytes that processes have in memory together."""
    return sum(int(Path(f"/proc/{it}/statm").read_text().split()[1]) for it in processes) * PAGE_SIZE
