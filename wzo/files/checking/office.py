"""Checks documents of word processors and spreadsheets, which are zip archives, and removes their metadata."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from wzo.files.checking import odf, ooxml
from wzo.files.checking.pictures_inside import without_metadata
from wzo.files.checking.refusals import (
    CheckedFile,
    FileRefused,
    refuse_attachments,
    refuse_damaged,
    refuse_macros,
    refuse_protected,
)
from wzo.to_markdown.archives import DocumentRefused, open_archive, read_entry

# What these documents consist of: XML, pictures and fonts. Anything else is a file inside a file.
_SUFFIXES = {
    *(
        "xml",
        "rels",
        "rdf",
        "vml",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "bmp",
        "tif",
        "tiff",
        "emf",
        "wmf",
        "svg",
        "svm",
        "wdp",
    ),
    *("odttf", "ttf", "otf", "fntdata"),
}
_MACROS = re.compile(r"vbaproject|vbadata|^basic/|^scripts/|^dialogs/|macrosheets/|activex/", re.IGNORECASE)
# The same time for all, which zip archives must have.
_TIME = (1980, 1, 1, 0, 0, 0)


def check_office_document(data: bytes) -> CheckedFile:
    """A document without metadata. Raises FileRefused."""
    try:
        parts = _read_parts(data)
    except DocumentRefused as refused:
        raise FileRefused(refused.advice) from refused
    if any(_MACROS.search(name) for name in parts):
        refuse_macros()
    suffix, cleaned, warnings = _clean(parts)
    if not all(_is_expected(name) for name in cleaned):
        refuse_attachments()
    pictures = {name: without_metadata(content) for name, content in cleaned.items()}
    return CheckedFile(suffix, _write(pictures), warnings)


def _read_parts(data: bytes) -> dict[str, bytes]:
    archive = open_archive(data)
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    if len({name.lower() for name in names}) < len(names):
        # Two programs could show two documents.
        refuse_damaged()
    return {name: read_entry(archive, name) for name in names}


def _clean(parts: dict[str, bytes]) -> tuple[str, dict[str, bytes], frozenset[str]]:
    if "EncryptedPackage" in parts or b"encryption-data" in parts.get(odf.MANIFEST, b""):
        refuse_protected()
    if ooxml.CONTENT_TYPES in parts:
        if b"macroEnabled" in parts[ooxml.CONTENT_TYPES]:
            refuse_macros()
        suffix = ooxml.suffix_of(parts)
        return suffix, *ooxml.clean(parts)
    suffix = odf.suffix_of(parts)
    return suffix, *odf.clean(parts)


def _is_expected(name: str) -> bool:
    """Whether a part belongs to a document; the pictures of charts in OpenDocument have no suffix."""
    is_picture_of_chart = name.startswith("ObjectReplacements/") and "." not in name
    return name == odf.MIMETYPE or is_picture_of_chart or name.rpartition(".")[2].lower() in _SUFFIXES


def _write(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _in_order(parts):
            entry = zipfile.ZipInfo(name, _TIME)
            # OpenDocument: the type must be the first, so that it is read without unpacking.
            entry.compress_type = zipfile.ZIP_STORED if name == odf.MIMETYPE else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return file.getvalue()


def _in_order(parts: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield from sorted(parts.items(), key=lambda part: part[0] not in (odf.MIMETYPE, ooxml.CONTENT_TYPES))
