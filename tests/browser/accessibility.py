"""Accessibility checks: axe, and content that is wider than the screen."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page as Tab
from playwright.sync_api import ViewportSize

from wzo.i18n import DEFAULT_LANGUAGE

SCHEMES = ("light", "dark")
# On so low a phone the panel's bars are not sticky, so that none covers half a button.
SIZES: tuple[ViewportSize, ...] = ({"width": 320, "height": 480}, {"width": 1440, "height": 900})
AXE = Axe().axe_script
# Stricter than axe by default: targets large enough for a finger, and a contrast of 7:1, or of 4.5:1 for large text.
# axe has a rule for that contrast, color-contrast-enhanced, but that one passes over whatever is below 4.5:1 or 3:1.
CONTRAST = "color-contrast"
RATIOS = {"normal": {"expected": 7}, "large": {"expected": 4.5}}
AS_IN_AXE = {
    "ignoreUnicode": True,
    "boldValue": 700,
    "boldTextPt": 14,
    "largeTextPt": 18,
    "pseudoSizeThreshold": 0.25,
    "shadowOutlineEmMax": 0.2,
    "textStrokeEmMin": 0.03,
}
CHECKS = {CONTRAST: {"options": {**AS_IN_AXE, "contrastRatio": RATIOS}}}
RULES = {"target-size": {"enabled": True}}
ALL = {"rules": RULES, "checks": CHECKS}
COLOURS = {"runOnly": [CONTRAST, "link-in-text-block"], "checks": CHECKS}
# For pages that are opened in both schemes: what does not depend on the colours is checked once.
IN_SCHEME = {"light": ALL, "dark": COLOURS}
RUN = """async (options) => {
  const found = await axe.run({ ...options, resultTypes: ["violations"], selectors: false });
  return found.violations.flatMap((it) => it.nodes.map((node) => `${it.help}: ${node.html.slice(0, 200)}`));
}"""
# The rules of colours take most of axe's time, and most elements of a page look as they did on another page. These
# rules check only elements that are new: they, or an element around them, differ from those checked before in their
# tag, their classes, or the styles that decide how text is painted and on what. A key is a hash of all that (cyrb53).
MARK_NEW = """(known) => {
  const STYLES = ["background-color", "background-image", "border-bottom-style", "clip-path", "color", "filter",
    "font-size", "font-weight", "mix-blend-mode", "opacity", "position", "text-decoration-line", "text-shadow",
    "visibility", "z-index", "-webkit-text-stroke-width"];
  const hash = (text) => {
    let [one, other] = [0xdeadbeef, 0x41c6ce57];
    for (let place = 0; place < text.length; place++) {
      const code = text.charCodeAt(place);
      [one, other] = [Math.imul(one ^ code, 2654435761), Math.imul(other ^ code, 1597334677)];
    }
    return 4294967296 * (2097151 & (other ^ (one >>> 13))) + ((one ^ (other >>> 16)) >>> 0);
  };
  // Most elements look as another: each text is hashed once.
  const hashes = new Map(), keys = new Map(), seen = new Set(known.split(" ")), added = new Set();
  for (const element of document.querySelectorAll("html, body, body *")) {
    const style = getComputedStyle(element);
    let look = `${keys.get(element.parentElement)}|${element.localName}|${element.className}|${element.type}`;
    look += `|${element.disabled}|${element.ariaDisabled}`;
    // A link must differ from the text beside it.
    let child = element.firstChild;
    while (child && !(child.nodeType === Node.TEXT_NODE && child.data.trim())) child = child.nextSibling;
    look += `|${child !== null}`;
    for (const name of STYLES) look += `|${style.getPropertyValue(name)}`;
    let key = hashes.get(look);
    if (!key) {
      key = String(hash(look));
      hashes.set(look, key);
    }
    keys.set(element, key);
    element.toggleAttribute("data-new", !seen.has(key));
    if (!seen.has(key)) added.add(key);
  }
  return [...added];
}"""
ONLY_NEW = """axe.configure({ rules: [
  { id: "color-contrast", selector: "[data-new]" },
  { id: "link-in-text-block", selector: "a[href][data-new]" },
] })"""
# The keys of the elements that have passed the rules of colours.
passed: set[str] = set()


def find_faults(tab: Tab, language: str) -> list[str]:
    """The faults of the page at both widths.

    The words of each language may be too wide for either width. The rest does not depend on the language: axe checks
    everything in light colours at one width, and the dark colours at the other, in the default language alone, where
    it is loaded once for both.
    """
    found = []
    # The small one last, at which the checks of text go on: each change of the size is laid out and drawn again.
    for scheme, size in reversed([*zip(IN_SCHEME, SIZES, strict=True)]):
        tab.set_viewport_size(size)
        if language == DEFAULT_LANGUAGE:
            found += [f"{size['width']} px: {it}" for it in find_faults_in(tab, scheme)]
        else:
            found += find_overflow(tab)
    return found


def find_faults_in_both_schemes(tab: Tab) -> list[str]:
    """The faults of the page at its width."""
    return [it for scheme in IN_SCHEME for it in find_faults_in(tab, scheme)]


def find_faults_in(tab: Tab, scheme: str) -> list[str]:
    """The faults of the page in a colour scheme: those that do not depend on it are found in the light one."""
    tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    return [f"{scheme}: {it}" for it in find_faults_as_shown(tab, IN_SCHEME[scheme])]


def find_faults_as_shown(tab: Tab, options: dict[str, Any] = ALL) -> list[str]:
    """The faults of the page as it is, in a browser that bypasses the CSP for axe (`bypass_csp`)."""
    # Where a page was scrolled, the sticky bar may cover half a link.
    tab.evaluate("scrollTo(0, 0)")
    new = tab.evaluate(MARK_NEW, " ".join(passed))
    found: list[str] = []
    if new or options is not COLOURS:
        if not tab.evaluate("'axe' in window"):
            script = f"{AXE}; {ONLY_NEW}"
            tab.evaluate(script)
            # From now on, each page of this tab has it; that takes less than to send it each time.
            tab.add_init_script(script)
        found = tab.evaluate(RUN, options)
    if not found:
        passed.update(new)
    return [*found, *find_overflow(tab)]


OVERFLOW = """() => {
  const isWide = (it) => it.getBoundingClientRect().right > innerWidth + 1;
  const wide = [...document.body.querySelectorAll("*")].findLast(isWide);
  return [document.documentElement.scrollWidth - innerWidth, innerWidth, wide?.outerHTML.slice(0, 300)];
}"""


def find_overflow(tab: Tab) -> list[str]:
    """Whether the page is wider than the screen, and by which element."""
    wide, width, element = tab.evaluate(OVERFLOW)
    return [f"is {wide} px wider than the screen of {width}, with {element}"] if wide > 0 else []
