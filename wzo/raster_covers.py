"""The covers as AVIF, for browsers that show no SVG: `python -m wzo.raster_covers` draws them at install.

The strictest level of Tor Browser blocks SVG and scripts. So a style sheet that is loaded only without scripts puts
each of these pictures behind its cover, where it is seen if the cover itself is not.
"""

import io

import resvg_py
from PIL import Image

from wzo.static_files import FOLDER, RASTER_SHEET, hashed

# Twice as wide as in most lists; about 4 KB each.
WIDTH, QUALITY = 720, 55
LOGO = "mark"
# The alternative text is over the picture then.
RULE = """img[src*="/covers/{name}."] {{
  background: var(--wall) url("{file}") center / cover;
  text-shadow: 0 0 0.2em #000, 0 0 0.2em #000, 0 0 0.4em #000;
}}
"""


def draw() -> None:
    """Write the pictures, and the style sheet, which names them as they are served."""
    sheet = FOLDER / RASTER_SHEET
    sheet.parent.mkdir(exist_ok=True)
    rules = []
    for cover in sorted((FOLDER / "covers").glob("*.svg")):
        if cover.stem != LOGO:
            picture = _draw_avif(cover.read_text(encoding="utf-8"))
            (sheet.parent / f"{cover.stem}.avif").write_bytes(picture)
            rules.append(RULE.format(name=cover.stem, file=hashed(f"{cover.stem}.avif", picture)))
    sheet.write_text("".join(rules), encoding="utf-8")


def _draw_avif(svg: str) -> bytes:
    png = resvg_py.svg_to_bytes(svg_string=svg, width=WIDTH)
    avif = io.BytesIO()
    Image.open(io.BytesIO(bytes(png))).convert("RGB").save(avif, "AVIF", quality=QUALITY)
    return avif.getvalue()


if __name__ == "__main__":
    draw()
