"""Renders link-preview images: a cover or photo, and next to it a sheet of paper with the title.

The cover is a window, and its light falls on the paper.
"""

import io
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import resvg_py
from font_source_sans_pro import font_directory as sans_folder
from font_source_serif_pro import font_directory as serif_folder
from PIL import Image, ImageDraw, ImageFont

from wzo.media.images import crop_to
from wzo.media.renditions import MASTER
from wzo.media.store import store
from wzo.social_card_design import COVERS, DEFAULT_COVER, LOGO, CardDesign

WIDTH, HEIGHT = 1200, 630

PAPER, INK, RED, LIGHT, WALL = "#f6f1e7", "#1d1a16", "#9b1427", "#f3c64b", "#22262e"
# In pixels: the paper on the left, the column of text on it, and the baselines and tops of its parts.
PAPER_WIDTH, MARGIN, COLUMN = 600, 56, 508
KICKER_TOP, TITLE_TOP, NAME_BASELINE = 104, 156, 566
SMALL, LEADING = 27, 1.14
# The font sizes of titles, and the most lines that look well in each.
TITLE_SIZES = ((84, 2), (76, 3), (68, 4), (60, 4), (56, 5), (52, 5), (48, 5), (44, 6), (40, 6), (36, 8), (32, 9))
# A line between others should have at least this share of the longest line's length; a smaller font may allow that.
MIN_LINE_RATIO = 0.5

SERIF, SANS = Path(serif_folder, "SourceSerifPro-Semibold.otf"), Path(sans_folder, "SourceSansPro-Semibold.otf")


def render_card(design: CardDesign) -> bytes:
    """A PNG of 1200 × 630 pixels without metadata. Raises StoreUnavailable if the photo cannot be read."""
    image = _background(design.cover).copy()
    if master := design.photo and store().get(f"{design.photo}/{MASTER}"):
        image.paste(crop_to(master, (WIDTH - PAPER_WIDTH, HEIGHT), design.focus), (PAPER_WIDTH, 0))
    _draw_text(ImageDraw.Draw(image), design)
    png = io.BytesIO()
    dither = Image.Dither.FLOYDSTEINBERG if design.photo else Image.Dither.NONE
    image.quantize(dither=dither).save(png, "PNG", optimize=True)
    return png.getvalue()


def _draw_text(draw: ImageDraw.ImageDraw, design: CardDesign) -> None:
    top = KICKER_TOP
    if design.kicker:
        kicker = _truncate(renderable_text(design.kicker, SANS), _font(SANS, SMALL))
        draw.text((MARGIN, top + SMALL), kicker, RED, _font(SANS, SMALL), anchor="ls")
        top = TITLE_TOP
    size, lines = fit_title(renderable_text(design.title, SERIF))
    for number, line in enumerate(lines):
        draw.text((MARGIN, top + size * (0.85 + number * LEADING)), line, INK, _font(SERIF, size), anchor="ls")
    draw.text((MARGIN + 56, NAME_BASELINE), design.name, INK, _font(SERIF, SMALL), anchor="ls")


def fit_title(title: str) -> tuple[int, list[str]]:
    """The font size of a title in pixels and its lines: as large as it fits, with lines of similar length.

    It is truncated only if it does not fit in the smallest size.
    """
    words = title.split(" ")
    for min_ratio in (MIN_LINE_RATIO, 0):
        for size, max_lines in TITLE_SIZES:
            lines = _break_lines(words, _font(SERIF, size))
            lengths = [_font(SERIF, size).getlength(line) for line in lines]
            fits = len(lines) <= max_lines and max(lengths) <= COLUMN
            if fits and all(length >= min_ratio * max(lengths) for length in lengths[1:-1]):
                return size, lines
    lines = [*lines[: max_lines - 1], " ".join(lines[max_lines - 1 :])]
    return size, [_truncate(line, _font(SERIF, size)) for line in lines]


@lru_cache
def renderable_text(text: str, font_path: Path) -> str:
    """A text in characters that the font has: others lose their diacritics or are left out."""
    candidates = (
        c if _has_glyph(c, font_path) else unicodedata.normalize("NFKD", c)[0]
        for c in unicodedata.normalize("NFC", re.sub(r"[^\S\u00a0]", " ", text))
    )
    return re.sub(" +", " ", "".join(c for c in candidates if _has_glyph(c, font_path))).strip()


@lru_cache(maxsize=1024)
def _has_glyph(character: str, font_path: Path) -> bool:
    if character in " \u00a0":
        return True
    font = _font(font_path, SMALL)
    # No font has a glyph for U+FFFF, so it renders the box for missing characters.
    return bytes(font.getmask(character)) not in (b"", bytes(font.getmask("\uffff")))


@lru_cache
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


def _break_lines(words: list[str], font: ImageFont.FreeTypeFont) -> list[str]:
    """As few lines as possible, and of those the most even ones. A word that is too long has a line of its own."""
    space = font.getlength(" ")
    lengths = [font.getlength(word) for word in words]
    # For the words from each position: the number of lines, their unevenness, and where the second line begins.
    best = [(0, 0.0, 0)] * (len(words) + 1)
    for start in reversed(range(len(words))):
        choices = []
        length = -space
        for end in range(start + 1, len(words) + 1):
            length += space + lengths[end - 1]
            if length > COLUMN and end > start + 1:
                break
            count, unevenness, _ = best[end]
            choices.append((count + 1, unevenness + (COLUMN - length) ** 2, end))
        best[start] = min(choices)
    lines, start = [], 0
    while start < len(words):
        end = best[start][2]
        lines.append(" ".join(words[start:end]))
        start = end
    return lines


def _truncate(line: str, font: ImageFont.FreeTypeFont) -> str:
    """A line that fits the column, if necessary with an ellipsis at its end."""
    if font.getlength(line) <= COLUMN:
        return line
    while font.getlength(f"{line}…") > COLUMN:
        line = line[:-1].rstrip(" \u00a0,.:;—–-")
    return f"{line}…"


# Rendering it takes most of the time, and many cards have the same; each takes 2 MB.
@lru_cache(maxsize=4)
def _background(cover: str) -> Image.Image:
    """The card without its text."""
    png = resvg_py.svg_to_bytes(svg_string=_background_svg(cover), skip_system_fonts=True)
    return Image.open(io.BytesIO(png)).convert("RGB")


def _background_svg(cover: str) -> str:
    """The card without its text, as SVG."""
    align = "xMaxYMid" if cover == COVERS[DEFAULT_COVER] else "xMidYMid"
    x, bars = float(MARGIN), ""
    for gap in (0, 8, 10, 14, 18, 24, 32, 42, 55, 74, 98, 128):
        x += gap
        bars += f"M{x:.0f} 0h5v64h-5z"
    beams = ""
    for top, bottom in ((452, 460), (470, 483), (496, 515), (532, 559), (584, 640)):
        beams += f"M{PAPER_WIDTH} {top}V{bottom}L0 {bottom + 190}V{top + 190}z"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        + f'<path fill="{WALL}" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>'
        + _nested_svg(cover, (PAPER_WIDTH, 0, WIDTH - PAPER_WIDTH, HEIGHT), f"{align} slice")
        + f'<path fill="{PAPER}" d="M0 0h{PAPER_WIDTH}v{HEIGHT}H0z"/>'
        + f'<path fill="{LIGHT}" opacity=".33" d="{beams}"/><path fill="{INK}" d="{bars}"/>'
        + _nested_svg(COVERS[LOGO], (MARGIN, NAME_BASELINE - 31, 42, 42), "xMidYMid")
        + "</svg>"
    )


def _nested_svg(svg: str, box: tuple[int, int, int, int], aspect_ratio: str) -> str:
    """A whole SVG file as a part of another one; `box`: x, y, width, height."""
    x, y, width, height = box
    tag, content = svg.split(">", 1)
    view_box = re.search(r'viewBox="[^"]*"', tag)
    return (
        f'<svg x="{x}" y="{y}" width="{width}" height="{height}" {view_box[0] if view_box else ""} '
        f'preserveAspectRatio="{aspect_ratio}">{content}'
    )
