"""Accessibility checks: axe, and content that is wider than the screen."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page as Tab

from wzo.i18n import DEFAULT_LANGUAGE

SCHEMES = ("light", "dark")
WIDTHS = (320, 1440)
HEIGHT = 900
AXE = Axe().axe_script
# Stricter than axe by default: a contrast of 7:1, which includes 4.5:1, and targets large enough for a finger.
CONTRAST = "color-contrast-enhanced"
RULES = {CONTRAST: {"enabled": True}, "color-contrast": {"enabled": False}, "target-size": {"enabled": True}}
ALL = {"rules": RULES}
STRUCTURE = {"rules": {**RULES, CONTRAST: {"enabled": False}}}
COLOURS = {"runOnly": [CONTRAST, "link-in-text-block"]}
RUN = """async (options) => {
  const found = await axe.run({ ...options, resultTypes: ["violations"], selectors: false });
  return found.violations.flatMap((it) => it.nodes.map((node) => `${it.help}: ${node.html.slice(0, 200)}`));
}"""


def find_faults(tab: Tab, language: str, *, colours: bool = True) -> list[str]:
    """The faults of the page at both widths; its `colours` need not be checked if another page has the same.

    The words of each language may be too wide for either width. The rest does not depend on the language: axe checks
    everything in light colours at one width, and the dark colours at the other, in the default language alone, where
    it is loaded once for both.
    """
    found = find_overflows(tab)
    if language != DEFAULT_LANGUAGE:
        return found
    checks = [("light", WIDTHS[0], ALL if colours else STRUCTURE)]
    if colours:
        checks.append(("dark", WIDTHS[1], COLOURS))
    for scheme, width, options in checks:
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{scheme}, {width} px: {it}" for it in find_faults_as_shown(tab, options)]
    return found


def find_overflows(tab: Tab) -> list[str]:
    """The widths at which the page is wider than the screen."""
    found = []
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        found += find_overflow(tab)
    return found


def find_faults_as_shown(tab: Tab, options: dict[str, Any] = ALL) -> list[str]:
    """The faults of the page as it is, in a browser that bypasses the CSP for axe (`bypass_csp`)."""
    # Where a page was scrolled, the sticky bar may cover half a link.
    tab.evaluate("scrollTo(0, 0)")
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE)
    found: list[str] = tab.evaluate(RUN, options)
    return [*found, *find_overflow(tab)]


def find_overflow(tab: Tab) -> list[str]:
    """Whether the page is wider than the screen."""
    wide, width = tab.evaluate("[document.documentElement.scrollWidth - innerWidth, innerWidth]")
    return [f"is {wide} px wider than the screen of {width}"] if wide > 0 else []
