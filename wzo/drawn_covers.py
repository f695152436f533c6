"""Covers that are drawn from a title and a colour: a window, whose bars have the rhythm of the title's words.

A drawing follows from its URL, `/covers/plum/3-9-4-2-6.svg`: the colour, and the lengths of the words, which are the
distances between the bars. So it needs no query, and nothing of a draft can be read in it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flask_babel import lazy_gettext

COLOUR_NAMES = {
    "plum": lazy_gettext("Plum"),
    "green": lazy_gettext("Green"),
    "blue": lazy_gettext("Blue"),
    "rust": lazy_gettext("Rust"),
    "ochre": lazy_gettext("Ochre"),
    "grey": lazy_gettext("Grey"),
}
# The value of a field that holds a cover: this and the colour, or else the name of a file.
PREFIX = "drawn-"
FEWEST, MOST, LONGEST = 5, 8, 9
RHYTHM = re.compile(rf"[1-{LONGEST}](?:-[1-{LONGEST}]){{{FEWEST - 1},{MOST - 1}}}")
DRAWN_PATH = re.compile(rf"/covers/(?P<colour>{'|'.join(COLOUR_NAMES)})/(?P<rhythm>{RHYTHM.pattern})\.svg")
# For what needs some drawing of a colour, whatever the title.
ANY_RHYTHM = "4-2-6-5-3"

LIGHT, PANE, RED = "#f3c64b", "#f6ecd2", "#d8413f"
WINDOW_LEFT, WINDOW_WIDTH, SILL = 58, 232, 184
FLOOR, BOTTOM = 206, 320
# How far the light spreads and drifts on its way to the lower edge.
SPREAD, DRIFT = 1.5, 116


class Shades(NamedTuple):
    """The shades of a colour, from the wall to the window's frame."""

    wall: str
    band: str
    floor: str
    frame: str


SHADES = {
    "plum": Shades("#3a1f2b", "#321b25", "#29161e", "#1d1016"),
    "green": Shades("#2c3a33", "#26322c", "#1f2924", "#141a17"),
    "blue": Shades("#23344c", "#1e2d42", "#182435", "#0f1722"),
    "rust": Shades("#4c2a20", "#42241b", "#361e17", "#24130f"),
    "ochre": Shades("#463a1e", "#3d321a", "#322915", "#211b0e"),
    "grey": Shades("#33353b", "#2c2e33", "#24262a", "#17181b"),
}


def _shape(colour: str, path: str, opacity: str = "") -> str:
    fades = f' opacity="{opacity}"' if opacity else ""
    return f'<path fill="{colour}"{fades} d="{path}"/>'


def _line(colour: str, width: int, path: str) -> str:
    return f'<path fill="none" stroke="{colour}" stroke-width="{width}" d="{path}"/>'


# What somebody has left on the floor, in the light: a letter, a cup, a paper boat, a book, a ball.
TRACES = (
    _shape(PANE, "M0 -34H56V0H0z") + _line(RED, 4, "M2 -32L28 -13L54 -32"),
    _shape(RED, "M0 -34H44L38 0H6z")
    + _line(RED, 6, "M42 -27C60 -28 58 -8 39 -10")
    + f'<ellipse cx="22" cy="-34" rx="22" ry="6" fill="{PANE}"/>',
    _shape(PANE, "M-6 -20H70L54 0H10z") + _shape(RED, "M32 -52L56 -20H32z") + _shape(PANE, "M32 -52V-20H8z"),
    _shape(RED, "M0 -9H62V0H0z") + _shape(PANE, "M4 -20H66V-10H4z") + _shape(RED, "M0 -24H62V-19H0z"),
    f'<circle cx="24" cy="-22" r="22" fill="{RED}"/>' + _line(PANE, 5, "M5 -32C18 -22 32 -22 44 -31"),
)


def drawn_colour(cover: str) -> str:
    """The colour in which a cover is drawn; empty if it is a file."""
    colour = cover.removeprefix(PREFIX)
    return colour if cover.startswith(PREFIX) and colour in SHADES else ""


def drawn_path(colour: str, title: str) -> str:
    """The URL path of the cover of a title."""
    return f"/covers/{colour}/{rhythm(title)}.svg"


def rhythm(title: str) -> str:
    """The lengths of a title's words: as many as a window has room for, and long ones divided if they are too few."""
    lengths = [min(len(word), LONGEST) for word in re.findall(r"\w+", title)][:MOST] or [LONGEST]
    while len(lengths) < FEWEST:
        longest = max(range(len(lengths)), key=lengths.__getitem__)
        half = lengths[longest] // 2
        lengths[longest : longest + 1] = [half, lengths[longest] - half] if half else [1, 2]
    return "-".join(map(str, lengths))


def draw(colour: str, rhythm: str) -> str:
    """The SVG of a cover."""
    shades, lengths = SHADES[colour], [int(it) for it in rhythm.split("-")]
    # Which side the window is on and what lies in the light look like chance, and are always the same for a title.
    chance = sum(number * length for number, length in enumerate(lengths, start=2))
    mirrored = ' transform="matrix(-1 0 0 1 480 0)"' if chance % 2 else ""
    panes = list(_panes(lengths))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="320" viewBox="0 0 480 320">'
        + _shape(shades.wall, "M0 0h480v320H0z")
        + _shape(shades.band, f"M0 118h480v{FLOOR - 118}H0z")
        + _shape(shades.floor, f"M0 {FLOOR}h480v{BOTTOM - FLOOR}H0z")
        + f"<g{mirrored}>{_shape(LIGHT, ''.join(map(_beam, panes)), '.85')}{_window(shades, panes)}</g>"
        + f"{_trace(chance, shades)}</svg>"
    )


def _panes(lengths: Sequence[int]) -> Iterator[tuple[float, float]]:
    """The beginning and end of each pane; short words leave narrow ones."""
    weights = [length + 2 for length in lengths]
    left = float(WINDOW_LEFT)
    for weight in weights:
        right = left + WINDOW_WIDTH * weight / sum(weights)
        yield left, right
        left = right


def _beam(pane: tuple[float, float]) -> str:
    """The light that falls through a pane on the floor."""
    left, right = pane[0] + 5, pane[1] - 5
    middle = WINDOW_LEFT + WINDOW_WIDTH / 2
    far = [middle + (x - middle) * SPREAD + DRIFT for x in (right, left)]
    near = [middle + (x - middle) * 1.08 + 20 for x in (left, right)]
    return f"M{near[0]:.0f} {FLOOR}H{near[1]:.0f}L{far[0]:.0f} {BOTTOM}H{far[1]:.0f}z"


def _window(shades: Shades, panes: Sequence[tuple[float, float]]) -> str:
    left, right = WINDOW_LEFT, WINDOW_LEFT + WINDOW_WIDTH
    bars = "".join(f"M{end:.0f} -8V{SILL}" for _, end in panes[:-1])
    return (
        _shape(shades.frame, f"M{left - 24} -8H{right + 12}V{SILL + 12}H{left - 24}z")
        + _shape(PANE, f"M{left - 24} {SILL + 12}V-8H{left}V{SILL}z", ".5")
        + _shape(LIGHT, f"M{left - 24} {SILL + 12}L{left} {SILL}H{right}L{right + 12} {SILL + 12}z", ".8")
        + _shape(PANE, f"M{left} -8H{right}V{SILL}H{left}z")
        + _line(shades.frame, 10, bars)
    )


def _trace(chance: int, shades: Shades) -> str:
    """What lies in the light, and its shadow. It is never mirrored."""
    x = 250 - 90 * (chance % 2)
    return (
        f'<ellipse cx="{x + 34}" cy="262" rx="52" ry="8" fill="{shades.frame}" opacity=".55"/>'
        f'<g transform="translate({x} 262)">{TRACES[chance // 2 % len(TRACES)]}</g>'
    )
