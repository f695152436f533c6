"""The shapes of drawings: bars in rows that fit a narrow screen, in one SVG that takes the colour of the text."""

from collections.abc import Sequence
from itertools import count, islice

from markupsafe import Markup

# The width of every drawing in its own units, about that of the narrowest screen: there, one unit is one pixel.
WIDTH = 316
# Fifty strokes to a row, in groups of ten.
PER_ROW, PER_GROUP, PITCH, GROUP_GAP = 50, 10, 6, 4
STROKE_HEIGHT, ROW_HEIGHT = 20, 28
# How far the foot of a leaning stroke is from below its head, and its height.
LEAN = (9, 17)
# Horizontal strokes are stacked.
PILE_HEIGHT, PILE_PITCH, LAYER = 7, 26, 3
INDENT = 2

_SVG = Markup(
    '<svg class="drawing" viewBox="0 0 {width} {height}" role="img" fill="none" stroke="currentColor"'
    ' stroke-width="2.4"><title>{title}</title>{shapes}</svg>'
)


def svg(height: float, title: str, *shapes: Markup) -> Markup:
    """An SVG of shapes with the words that describe it."""
    return _SVG.format(width=WIDTH, height=_number(height), title=title, shapes=Markup("").join(shapes))


def strokes(standing: int, leaning: int) -> tuple[Markup, float]:
    """Upright strokes, and after them leaning ones; and how high they are together."""
    # At the end of a row there is no room to lean.
    free = (number for number in count(standing) if number % PER_ROW < PER_ROW - 2)
    leaning_places = list(islice(free, leaning))
    shapes = [
        _path("", [_place(number) for number in range(standing)], (0, STROKE_HEIGHT)),
        _path("accent", [_place(number) for number in leaning_places], LEAN),
    ]
    last = leaning_places[-1] if leaning else standing - 1
    return Markup("").join(shapes), (last // PER_ROW + 1) * ROW_HEIGHT


def pile(number: int, top: float) -> tuple[Markup, float]:
    """Strokes that lie, piled up from `top` downwards; and how high everything is with them."""
    per_row = WIDTH // PILE_PITCH * PILE_HEIGHT
    rows = -(-number // per_row)
    places = []
    for one in range(number):
        stack, layer = divmod(one, PILE_HEIGHT)
        row, column = divmod(stack, WIDTH // PILE_PITCH)
        base = top + row * ROW_HEIGHT + STROKE_HEIGHT
        places.append((INDENT + column * PILE_PITCH, base - 1 - layer * LAYER))
    return _path("accent", places, (STROKE_HEIGHT, 0)), top + rows * ROW_HEIGHT


def line(x: float, bottom: float, top: float, *, accent: bool = False) -> Markup:
    """An upright line."""
    return _path("accent" if accent else "", [(x, bottom)], (0, bottom - top))


def bar(x: float, y: float, width: float, height: float, *, hollow: bool = False) -> Markup:
    """A rectangle: full, or a hollow one as large."""
    inset = 1 if hollow else 0
    attributes = Markup("") if hollow else Markup(' class="accent" fill="currentColor" stroke="none"')
    size = (x + inset, y + inset, width - 2 * inset, height - 2 * inset, width - 2 * inset)
    return Markup('<path{} d="M{} {}h{}v{}h-{}z"/>').format(attributes, *map(_number, size))


def label(x: float, y: float, words: str, anchor: str = "middle") -> Markup:
    """A short text; `anchor` says which of its points is at x: start, middle or end."""
    return Markup(
        '<text x="{}" y="{}" text-anchor="{}" font-size="14" fill="currentColor" stroke="none">{}</text>'
    ).format(_number(x), _number(y), anchor, words)


def _place(number: int) -> tuple[float, float]:
    """The foot of a stroke by its number."""
    row, column = divmod(number, PER_ROW)
    return INDENT + column * PITCH + column // PER_GROUP * GROUP_GAP, row * ROW_HEIGHT + STROKE_HEIGHT


def _path(name: str, places: Sequence[tuple[float, float]], stroke: tuple[float, float]) -> Markup:
    """Equal strokes from each place to the right and upwards; relative commands repeat, and so compress well."""
    if not places:
        return Markup("")
    dx, dy = stroke
    draw = f"v{_number(-dy)}" if not dx else f"h{_number(dx)}" if not dy else f"l{_number(dx)} {_number(-dy)}"
    commands, at = [], (0.0, 0.0)
    for number, (x, y) in enumerate(places):
        move = "m" if number else "M"
        commands.append(f"{move}{_number(x - at[0])} {_number(y - at[1])}{draw}")
        at = (x + dx, y - dy)
    attributes = Markup(' class="{}"').format(name) if name else Markup("")
    return Markup('<path{} d="{}"/>').format(attributes, "".join(commands))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
