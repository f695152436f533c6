"""The XML of documents, parsed without trusting it."""

from collections.abc import Callable
from typing import Any

from wzo.files.checking.refusals import refuse_damaged


def rewrite(content: bytes, change: Callable[[Any], None]) -> bytes:
    """XML after a function has changed its root element. Raises FileRefused if it is not well-formed."""
    # Few processes ever see a document.
    from lxml import etree

    # No entities, no network; archives.py has refused what declares any.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        refuse_damaged()
    change(root)
    rewritten: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return rewritten


def local_name(name: str) -> str:
    """The name of an element or attribute without its namespace, for which documents have several versions."""
    return name.rpartition("}")[2]


def namespace(name: str) -> str:
    """The namespace of an element or attribute; empty if it has none."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def remove(element: Any) -> None:
    """Remove an element, and keep the text that follows it."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)
