"""The covers for browsers that show no SVG."""

import re

from flask import Flask

from wzo.raster_covers import LOGO, draw
from wzo.static_files import FOLDER, RASTER_SHEET, StaticFiles


def test_it_draws_every_cover_under_the_name_by_which_it_is_served(app: Flask) -> None:
    draw()
    rules = re.findall(
        r'"/covers/(\S+)\."\] \{\s+background: \S+ url\("([^"]+)"\)', (FOLDER / RASTER_SHEET).read_text()
    )
    assert {name for name, _ in rules} == {path.stem for path in (FOLDER / "covers").glob("*.svg")} - {LOGO}
    urls = StaticFiles().urls
    assert {file for _, file in rules} == {
        urls[f"raster/{name}.avif"].removeprefix("/static/raster/") for name, _ in rules
    }
    assert all((FOLDER / f"raster/{name}.avif").stat().st_size < 8_000 for name, _ in rules)
