"""The covers and icons for what shows no SVG."""

import re
from json import loads

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from wzo.drawn_covers import COLOUR_NAMES
from wzo.raster_covers import LOGO, draw, draw_icons
from wzo.static_files import FAVICON, FOLDER, ICONS, RASTER_SHEET, StaticFiles


@pytest.mark.slow
def test_it_draws_every_cover_under_the_name_by_which_it_is_served(app: Flask) -> None:
    draw()
    rules = re.findall(
        r'"/covers/(\S+)[./]"\] \{\s+background: \S+ url\("([^"]+)"\)', (FOLDER / RASTER_SHEET).read_text()
    )
    drawn = {path.stem for path in (FOLDER / "covers").glob("*.svg")} - {LOGO}
    assert {name for name, _ in rules} == drawn | set(COLOUR_NAMES)
    urls = StaticFiles().urls
    assert {file for _, file in rules} == {
        urls[f"raster/{name}.avif"].removeprefix("/static/raster/") for name, _ in rules
    }
    assert all((FOLDER / f"raster/{name}.avif").stat().st_size < 8_000 for name, _ in rules)


def test_it_draws_icons_for_what_shows_no_svg() -> None:
    draw_icons()
    for name, width in ICONS.items():
        assert Image.open(FOLDER / name).size == (width, width)
    assert Image.open(FOLDER / FAVICON).info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_it_names_the_icons_in_a_manifest_and_serves_them_where_phones_look(client: FlaskClient) -> None:
    manifest = loads(client.get("/ru/site.webmanifest").data)
    assert (manifest["name"], manifest["start_url"]) == ("Женщина. Тюрьма. Общество", "/ru/")
    for path in [icon["src"] for icon in manifest["icons"]] + ["/favicon.ico", "/apple-touch-icon.png"]:
        assert client.get(path).status_code == 200, path
