"""Reads LibreOffice's documents (OpenDocument 1.3, part 3): their text as HTML."""

import zipfile
from html import escape
from itertools import count
from xml.etree.ElementTree import Element, ParseError, fromstring

from wzo.to_markdown.archives import read_entry, refuse_damaged

_OFFICE, _TEXT, _STYLE, _TABLE, _DRAW, _FO, _XLINK, _SVG = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" if name else "{http://www.w3.org/1999/xlink}"
    for name in ("office", "text", "style", "table", "drawing", "xsl-fo-compatible", "", "svg-compatible")
)
_DROPPED = {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_OFFICE}annotation-end", f"{_TEXT}sequence-decls"}
_CHARACTERS = {f"{_TEXT}line-break": "<br>", f"{_TEXT}tab": " ", f"{_TEXT}s": " "}
_BLOCKS = {
    f"{_TABLE}table": "table",
    f"{_TABLE}table-row": "tr",
    f"{_TABLE}table-cell": "td",
    f"{_TEXT}list-item": "li",
}


class _Styles:
    """The styles of a document, as CSS."""

    def __init__(self, roots: list[Element]) -> None:
        self.styles: dict[str, Element] = {}
        self.ordered: set[str] = set()
        for root in roots:
            self.styles |= {str(it.get(f"{_STYLE}name")): it for it in root.iter(f"{_STYLE}style")}
            for style in root.iter(f"{_TEXT}list-style"):
                if style.find(f"{_TEXT}list-level-style-number") is not None:
                    self.ordered.add(str(style.get(f"{_STYLE}name")))

    def chain(self, name: str | None) -> list[str]:
        """A style and those that it is based on."""
        names: list[str] = []
        while name and name in self.styles and name not in names:
            names.append(name)
            name = self.styles[name].get(f"{_STYLE}parent-style-name")
        return names

    def css(self, name: str | None) -> str:
        """The declarations of a style that mean something."""
        css: dict[str, str] = {}
        for each in reversed(self.chain(name)):
            properties = self.styles[each].find(f"{_STYLE}text-properties")
            if properties is None:
                continue
            for key, css_name in (("font-weight", "font-weight"), ("font-style", "font-style")):
                if value := properties.get(f"{_FO}{key}"):
                    css[css_name] = value
            line = properties.get(f"{_STYLE}text-line-through-style") or properties.get(
                f"{_STYLE}text-line-through-type"
            )
            if line:
                css["text-decoration"] = "none" if line == "none" else "line-through"
            if position := properties.get(f"{_STYLE}text-position"):
                css["vertical-align"] = _vertical_align(position)
            if properties.get(f"{_TEXT}display") == "none":
                css["display"] = "none"
        return ";".join(f"{key}:{value}" for key, value in css.items())


def _vertical_align(position: str) -> str:
    first = position.split()[0]
    if first in ("super", "sub"):
        return first
    shift = first.rstrip("%")
    return "baseline" if shift in ("0", "") else "sub" if shift.startswith("-") else "super"


class _Writer:
    """Writes the HTML of a document."""

    def __init__(self, styles: _Styles, archive: zipfile.ZipFile) -> None:
        self.styles, self.archive = styles, archive
        self.images: dict[str, bytes] = {}
        self.notes: list[str] = []
        self.numbers = count(1)

    def content(self, element: Element, list_style: str = "") -> str:
        """The HTML of the content of an element."""
        parts = [escape(element.text or "")]
        for child in element:
            parts += [self.element(child, list_style), escape(child.tail or "")]
        return "".join(parts)

    def element(self, element: Element, list_style: str) -> str:
        """The HTML of an element."""
        tag, style = element.tag, element.get(f"{_TEXT}style-name")
        if tag in _DROPPED or tag.startswith(_STYLE):
            return ""
        if tag in _CHARACTERS:
            return _CHARACTERS[tag]
        if tag in _BLOCKS:
            return self._block(_BLOCKS[tag], element, list_style)
        if tag == f"{_TEXT}h" or tag == f"{_TEXT}p":
            return self._paragraph(element, style)
        if tag == f"{_TEXT}span":
            return f'<span style="{escape(self.styles.css(style))}">{self.content(element)}</span>'
        if tag == f"{_TEXT}a":
            return f'<a href="{escape(element.get(f"{_XLINK}href", ""))}">{self.content(element)}</a>'
        if tag == f"{_TEXT}list":
            name = style or list_style
            kind = "ol" if name in self.styles.ordered else "ul"
            return f"<{kind}>{self.content(element, name)}</{kind}>"
        if tag == f"{_TEXT}note":
            return self._note(element)
        if tag == f"{_DRAW}frame":
            return self._frame(element)
        return self.content(element, list_style)

    def _block(self, tag: str, element: Element, list_style: str) -> str:
        span = element.get(f"{_TABLE}number-columns-spanned", "1")
        attributes = f' colspan="{escape(span)}"' if tag == "td" and span != "1" else ""
        if tag == "td":
            return f"<td{attributes}>{self.content(element)}</td>"
        return f"<{tag}>{self.content(element, list_style if tag == 'li' else '')}</{tag}>"

    def _paragraph(self, element: Element, style: str | None) -> str:
        names = self.styles.chain(style) or [style or ""]
        tag = "p"
        if element.tag == f"{_TEXT}h":
            level = element.get(f"{_TEXT}outline-level", "1")
            tag = f"h{min(int(level), 6)}" if level.isdecimal() and int(level) else "h1"
        elif "Title" in names:
            tag = "h1"
        html = f'<{tag} style="{escape(self.styles.css(style))}">{self.content(element)}</{tag}>'
        return f"<blockquote>{html}</blockquote>" if "Quotations" in names else html

    def _note(self, element: Element) -> str:
        number = next(self.numbers)
        body = element.find(f"{_TEXT}note-body")
        text = self.content(body) if body is not None else ""
        self.notes.append(f'<li id="note{number}"><a href="#ref{number}">↑</a>{text}</li>')
        return f'<sup><a id="ref{number}" href="#note{number}">{number}</a></sup>'

    def _frame(self, element: Element) -> str:
        images = list(element.iter(f"{_DRAW}image"))
        if not images:
            return self.content(element)
        alt = next((it.text or "" for name in ("desc", "title") for it in element.iter(f"{_SVG}{name}")), "")
        name = images[0].get(f"{_XLINK}href", "")
        if name in self.archive.namelist():
            self.images[name] = read_entry(self.archive, name)
        captions = "".join(self.content(box) for box in element.iter(f"{_DRAW}text-box"))
        return f'<img src="{escape(name)}" alt="{escape(alt)}">{captions}'


def read_odt(archive: zipfile.ZipFile) -> tuple[str, dict[str, bytes]]:
    """The HTML of a document, and its pictures by their `src`. Raises DocumentRefused."""
    names = [name for name in ("styles.xml", "content.xml") if name in archive.namelist()]
    try:
        roots = [fromstring(read_entry(archive, name)) for name in names]  # noqa: S314 - archives.py refuses entities
    except ParseError:
        refuse_damaged()
    body = roots[-1].find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        refuse_damaged()
    writer = _Writer(_Styles(roots), archive)
    text = writer.content(body)
    return f"{text}<ol>{''.join(writer.notes)}</ol>", writer.images
