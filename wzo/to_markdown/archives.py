"""Opens the files of word processors, which are zip archives, without trusting them."""

import io
import zipfile
from typing import NoReturn

from flask_babel import lazy_gettext

from wzo.errors import WzoError

MAX_FILE_SIZE = 20 * 1024 * 1024
MAX_ENTRIES = 2_000
# What is parsed as XML.
XML_SUFFIXES = (".xml", ".rels", ".vml")
# Unpacked: all of it, and the XML, which takes seconds and fifty times as much memory. A text can have a tenth of that.
MAX_UNPACKED = 100 * 1024 * 1024
MAX_XML = 3 * 1024 * 1024


class DocumentRefused(WzoError):
    """A document cannot be read; `advice` is a sentence that says why and what to do."""

    status = 422
    title = lazy_gettext("This document could not be read")

    def __init__(self, advice: object) -> None:
        super().__init__(advice)
        self.advice = advice


def refuse_damaged() -> NoReturn:
    """Raise DocumentRefused for a file that is not a document."""
    raise DocumentRefused(
        lazy_gettext(
            "This file is damaged, or not a document. Open it in your word processor, save it as .docx or .odt again."
        )
    )


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The archive in a file, small enough to be unpacked. Raises DocumentRefused."""
    if len(data) > MAX_FILE_SIZE:
        raise DocumentRefused(lazy_gettext("This document is larger than 20 MB. Save it without its pictures."))
    if data.startswith(b"%PDF-"):
        raise DocumentRefused(
            lazy_gettext(
                "The text of a PDF cannot be added. To offer a PDF to readers, press “Document or recording” in the "
                "toolbar, or upload it under “Files”."
            )
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        refuse_damaged()
    entries = archive.infolist()
    # zipfile reads no more than an entry says that it holds, so these sizes are a limit even if they are wrong.
    unpacked = sum(entry.file_size for entry in entries)
    xml = sum(entry.file_size for entry in entries if entry.filename.lower().endswith(XML_SUFFIXES))
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or xml > MAX_XML:
        raise DocumentRefused(
            lazy_gettext("This document is too large when it is unpacked. Divide it, or copy the text and paste it.")
        )
    if not all(entry.filename for entry in entries):
        refuse_damaged()
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentRefused(lazy_gettext("This document is protected with a password. Save it without one."))
    for entry in entries:
        if entry.filename.lower().endswith(XML_SUFFIXES) and b"<!DOCTYPE" in read_entry(archive, entry.filename):
            # Word processors write none; entities can make a small file grow without end.
            refuse_damaged()
    return archive


def read_entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """A file in an archive. Raises DocumentRefused."""
    try:
        return archive.read(name)
    except (
        KeyError,
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
    ):
        refuse_damaged()
    except Exception as error:  # zlib.error and its like, of whatever method of compression
        raise DocumentRefused(str(error)) from error
