"""The covers as AVIF, and the site's icons, for what shows no SVG: `python -m wzo.raster_covers` draws them at install.

The strictest level of Tor Browser blocks SVG and scripts. So a style sheet that is loaded only without scripts puts
each of these pictures behind its cover, where it is seen if the cover itself is not.
"""

import io
from collections.abc import Iterator

import resvg_py
from PIL import Image

from wzo.drawn_covers import ANY_RHYTHM, COLOUR_NAMES
from wzo.drawn_covers import draw as draw_cover
from wzo.static_files import FAVICON, FOLDER, ICONS, RASTER_SHEET, hashed

# Twice as wide as in most lists; about 4 KB each.
WIDTH, QUALITY = 720, 55
LOGO = "mark"
# The sizes within favicon.ico.
FAVICON_SIZES = (16, 32, 48)
# Phones cut icons into shapes of their own, so these have a margin that may be lost, and square corners.
MARGIN = 0.1
WALL = "#22262e"
# The alternative text is over the picture then.
RULE = """img[src*="/covers/{name}"] {{
  background: var(--wall) url("{file}") center / cover;
  text-shadow: 0 0 0.2em #000, 0 0 0.2em #000, 0 0 0.4em #000;
}}
"""


def draw() -> None:
    """Write the pictures, and the style sheet, which names them as they are served."""
    sheet = FOLDER / RASTER_SHEET
    sheet.parent.mkdir(exist_ok=True)
    rules = []
    for name, svg in _drawings():
        picture, file = _draw_avif(svg), f"{name.strip('./')}.avif"
        (sheet.parent / file).write_bytes(picture)
        rules.append(RULE.format(name=name, file=hashed(file, picture)))
    sheet.write_text("".join(rules), encoding="utf-8")


def _drawings() -> Iterator[tuple[str, str]]:
    """The drawings, by what follows in their URLs. Of those that are drawn from titles, one for each colour."""
    for cover in sorted((FOLDER / "covers").glob("*.svg")):
        if cover.stem != LOGO:
            yield f"{cover.stem}.", cover.read_text(encoding="utf-8")
    for colour in COLOUR_NAMES:
        yield f"{colour}/", draw_cover(colour, ANY_RHYTHM)


def draw_icons() -> None:
    """Write favicon.ico, and the icons that phones show on their home screens."""
    logo = (FOLDER / "covers" / f"{LOGO}.svg").read_text(encoding="utf-8")
    for name, size in ICONS.items():
        icon, mark = Image.new("RGB", (size, size), WALL), _draw_png(logo, round(size * (1 - 2 * MARGIN)))
        icon.paste(mark, (round(size * MARGIN),) * 2, mark)
        icon.quantize(16).save(FOLDER / name, optimize=True)
    largest, *smaller = (_draw_png(logo, size) for size in sorted(FAVICON_SIZES, reverse=True))
    largest.save(FOLDER / FAVICON, sizes=[(size, size) for size in FAVICON_SIZES], append_images=smaller)


def _draw_png(svg: str, width: int) -> Image.Image:
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width)))).convert("RGBA")


def _draw_avif(svg: str) -> bytes:
    avif = io.BytesIO()
    _draw_png(svg, WIDTH).convert("RGB").save(avif, "AVIF", quality=QUALITY)
    return avif.getvalue()


if __name__ == "__main__":
    draw()
    draw_icons()
