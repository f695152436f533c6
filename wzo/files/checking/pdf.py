"""Checks PDF documents, and removes what they reveal about their authors."""

import io
from typing import Any

from flask_babel import lazy_gettext

from wzo.files.checking.pictures_inside import without_metadata
from wzo.files.checking.refusals import (
    CheckedFile,
    FileRefused,
    refuse_attachments,
    refuse_damaged,
    refuse_protected,
    refuse_remote,
)

# What runs in a reader's program or leaves it (ISO 32000-2, 12.6), and forms that are programs.
_ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/GoToE"}
_LEAVING_ACTIONS = {"/URI", "/GoToR"}
_ACTIVE_KEYS = ("/JavaScript", "/XFA")
_ATTACHMENT_KEYS = ("/EmbeddedFiles", "/RichMediaContent")
# Marks that people make on pages; the others, such as links and fields of forms, belong to the document.
_COMMENTS = {
    *("/Text", "/FreeText", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Ink", "/Stamp", "/Caret"),
    *("/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Popup"),
}
_METADATA_KEYS = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb")
_COMMENT_METADATA_KEYS = ("/T", "/CreationDate", "/M")
# Bytes that a stream of objects may have when it is unpacked; a small file could otherwise grow without end.
_MAX_UNPACKED = 64 * 1024 * 1024


def check_pdf(data: bytes) -> CheckedFile:
    """A PDF without metadata and earlier versions of itself. Raises FileRefused."""
    # Five megabytes of memory, and few processes ever see a document.
    import pikepdf

    # For the whole process, in which nothing else reads PDFs.
    pikepdf.settings.set_qpdf_limits(flate_max_memory=_MAX_UNPACKED)
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
            warnings = frozenset(warning for one in pdf.objects for warning in _clean_object(one, pikepdf))
            _remove_metadata(pdf)
            if not pdf.pages or any("error decoding stream data" in warning for warning in pdf.get_warnings()):
                refuse_damaged()
            file = io.BytesIO()
            # Only what the pages refer to is written, so nothing that was deleted remains in the file. What streams
            # contain is not unpacked.
            pdf.save(
                file,
                linearize=True,
                deterministic_id=True,
                encryption=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )
    except pikepdf.PasswordError:
        refuse_protected()
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, RuntimeError, RecursionError):
        refuse_damaged()
    return CheckedFile("pdf", file.getvalue(), warnings)


def _remove_metadata(pdf: Any) -> None:
    # By its identifier, which is made when it is first saved, a file could be matched with its author's copy.
    for key in ("/Info", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]


def _clean_object(one: Any, pikepdf: Any) -> list[str]:
    """Remove the metadata of an object, and of those inside it; returns the warnings about it. Raises FileRefused."""
    if isinstance(one, pikepdf.Stream):
        _clean_picture(one, pikepdf)
        return _clean_dictionary(one, one.stream_dict, pikepdf)
    if isinstance(one, pikepdf.Dictionary):
        return _clean_dictionary(one, one, pikepdf)
    if isinstance(one, pikepdf.Array):
        return [warning for it in one if not _is_indirect(it) for warning in _clean_object(it, pikepdf)]
    return []


def _clean_dictionary(owner: Any, dictionary: Any, pikepdf: Any) -> list[str]:
    _refuse_active(dictionary)
    _refuse_opening(dictionary, pikepdf)
    for key in _METADATA_KEYS:
        if key in dictionary:
            del owner[key]
    warnings = []
    if str(dictionary.get("/Subtype", "")) in _COMMENTS and "/Rect" in dictionary:
        warnings.append("comments")
        for key in _COMMENT_METADATA_KEYS:
            if key in dictionary:
                del owner[key]
    for key in list(dictionary.keys()):
        value = dictionary[key]
        if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not _is_indirect(value):
            warnings += _clean_object(value, pikepdf)
    return warnings


def _refuse_active(dictionary: Any) -> None:
    is_script = "/S" in dictionary and "/JS" in dictionary
    is_active = str(dictionary.get("/S", "")) in _ACTIVE_ACTIONS or any(key in dictionary for key in _ACTIVE_KEYS)
    if is_script or is_active:
        raise FileRefused(
            lazy_gettext(
                "This PDF contains a script, a form that sends data, or a command that starts a program. Open it, "
                "print it to a new PDF, and upload that."
            )
        )
    is_attached = "/EF" in dictionary and ("/F" in dictionary or "/UF" in dictionary)
    if is_attached or any(key in dictionary for key in _ATTACHMENT_KEYS):
        refuse_attachments()


def _refuse_opening(dictionary: Any, pikepdf: Any) -> None:
    """Refuse a document that opens another site or file by itself, before a reader follows a link."""
    triggers = dictionary.get("/AA")
    actions = [dictionary.get("/OpenAction"), *(triggers.values() if isinstance(triggers, pikepdf.Dictionary) else ())]
    if any(isinstance(it, pikepdf.Dictionary) and str(it.get("/S", "")) in _LEAVING_ACTIONS for it in actions):
        refuse_remote()


def _clean_picture(stream: Any, pikepdf: Any) -> None:
    if stream.get("/Filter") in (pikepdf.Name.DCTDecode, pikepdf.Array([pikepdf.Name.DCTDecode])):
        data = stream.read_raw_bytes()
        if (cleaned := without_metadata(data)) != data:
            stream.write(cleaned, filter=pikepdf.Name.DCTDecode, decode_parms=stream.get("/DecodeParms"))


def _is_indirect(value: Any) -> bool:
    return bool(getattr(value, "is_indirect", False))
