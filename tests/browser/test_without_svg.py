"""The strictest level of Tor Browser: neither scripts nor SVG."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Locator

from tests.browser.conftest import OpenReader
from tests.running_site import RunningSite


def colours(picture: Locator) -> int:
    """The number of colours of a picture as displayed, without those of a few pixels, such as its words."""
    picture.scroll_into_view_if_needed()
    seen = Image.open(io.BytesIO(picture.screenshot())).convert("RGB").quantize(64)
    return sum(number > seen.width * seen.height / 100 for number, _ in seen.getcolors() or ())


@pytest.mark.parametrize(("language", "scripts"), [("ru", False)], indirect=True, ids=["ru-no-js"])
def test_it_shows_the_covers_without_svg(open_fresh_reader: OpenReader, shared_site: RunningSite) -> None:
    reader = open_fresh_reader()
    reader.route("**/*.svg", lambda route: route.abort())
    for path, cover in (("projects/", ".card img"), ("projects/last-hope/", ".intro-header img")):
        reader.goto(f"{shared_site.url}/ru/{path}", wait_until="networkidle")
        assert reader.locator(cover).first.evaluate("it => it.naturalWidth") == 0
        # The wall alone would be one colour.
        assert colours(reader.locator(cover).first) > 3
