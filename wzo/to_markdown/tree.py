"""Pasted HTML as a small tree, with the style that each element has from its attributes and from style sheets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Deeper elements become text of this level. No text is nested so deeply; a recursion must end.
MAX_DEPTH = 80
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
BLOCKS = HEADINGS | frozenset(
    "article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form header "
    "hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
# Only rules about one tag, one class, or both: programs write no others to format a text.
_SELECTOR = re.compile(r"([\w-]*)(?:\.([\w-]+))?")

Style = dict[str, str]


@dataclass(eq=False)
class Element:
    """An element; `tag` and the names of attributes are in lower case, and so are the values in `style`."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    style: Style = field(default_factory=dict)
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def elements(self) -> list["Element"]:
        """The child elements."""
        return [child for child in self.children if isinstance(child, Element)]

    def walk(self) -> Iterator["Element"]:
        """The element and all elements in it, in the order of the document."""
        yield self
        for child in self.elements():
            yield from child.walk()

    def ancestors(self) -> Iterator["Element"]:
        """The element and those around it, from the inside."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def find(self, *tags: str) -> Iterator["Element"]:
        """All elements in it with one of these tags."""
        return (element for element in self.walk() if element.tag in tags)

    def text(self) -> str:
        """All text in it."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def parse_html(html: str) -> Element:
    """The body of an HTML document or fragment."""
    # The parser takes 5 MB, and few processes ever see a paste.
    from selectolax.lexbor import LexborHTMLParser

    document = LexborHTMLParser(html.encode("utf-8", "ignore").decode())
    rules = _parse_rules(" ".join(sheet.text() for sheet in document.css("style")))
    root = Element("body")
    if document.body is not None:
        _read(document.body, root, rules, 0)
    return root


def _read(node: Any, into: Element, rules: dict[tuple[str, str], Style], depth: int) -> None:
    child = node.child
    while child is not None:
        tag = child.tag
        if tag == "-text":
            into.children.append(child.text_content or "")
        elif depth >= MAX_DEPTH and tag not in ("script", "style"):
            into.children.append(child.text())
        elif not tag.startswith(("-", "!")):
            attributes = {name.lower(): value or "" for name, value in child.attributes.items()}
            element = Element(tag, attributes, _style_of(tag, attributes, rules), into)
            into.children.append(element)
            _read(child, element, rules, depth + 1)
        child = child.next


def _parse_rules(sheet: str) -> dict[tuple[str, str], Style]:
    rules: dict[tuple[str, str], Style] = {}
    for selectors, declarations in _RULE.findall(_COMMENT.sub("", sheet)):
        for selector in selectors.split(","):
            match = _SELECTOR.fullmatch(selector.strip())
            if match and match[0]:
                rules.setdefault((match[1].lower(), match[2] or ""), {}).update(_parse_style(declarations))
    return rules


def _style_of(tag: str, attributes: dict[str, str], rules: dict[tuple[str, str], Style]) -> Style:
    style: Style = {}
    if rules:
        style |= rules.get((tag, ""), {})
        for name in attributes.get("class", "").split():
            style |= rules.get(("", name), {}) | rules.get((tag, name), {})
    if "style" in attributes:
        style |= _parse_style(attributes["style"])
    return style


def _parse_style(text: str) -> Style:
    return {name.lower(): value.strip().lower() for name, value in _DECLARATION.findall(text)}
