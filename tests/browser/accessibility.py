"""Accessibility checks: axe, and content that is wider than the screen."""

from itertools import product
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page as Tab

SCHEMES = ("light", "dark")
WIDTHS = (320, 1440)
# The width and colour scheme of a page.
Look = tuple[int, str]
LOOKS: tuple[Look, ...] = tuple(product(WIDTHS, SCHEMES))
HEIGHT = 900
AXE = Axe().axe_script
# Stricter than axe by default: a contrast of 7:1, which includes 4.5:1, and targets large enough for a finger.
CONTRAST = "color-contrast-enhanced"
RULES = {CONTRAST: {"enabled": True}, "color-contrast": {"enabled": False}, "target-size": {"enabled": True}}
ALL = {"rules": RULES}
BUT_CONTRAST = {"rules": {**RULES, CONTRAST: {"enabled": False}}}
COLOURS = {"runOnly": [CONTRAST, "link-in-text-block"]}
RUN = """async (options) => {
  const found = await axe.run({ ...options, resultTypes: ["violations"], selectors: false });
  return found.violations.flatMap((it) => it.nodes.map((node) => `${it.help}: ${node.html.slice(0, 200)}`));
}"""


def find_faults(tab: Tab, language: str) -> list[str]:
    """The faults of the page at every width and in every scheme.

    Checking colours takes most of the time. They are the same in every language, so each language checks them in two
    looks; and a scheme changes only colours, so the other rules need only one.
    """
    contrast = (LOOKS[0], LOOKS[3]) if language == "ru" else (LOOKS[1], LOOKS[2])
    found = []
    options: dict[str, Any]
    for look in LOOKS:
        width, scheme = look
        if scheme == SCHEMES[0]:
            options = ALL if look in contrast else BUT_CONTRAST
        elif look in contrast:
            options = COLOURS
        else:
            continue
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
