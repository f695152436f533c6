"""Parses HTML as browsers do."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from xml.etree.ElementTree import Element

import html5lib


@dataclass(frozen=True)
class Html:
    """A parsed page and its parse errors."""

    root: Element
    errors: list[str]

    def all(self, test: Callable[[Element], bool]) -> Iterator[Element]:
        """The elements that pass a test, in document order."""
        return (element for element in self.root.iter() if isinstance(element.tag, str) and test(element))


def parse(body: bytes) -> Html:
    """Parse a page as browsers do, and collect the errors that they would ignore."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(body, transport_encoding="utf-8")
    return Html(root, [f"{error} {details} at line {place[0]}" for place, error, details in parser.errors])


class _LinkParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append({name: value or "" for name, value in attrs})


def links(body: bytes) -> list[dict[str, str]]:
    """The attributes of the links of a page; much faster than to parse it whole."""
    parser = _LinkParser()
    parser.feed(body.decode())
    return parser.links


def assert_none(faults: Iterable[str]) -> None:
    """Fail with every fault on its own line."""
    found = sorted(set(faults))
    assert not found, "\n".join(["", *found])
