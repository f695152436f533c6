"""Words that are divided where none may be, and pages that are wider than the screen, at each size of text."""

from pathlib import Path

from playwright.sync_api import Page as Tab

MEASURE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
WIDTHS = (320, 360, 640)
HEIGHT = 900
# The root's font size, in per cent of the usual one.
TEXT_SIZES = (100, 150, 200)


def find_text_faults(tab: Tab) -> list[str]:
    """The faults of the page at every width and every size of text."""
    found: list[str] = []
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        found += tab.evaluate(MEASURE, TEXT_SIZES)
    return found
