"""Share cards: the picture that is shown where a link to us is passed on.

A card is drawn from a cover, a title and a language when it is first asked for, and kept in the database until one of
them changes. It is a room seen from the side of the reader: the cover is the window, its light falls on the paper.
"""

import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

import resvg_py
from flask import current_app, request
from flask.wrappers import Response
from flask_babel import gettext
from font_source_sans_pro import font_directory as sans_folder
from font_source_serif_pro import font_directory as serif_folder
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, db, upsert, write_transaction
from wzo.i18n import current_language
from wzo.media.files import MASTER
from wzo.media.images import fit
from wzo.media.store import StoreUnavailable, store
from wzo.static_files import FOLDER
from wzo.text import typography

# Raise it when cards are to look different: then all are drawn anew.
DESIGN = 1
WIDTH, HEIGHT = 1200, 630
# Those who show a card may keep it so long before they ask whether it has changed.
CACHE = "public, max-age=60"

PAPER, INK, RED, LIGHT, WALL = "#f6f1e7", "#1d1a16", "#9b1427", "#f3c64b", "#22262e"
# All in pixels: the paper on the left, and the column of words on it. A baseline is where letters stand.
PAPER_WIDTH, MARGIN, COLUMN = 600, 56, 508
KICKER_TOP, TITLE_TOP, NAME_BASELINE = 104, 156, 566
SMALL, LEADING = 27, 1.14
# The sizes of a title's letters, and how many lines of them look well.
TITLE_SIZES = ((84, 2), (76, 3), (68, 4), (60, 4), (56, 5), (52, 5), (48, 5), (44, 6), (40, 6), (36, 8), (32, 9))
# Between others a line shorter than this part of the longest looks forlorn: a smaller size may break better.
SHORTEST_LINE = 0.5

SERIF, SANS = Path(serif_folder, "SourceSerifPro-Semibold.otf"), Path(sans_folder, "SourceSansPro-Semibold.otf")
COVERS = {path.stem: path.read_text(encoding="utf-8") for path in (FOLDER / "covers").glob("*.svg")}
NO_COVER, MARK = "hero", "mark"


class SocialCard(Base):
    """A stored card: `key` is its path, `fingerprint` a hash of everything that it was drawn from."""

    __tablename__ = "social_cards"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    png: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class Design:
    """All that a card is drawn from; `cover` is a whole SVG file, `photo` the key of a picture in its place.

    `focus`: the point of the picture that must stay in sight, in percent.
    """

    kicker: str
    title: str
    name: str
    cover: str
    photo: str = ""
    focus: tuple[int, int] = (50, 50)
    version: int = DESIGN

    @property
    def fingerprint(self) -> str:
        """The same for the same card, another for any other."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()


def show_card(
    *, kicker: str, title: str, cover: str = "", photo: str = "", focus: tuple[int, int] = (50, 50)
) -> Response:
    """Answer with the card of the address at hand, in its language.

    `cover` is the name of a drawing in `static/covers/`; where there is no such drawing the card shows our own window.
    `photo` is the key of an uploaded picture that takes its place, cut around its `focus`.
    Whoever calls this has made sure that the public may read what the card tells.
    """
    language = current_language()
    design = Design(
        kicker=typography(kicker, language),
        title=typography(title, language),
        name=gettext("Woman. Prison. Society"),
        cover=COVERS.get(cover, COVERS[NO_COVER]),
        photo=photo,
        focus=focus,
    )
    answer = Response(_kept_or_drawn(request.path, design), mimetype="image/png")
    answer.headers["Cache-Control"] = CACHE
    return answer


def _kept_or_drawn(key: str, design: Design) -> bytes:
    kept = db.session.execute(select(SocialCard.fingerprint, SocialCard.png).where(SocialCard.key == key)).first()
    # Drawing takes a while, in which nothing in the database shall wait for us.
    db.session.rollback()
    if kept and kept.fingerprint == design.fingerprint:
        return bytes(kept.png)
    try:
        png = draw_card(design)
    except StoreUnavailable:
        # It is drawn with its picture once that can be had again.
        return draw_card(replace(design, photo=""))
    new = {"fingerprint": design.fingerprint, "png": png}
    try:
        with write_transaction():
            statement = upsert(SocialCard).values(key=key, **new)
            db.session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=new))
    except SQLAlchemyError as error:
        current_app.logger.warning("A share card could not be kept: %s", type(error).__name__)
    return png


def delete_cards(endpoint: str, pages: Iterable[tuple[str, str]]) -> None:
    """Delete the cards of some pages of an endpoint, each a language and a slug, in the current transaction."""
    adapter = current_app.url_map.bind("localhost")
    keys = [adapter.build(endpoint, {"lang": language, "slug": slug}) + "card.png" for language, slug in pages]
    if keys:
        db.session.execute(delete(SocialCard).where(SocialCard.key.in_(keys)))


def draw_card(design: Design) -> bytes:
    """A PNG of 1200 × 630 pixels that holds nothing but the picture."""
    shapes = resvg_py.svg_to_bytes(svg_string=_shapes(design.cover), skip_system_fonts=True)
    picture = Image.open(io.BytesIO(shapes)).convert("RGB")
    if master := design.photo and store().get(f"{design.photo}/{MASTER}"):
        picture.paste(fit(master, (WIDTH - PAPER_WIDTH, HEIGHT), design.focus), (PAPER_WIDTH, 0))
    draw = ImageDraw.Draw(picture)

    top = KICKER_TOP
    if design.kicker:
        kicker = _cut(writable(design.kicker, SANS), _font(SANS, SMALL))
        draw.text((MARGIN, top + SMALL), kicker, RED, _font(SANS, SMALL), anchor="ls")
        top = TITLE_TOP
    size, lines = set_title(writable(design.title, SERIF))
    for number, line in enumerate(lines):
        draw.text((MARGIN, top + size * (0.85 + number * LEADING)), line, INK, _font(SERIF, size), anchor="ls")
    draw.text((MARGIN + 56, NAME_BASELINE), design.name, INK, _font(SERIF, SMALL), anchor="ls")

    png = io.BytesIO()
    dither = Image.Dither.FLOYDSTEINBERG if design.photo else Image.Dither.NONE
    picture.quantize(dither=dither).save(png, "PNG", optimize=True)
    return png.getvalue()


def set_title(title: str) -> tuple[int, list[str]]:
    """The size in pixels of a title's letters, and its lines: as large as there is room for, and evenly broken.

    Only what does not fit in the smallest size is cut.
    """
    words = title.split(" ")
    for shortest in (SHORTEST_LINE, 0):
        for size, most in TITLE_SIZES:
            lines = _break_lines(words, _font(SERIF, size))
            lengths = [_font(SERIF, size).getlength(line) for line in lines]
            fits = len(lines) <= most and max(lengths) <= COLUMN
            if fits and all(length >= shortest * max(lengths) for length in lengths[1:-1]):
                return size, lines
    lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return size, [_cut(line, _font(SERIF, size)) for line in lines]


@lru_cache
def writable(text: str, font_path: Path) -> str:
    """A text in letters that the font has; where it lacks an accent, the letter stands without it, or not at all."""
    known = (
        sign if _has_glyph(sign, font_path) else unicodedata.normalize("NFKD", sign)[0]
        for sign in unicodedata.normalize("NFC", re.sub(r"[^\S\u00a0]", " ", text))
    )
    return re.sub(" +", " ", "".join(sign for sign in known if _has_glyph(sign, font_path))).strip()


@lru_cache(maxsize=1024)
def _has_glyph(sign: str, font_path: Path) -> bool:
    if sign in " \u00a0":
        return True
    font = _font(font_path, SMALL)
    # No font has a letter for U+FFFF: in its place stands the empty box of unknown letters.
    return bytes(font.getmask(sign)) not in (b"", bytes(font.getmask("\uffff")))


@lru_cache
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


def _break_lines(words: list[str], font: ImageFont.FreeTypeFont) -> list[str]:
    """As few lines as can be, and among these the ones of the most even length. A word too long stands alone."""
    space = font.getlength(" ")
    lengths = [font.getlength(word) for word in words]
    # For the words from each place on: how many lines they need, how uneven these are, where the second one begins.
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


def _cut(line: str, font: ImageFont.FreeTypeFont) -> str:
    """A line that fits the column, if need be with an ellipsis at its end."""
    if font.getlength(line) <= COLUMN:
        return line
    while font.getlength(f"{line}…") > COLUMN:
        line = line[:-1].rstrip(" \u00a0,.:;—–-")
    return f"{line}…"


def _shapes(cover: str) -> str:
    """The card without its words, as SVG."""
    side = "xMaxYMid" if cover == COVERS[NO_COVER] else "xMidYMid"
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
        + _nested(cover, PAPER_WIDTH, 0, WIDTH - PAPER_WIDTH, HEIGHT, f"{side} slice")
        + f'<path fill="{PAPER}" d="M0 0h{PAPER_WIDTH}v{HEIGHT}H0z"/>'
        + f'<path fill="{LIGHT}" opacity=".33" d="{beams}"/><path fill="{INK}" d="{bars}"/>'
        + _nested(COVERS[MARK], MARGIN, NAME_BASELINE - 31, 42, 42, "xMidYMid")
        + "</svg>"
    )


def _nested(svg: str, x: int, y: int, width: int, height: int, fit: str) -> str:
    """A whole SVG file as a part of another one."""
    tag, content = svg.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', tag)
    return (
        f'<svg x="{x}" y="{y}" width="{width}" height="{height}" {box[0] if box else ""} preserveAspectRatio="{fit}">'
        + content
    )
