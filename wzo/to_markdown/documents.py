"""Turns a document, .docx or .odt, into Markdown by way of HTML, so that one set of rules applies to all."""

import threading
import zipfile
from collections.abc import Callable

from flask_babel import lazy_gettext

from wzo.to_markdown.archives import DocumentRefused, open_archive, refuse_damaged
from wzo.to_markdown.convert import Converted, html_to_markdown

# Stores the bytes of a picture, given its alternative text; returns its Markdown, or "" if there is none.
SaveImage = Callable[[bytes, str], str]
# Reads a document: its HTML, and the bytes of its pictures by the `src` that they have there.
DocumentReader = Callable[[zipfile.ZipFile], tuple[str, dict[str, bytes]]]

# One at a time, to bound the memory.
_lock = threading.Lock()


def document_to_markdown(data: bytes, language: str, *, first_note: int, save_image: SaveImage) -> Converted:
    """The Markdown of a document in a language. Raises DocumentRefused."""
    with _lock, open_archive(data) as archive:
        read = _reader_of(archive)
        try:
            html, images = read(archive)
        except DocumentRefused:
            raise
        except Exception:
            refuse_damaged()

    def save_picture(source: str, alt: str) -> str:
        return save_image(images[source], alt) if source in images else ""

    return html_to_markdown(html, language, first_note=first_note, save_picture=save_picture)


def _reader_of(archive: zipfile.ZipFile) -> DocumentReader:
    # What reads documents takes 14 MB, and few processes ever see one.
    names = set(archive.namelist())
    if "word/document.xml" in names or "[Content_Types].xml" in names:
        from wzo.to_markdown.docx import read_docx

        return read_docx
    if "content.xml" in names:
        from wzo.to_markdown.odt import read_odt

        return read_odt
    raise DocumentRefused(lazy_gettext("Only .docx and .odt documents can be read. Save yours as one of these."))
