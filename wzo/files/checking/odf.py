"""The parts of .odt and .ods documents (ISO/IEC 26300) that say who wrote them, or that load more."""

import re
from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext

from wzo.files.checking.ooxml import LOADING
from wzo.files.checking.refusals import FileRefused, refuse_macros, refuse_remote
from wzo.files.checking.xml_parts import local_name, namespace, rewrite

MIMETYPE, MANIFEST = "mimetype", "META-INF/manifest.xml"
_TYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
# The author, earlier versions, a picture of the first page, signatures, the windows of the program.
_METADATA_PARTS = re.compile(
    r"(?:.*/)?meta\.xml|Versions/|VersionList\.xml|(?:.*/)?Thumbnails/|META-INF/(?!manifest\.xml)|Configurations2/"
    r"|(?:.*/)?layout-cache|manifest\.rdf"
)
_HREF = "{http://www.w3.org/1999/xlink}href"
_FULL_PATH = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}full-path"
# A picture, a section or a sheet of another place; a reader follows the links, <text:a> and <draw:a>.
_REMOTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|/|\.\./")
# Who changed or commented on the text, and when.
_AUTHORS = {"creator", "date", "creator-initials", "date-string"}
_REMARKS = {
    "changed-region": "changes",
    "tracked-changes": "changes",
    "annotation": "comments",
    "hidden-text": "hidden",
    "hidden-paragraph": "hidden",
}


def suffix_of(parts: dict[str, bytes]) -> str:
    """The suffix of the document's format. Raises FileRefused for others, such as drawings, and for other archives."""
    if MIMETYPE not in parts or MANIFEST not in parts or "content.xml" not in parts:
        raise FileRefused(
            lazy_gettext("This is an archive, or a document of an unknown kind. Upload the files in it one by one.")
        )
    suffix = _TYPES.get(parts[MIMETYPE].strip())
    if suffix is None:
        raise FileRefused(
            lazy_gettext("Documents of this program are not supported. Save it as PDF there, and upload that.")
        )
    return suffix


def clean(parts: dict[str, bytes]) -> tuple[dict[str, bytes], frozenset[str]]:
    """The parts without metadata, and the warnings about them. Raises FileRefused."""
    kept = {name: content for name, content in parts.items() if not _METADATA_PARTS.match(name)}
    warnings: set[str] = set()
    return {name: _clean_part(name, content, kept, warnings) for name, content in kept.items()}, frozenset(warnings)


def _clean_part(name: str, content: bytes, kept: dict[str, bytes], warnings: set[str]) -> bytes:
    if name == MANIFEST:
        return rewrite(content, lambda root: _clean_manifest(root, kept))
    if name.lower().endswith(".xml"):
        return rewrite(content, lambda root: warnings.update(_clean_text(root)))
    return content


def _clean_manifest(root: Any, kept: dict[str, bytes]) -> None:
    for entry in list(root):
        path = entry.get(_FULL_PATH, "")
        is_folder = path.endswith("/") and any(name.startswith(path) for name in kept)
        if path != "/" and path not in kept and not is_folder:
            root.remove(entry)


def _clean_text(root: Any) -> Iterator[str]:
    """Remove the metadata of a part; yields the warnings about it."""
    for element in root.iter("*"):
        name = local_name(element.tag)
        if (
            name.startswith("dde-")
            or name == "event-listener"
            or (name == "script" and "office" in namespace(element.tag))
        ):
            refuse_macros()
        if name != "a" and _REMOTE.match(element.get(_HREF, "")):
            refuse_remote()
        if any(local_name(it) == "formula" and LOADING.search(value) for it, value in element.attrib.items()):
            refuse_remote()
        if name in _AUTHORS and namespace(element.tag).endswith(("/dc/elements/1.1/", ":meta:1.0")):
            element.text = ""
        if name == "config-item" and any(value.startswith("Printer") for value in element.attrib.values()):
            element.text = ""
        if name in _REMARKS:
            yield _REMARKS[name]
        if any(local_name(it) == "display" and value in ("none", "false") for it, value in element.attrib.items()):
            yield "hidden"
