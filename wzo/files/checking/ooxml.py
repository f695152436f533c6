"""The parts of .docx and .xlsx documents (ISO/IEC 29500) that say who wrote them, or that load more."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext

from wzo.files.checking.refusals import FileRefused, refuse_macros, refuse_remote
from wzo.files.checking.xml_parts import local_name, namespace, remove, rewrite

CONTENT_TYPES = "[Content_Types].xml"
_MAIN_PARTS = {b"wordprocessingml.document.main+xml": "docx", b"spreadsheetml.sheet.main+xml": "xlsx"}
# Authors, companies and their own properties; thumbnails; signatures; the people who commented; the data of document
# management; the names of printers.
_METADATA_PARTS = re.compile(
    r"docProps/|docMetadata/|customXml/|_xmlsignatures/|word/(?:people|commentsIds|commentsExtensible)\.xml|xl/persons/"
    r"|xl/revisions/|(?:.*/)?printerSettings/",
    # As Word reads the names of parts.
    re.IGNORECASE,
)
# In the text: in which session it was written, from which template, in which folder, and who has it open.
_METADATA_ELEMENTS = {"rsids", "attachedTemplate", "docId", "absPath", "fileSharing", "revisionPtr"}
_METADATA_ATTRIBUTES = {"initials", "date", "dateUtc", "userId", "providerId"}
_CHANGES = {"ins", "del", "moveFrom", "moveTo"}
_COMMENTS = {"comment", "threadedComment"}
# Fields that start another program; formulas that load something.
_DDE = re.compile(r"(?:^|\s)DDE(?:AUTO)?\s", re.IGNORECASE)
LOADING = re.compile(r"\b(?:WEBSERVICE|IMAGE)\s*\(", re.IGNORECASE)


def suffix_of(parts: dict[str, bytes]) -> str:
    """The suffix of the document's format. Raises FileRefused for others, such as presentations."""
    for part, suffix in _MAIN_PARTS.items():
        if part in parts[CONTENT_TYPES]:
            return suffix
    raise FileRefused(
        lazy_gettext("Documents of this program are not supported. Save it as PDF there, and upload that.")
    )


def clean(parts: dict[str, bytes]) -> tuple[dict[str, bytes], frozenset[str]]:
    """The parts without metadata, and the warnings about them. Raises FileRefused."""
    kept = {name: content for name, content in parts.items() if not _METADATA_PARTS.match(name)}
    warnings: set[str] = set()
    return {name: _clean_part(name, content, kept, warnings) for name, content in kept.items()}, frozenset(warnings)


def _clean_part(name: str, content: bytes, kept: dict[str, bytes], warnings: set[str]) -> bytes:
    if name == CONTENT_TYPES:
        return rewrite(content, lambda root: _clean_content_types(root, kept))
    if name.lower().endswith(".rels"):
        # word/_rels/document.xml.rels has the relationships of word/document.xml.
        folder = posixpath.dirname(posixpath.dirname(name))
        return rewrite(content, lambda root: _clean_relationships(root, folder))
    if name.lower().endswith((".xml", ".vml")):
        return rewrite(content, lambda root: warnings.update(_clean_text(root)))
    return content


def _clean_content_types(root: Any, kept: dict[str, bytes]) -> None:
    for entry in list(root):
        if entry.get("PartName", "").removeprefix("/") not in {"", *kept}:
            root.remove(entry)


def _clean_relationships(root: Any, folder: str) -> None:
    for relationship in list(root):
        kind = relationship.get("Type", "").rpartition("/")[2]
        if kind == "attachedTemplate" or _is_metadata(folder, relationship.get("Target", "")):
            root.remove(relationship)
        elif relationship.get("TargetMode") == "External" and kind != "hyperlink":
            refuse_remote()


def _is_metadata(folder: str, target: str) -> bool:
    path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return _METADATA_PARTS.match(path) is not None


def _clean_text(root: Any) -> Iterator[str]:
    """Remove the metadata of a part; yields its warnings. Raises FileRefused if it starts or loads something."""
    fields = [*_fields(root)]
    # A field may be divided between several runs.
    if any(_DDE.search(between.join(fields)) for between in (" ", "")):
        refuse_macros()
    for element in list(root.iter("*")):
        name = local_name(element.tag)
        if name in _METADATA_ELEMENTS and element is not root:
            remove(element)
            continue
        if name == "ddeLink":
            refuse_macros()
        if name == "f" and LOADING.search(element.text or ""):
            refuse_remote()
        if name == "author":
            element.text = ""
        _clean_attributes(element, name)
        yield from _warnings_about(element, name)


def _fields(root: Any) -> Iterator[str]:
    for element in root.iter("*"):
        name = local_name(element.tag)
        if name == "instrText":
            yield element.text or ""
        elif name == "fldSimple":
            yield from (f" {value} " for attribute, value in element.attrib.items() if local_name(attribute) == "instr")


def _clean_attributes(element: Any, name: str) -> None:
    for attribute in list(element.attrib):
        label = local_name(attribute)
        is_of_words = "wordprocessingml" in namespace(attribute) or "word/20" in namespace(attribute)
        if label == "author" and is_of_words:
            # It is required.
            element.set(attribute, "")
        elif is_of_words and (label in _METADATA_ATTRIBUTES or label.startswith("rsid")):
            del element.attrib[attribute]
        elif name == "pageSetup" and label == "id":
            # Refers to the settings of a printer.
            del element.attrib[attribute]


def _warnings_about(element: Any, name: str) -> Iterator[str]:
    if name in _CHANGES and "wordprocessingml" in namespace(element.tag):
        yield "changes"
    if name in _COMMENTS:
        yield "comments"
    is_hidden_text = name == "vanish" and not {*element.attrib.values()} & {"0", "false", "off"}
    if is_hidden_text or (name == "sheet" and element.get("state") in ("hidden", "veryHidden")):
        yield "hidden"
