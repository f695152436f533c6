"""Accessibility checks: axe, and content that is wider than the screen."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page as Tab

SCHEMES = ("light", "dark")
WIDTHS = (320, 1440)
HEIGHT = 900
AXE = Axe().axe_script
# Stricter than axe by default: a contrast of 7:1, which includes 4.5:1, and targets large enough for a finger.
CONTRAST = "color-contrast-enhanced"
RULES = {CONTRAST: {"enabled": True}, "color-contrast": {"enabled": False}, "target-size": {"enabled": True}}
ALL = {"rules": RULES}
COLOURS = {"runOnly": [CONTRAST, "link-in-text-block"]}
RUN = """async (options) => {
  const found = await axe.run({ ...options, resultTypes: ["violations"], selectors: false });
  return found.violations.flatMap((it) => it.nodes.map((node) => `${it.help}: ${node.html.slice(0, 200)}`));
}"""


def find_faults(tab: Tab, language: str) -> list[str]:
    """The faults of the page at every width and in every scheme.

    Each language is checked at both widths, as its words may be too long for one of them. Axe sees every width and
    scheme once: the structure and the colours of a page are the same in every language, and a scheme changes colours
    alone.
    """
    looks = {WIDTHS[0]: ("light", ALL), WIDTHS[1]: ("dark", COLOURS)}
    if language != "ru":
        looks = {WIDTHS[0]: ("dark", COLOURS), WIDTHS[1]: ("light", ALL)}
    found = []
    for width, (scheme, options) in looks.items():
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{scheme}, {width} px: {it}" for it in find_faults_as_shown(tab, options)]
    return found


def find_faults_as_shown(tab: Tab, options: dict[str, Any] = ALL) -> list[str]:
    """The faults of the page as it is, in a browser that bypasses the CSP for axe (`bypass_csp`)."""
    # Where a page was scrolled, the sticky bar may cover half a link.
    tab.evaluate("scrollTo(0, 0)")
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE)
    found: list[str] = tab.evaluate(RUN, options)
    wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, f"is {wide} px wider than the screen"] if wide > 0 else found
