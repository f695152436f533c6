"""The meaning of an element by its tag, class or style: heading, item, quotation, emphasis, hidden or a control."""

import re
from dataclasses import replace

from wzo import quotation_marks as quotes
from wzo.to_markdown.footnotes import Footnotes
from wzo.to_markdown.inline import Marks
from wzo.to_markdown.links import clean_address, fragment_of
from wzo.to_markdown.tree import Element

# No text, or none that was shown.
_DROPPED = frozenset("datalist dialog head input link meta noscript script style template title xml".split())
_HIDDEN_CLASSES = frozenset("screen-reader-text sr-only visually-hidden visuallyhidden".split())
# Of the page rather than of its text.
_CONTROLS = frozenset("button option select textarea".split())
_CONTROL_CLASSES = frozenset("mw-editsection noprint navbox catlinks sharedaddy".split())
_POINTS = {"pt": 1.0, "px": 0.75, "cm": 28.35, "mm": 2.835, "in": 72.0}
_MIN_QUOTE_INDENT = 18.0
_LINES = ("pre", "pre-wrap", "pre-line", "break-spaces")


def is_hidden(element: Element) -> bool:
    """Whether an element was not shown, or is not text."""
    if element.tag in _DROPPED or element.tag.startswith(("w:", "m:", "v:shapetype")) or "hidden" in element.attributes:
        return True
    style = element.style
    return (
        style.get("display") == "none"
        or style.get("mso-hide") == "all"
        or style.get("mso-list") == "ignore"
        or style.get("mso-element") in ("comment", "comment-list", "header", "footer")
        or any(name in _HIDDEN_CLASSES or name.lower().startswith("msocom") for name in element.classes)
    )


def is_control(element: Element) -> bool:
    """Whether an element is a button, a menu or the like, with words that readers of the page have seen."""
    is_one = element.tag in _CONTROLS or not _CONTROL_CLASSES.isdisjoint(element.classes)
    return is_one and bool(element.text().strip())


def marks_of(element: Element, marks: Marks) -> Marks:
    """The marks of the text in an element. Google Docs wraps everything in a <b> that is not bold; bold has a style."""
    style, tag = element.style, element.tag
    weight, slant, raised = style.get("font-weight"), style.get("font-style"), style.get("vertical-align", "")
    is_bold = bool(re.match(r"bold|[6-9]00", weight)) if weight else marks.is_bold or tag in ("b", "strong")
    is_italic = bool(re.match(r"italic|oblique", slant)) if slant else marks.is_italic or tag in ("i", "em", "cite")
    script = marks.script
    if tag in ("sup", "sub"):
        script = tag
    elif raised.startswith(("super", "sub")):
        script = "sup" if raised.startswith("super") else "sub"
    elif raised == "baseline":
        script = ""
    space = style.get("white-space", "")
    is_preformatted = space.startswith(_LINES) if space else marks.is_preformatted or tag == "pre"
    return replace(marks, is_bold=is_bold, is_italic=is_italic, script=script, is_preformatted=is_preformatted)


def heading_level(element: Element) -> int:
    """The level of a heading in our texts, whose own are below the title's; 0 if it is not one."""
    level = ""
    if element.attributes.get("role") == "heading":
        level = element.attributes.get("aria-level", "")
    elif re.fullmatch(r"h[1-6]", element.tag):
        level = element.tag[1]
    elif "MsoTitle" in element.classes:
        level = "1"
    return min(int(level) + 1, 6) if level.isdecimal() and int(level) else 0


def list_level(element: Element) -> int:
    """The level of an item of a list of Word's; 0 if it is not one."""
    match = re.match(r"l\d+\s+level(\d+)", element.style.get("mso-list", ""))
    return int(match[1]) if match else 0


def item_level(item: Element) -> int:
    """The level of an item of Word Online, which writes every item as a list of its own; 0 for any other."""
    level = item.attributes.get("data-aria-level", "")
    return int(level) if re.fullmatch(r"[1-9]", level) else 0


def first_number(ordered: Element) -> int:
    """The number of the first item of a list."""
    start = ordered.attributes.get("start", "1")
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1


def typed_number(element: Element) -> tuple[bool, int]:
    """Whether Word's text of a bullet is a number or letter, and that number."""
    mark = next((it for it in element.walk() if it.style.get("mso-list") == "ignore"), None)
    sign = re.match(r"[\s(]*([^\W_]{1,5})[.)]", mark.text()) if mark else None
    return sign is not None, int(sign[1]) if sign and sign[1].isdecimal() else 1


def is_indented(element: Element) -> bool:
    """Whether a paragraph is a quotation, by its style in Word or its indentation."""
    if element.tag != "p":
        return False
    if any(re.match(r"Mso(?:Intense)?Quote", name) for name in element.classes):
        return True
    indentation = re.match(r"([\d.]{1,8})(pt|px|cm|mm|in)\b", element.style.get("margin-left", ""))
    if not indentation or indentation[1].strip(".").count(".") > 1:
        return False
    return float(indentation[1].strip(".") or 0) * _POINTS[indentation[2]] >= _MIN_QUOTE_INDENT


def quotation_marks(language: str, depth: int) -> str:
    """The two marks around a quotation; `depth`: in how many others it is."""
    style = quotes.russian if language == "ru" else quotes.english
    outer = style('"', "")
    opening = style('"', outer) if depth % 2 else outer
    return opening + quotes.PAIRS[opening]


def link_address(link: Element, footnotes: Footnotes) -> str:
    """The address of a link; empty if it is to a target in the same text."""
    href = link.attributes.get("href", "")
    return "" if fragment_of(href) in footnotes.ids else clean_address(href)
