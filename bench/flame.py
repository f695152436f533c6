"""Draws flame graphs of a page from the cache, of a page uncached and of signing: `make flame`.

py-spy reads the stacks of a running server, which takes the right to trace it: as root, or with ptrace_scope at 0. Only
the thread that runs Python code is counted, so waiting for a disk or a database is left out.
"""

import hashlib
import logging
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from bench.http_load import load
from bench.reading import databases
from bench.report import progress
from bench.servers import OURS, UNCACHED, fill, serve
from bench.serving import COMPRESSED, PAGES
from bench.signing import running
from wzo.config import ROOT

FOLDER = ROOT / "docs/performance"
SECONDS, SAMPLES_A_SECOND = 8, 400
# In pixels. Frames that are narrower than this are left out, and only wide ones have a name.
WIDTH, ROW, NARROWEST, NAMED, LETTER = 1200, 17, 3.0, 30, 6.3
# The web server's event loop and its threads; what is above them is always the same.
OUTERMOST = ("RsgiAdapter.__rsgi__ (", "__rsgi__ (", "Response.run (", "run (wzo/rsgi/")
STYLE = "text{font:11px monospace;fill:#111}rect{stroke:#fff;stroke-width:.5}"


@dataclass
class Frame:
    """A function: how many samples it and what it calls were found in."""

    samples: int = 0
    calls: dict[str, "Frame"] = field(default_factory=dict)

    def add(self, names: Iterable[str], samples: int) -> None:
        """Count a stack, from its outermost function on."""
        self.samples += samples
        frame = self
        for name in names:
            frame = frame.calls.setdefault(name, Frame())
            frame.samples += samples


def read_stacks(text: str) -> Frame:
    """The stacks as py-spy's raw format has them: `outer (file);inner (file) 12`, one a line."""
    root = Frame()
    for line in text.splitlines():
        stack, _, samples = line.rpartition(" ")
        names = [it for it in stack.split(";") if not it.startswith("process ")]
        first = next((index for index, name in enumerate(names) if name.startswith(OUTERMOST)), None)
        names = [re.sub(r":\d+\)$", ")", name) for name in names]
        root.add(names[first:] if first is not None else ["in the background"], int(samples))
    return root


def draw(title: str, root: Frame) -> str:
    """An SVG in which the width of a function is its share of the samples; what it calls is below it."""
    parts: list[str] = []
    depth = _draw_calls(root, 0.0, 1, WIDTH / max(root.samples, 1), parts)
    height = (depth + 1) * ROW + 8
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">',
            f'<style>{STYLE}</style><rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            f'<text x="4" y="13">{escape(title)}: {root.samples:,} samples</text>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _draw_calls(frame: Frame, left: float, depth: int, scale: float, parts: list[str]) -> int:
    """Draw what a function calls; returns the greatest depth."""
    deepest = depth
    for name, call in sorted(frame.calls.items(), key=lambda it: -it[1].samples):
        width = call.samples * scale
        if width < NARROWEST:
            continue
        y = depth * ROW + 4
        label = escape(name[: int(width / LETTER) - 1]) if width > NAMED else ""
        text = f'<text x="{left + 2:.1f}" y="{y + 12}">{label}</text>' if label else ""
        share = f"{100 * call.samples * scale / WIDTH:.1f}%"
        parts.append(
            f"<g><title>{escape(name)} {share}</title>"
            f'<rect x="{left:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 1}" fill="{_colour(name)}"/>{text}</g>'
        )
        deepest = max(deepest, _draw_calls(call, left, depth + 1, scale, parts))
        left += width
    return deepest


def _colour(name: str) -> str:
    """Our own functions are orange, others yellow; neighbours differ a little."""
    shade = hashlib.sha256(name.encode()).digest()[0] // 16
    return f"hsl({24 if '(wzo/' in name else 48} 85% {62 + shade}%)"


def record(process: int, work: Callable[[], object]) -> Frame:
    """Sample the stacks of a server's processes while they have work."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "stacks"
        options = ["--format", "raw", "--function", "--subprocesses", "--gil", "--output", str(out)]
        rates = ["--duration", str(SECONDS), "--rate", str(SAMPLES_A_SECOND)]
        command = [shutil.which("py-spy") or str(ROOT / ".venv/bin/py-spy"), "record", *options, *rates]
        with subprocess.Popen(
            [*command, "--pid", str(process)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as spy:
            while spy.poll() is None:
                work()
            if not out.exists():
                raise RuntimeError(spy.stderr.read().decode() if spy.stderr else "")
        return read_stacks(out.read_text(encoding="utf-8"))


def record_home(command: tuple[str, ...]) -> Frame:
    """The home page from one of our servers."""
    with tempfile.TemporaryDirectory(prefix="wzo-flame-") as name, databases("sqlite", Path(name), ["flame"]) as (url,):
        fill(url, Path(name))
        with serve(command, database=url, folder=Path(name)) as site:
            return record(site.process.pid, lambda: load(site.port, PAGES["home"], COMPRESSED, 1))


def record_signing() -> Frame:
    """Four people who sign again and again."""
    with running("sqlite") as bench:
        return record(bench.site.processes["web"].pid, lambda: bench.measure(bench.sign, 4, 200))


GRAPHS: dict[str, tuple[str, Callable[[], Frame]]] = {
    "home-cached": ("Home page from the page cache", lambda: record_home(OURS)),
    "home-uncached": ("Home page uncached", lambda: record_home(UNCACHED)),
    "sign": ("Sign the petition, on SQLite", record_signing),
}


def main() -> None:
    logging.disable(logging.INFO)
    FOLDER.mkdir(exist_ok=True)
    for name, (title, measure) in GRAPHS.items():
        progress(title)
        file = FOLDER / f"{name}.svg"
        file.write_text(draw(title, measure()), encoding="utf-8")
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
