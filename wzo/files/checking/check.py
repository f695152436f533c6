"""Checks an uploaded file by its content, not by its name, and removes what it reveals about its authors."""

import threading

from flask_babel import lazy_gettext

from wzo.files.checking.audio import check_mp3, check_ogg, is_mp3
from wzo.files.checking.mp4 import check_mp4
from wzo.files.checking.office import check_office_document
from wzo.files.checking.pdf import check_pdf
from wzo.files.checking.plain import check_plain_text
from wzo.files.checking.refusals import CheckedFile, FileRefused
from wzo.files.checking.webm import check_webm, is_webm
from wzo.files.formats import DOCUMENT, MAX_SIZES
from wzo.media.uploads import HEIF_BRANDS

MAX_SIZE = max(MAX_SIZES.values())
# What other files begin with, and what to do with them instead.
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_PICTURE_BRANDS = (b"avif", *HEIF_BRANDS)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
# A process checks one file at a time, to bound the memory; all others are asked to wait.
_checking = threading.Lock()


def check_file(data: bytes, name: str) -> CheckedFile:
    """An uploaded file, ready to be published. Raises FileRefused with a message that says what to do."""
    if not data:
        raise FileRefused(lazy_gettext("The file is empty. It may not have been copied completely; choose it again."))
    if len(data) > MAX_SIZE:
        _refuse_large(MAX_SIZE)
    if not _checking.acquire(timeout=10):
        raise FileRefused(
            lazy_gettext("Others are uploading files, and yours could not be processed. Try again in a minute.")
        )
    try:
        return _check(data, name)
    finally:
        _checking.release()


def _check(data: bytes, name: str) -> CheckedFile:
    return _check_recording(data) or _check_document(data, name)


def _check_recording(data: bytes) -> CheckedFile | None:
    if data[4:8] == b"ftyp" and data[8:12] not in _PICTURE_BRANDS:
        return check_mp4(data)
    if is_webm(data):
        return check_webm(data)
    if data.startswith(b"OggS"):
        return check_ogg(data)
    return check_mp3(data) if is_mp3(data) else None


def _check_document(data: bytes, name: str) -> CheckedFile:
    if len(data) > MAX_SIZES[DOCUMENT]:
        _refuse_large(MAX_SIZES[DOCUMENT])
    if b"%PDF-" in data[:1024]:
        return check_pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return check_office_document(data)
    _refuse_known(data)
    checked = check_plain_text(data, name)
    if checked is None:
        raise FileRefused(
            lazy_gettext(
                "This file type is not supported. Choose a document (PDF, DOCX, XLSX, ODT, ODS, CSV, TXT) or a "
                "recording (MP3, M4A, OGG, MP4, WebM)."
            )
        )
    return checked


def _refuse_known(data: bytes) -> None:
    if data.startswith(_PICTURES) or data[8:12] in (b"WEBP", *_PICTURE_BRANDS):
        raise FileRefused(lazy_gettext("This is a picture. Upload it under “Pictures”."))
    if data.startswith(_OLD_OFFICE):
        raise FileRefused(
            lazy_gettext(
                "This document is in an old format (.doc, .xls), or protected with a password. Save it without a "
                "password as .docx, .xlsx, .odt or PDF, and upload that."
            )
        )
    if data.startswith(b"{\\rtf"):
        raise FileRefused(lazy_gettext("This is an RTF document. Save it as .docx, .odt or PDF, and upload that."))


def _refuse_large(limit: int) -> None:
    raise FileRefused(
        lazy_gettext(
            "The file is larger than %(size)s MB. Reduce its size, for example with smaller pictures or a lower "
            "quality, then try again.",
            size=limit // (1024 * 1024),
        )
    )
