"""Checks plain texts and tables."""

import re

from flask_babel import lazy_gettext

from wzo.files.checking.refusals import CheckedFile, FileRefused

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HTML = re.compile(r"\s*<(?:!doctype|html|\?xml|script|svg)", re.IGNORECASE)


def check_plain_text(data: bytes, name: str) -> CheckedFile | None:
    """A text in UTF-8; None if it is not a text. Only its name says whether it is a table (CSV)."""
    text = _decode(data)
    if text is None or _CONTROL.search(text):
        return None
    if _HTML.match(text):
        raise FileRefused(lazy_gettext("This is a web page. Save it as PDF in your browser, and upload that."))
    suffix = "csv" if name.lower().endswith(".csv") else "txt"
    # Spreadsheets read UTF-8 only with a mark at the beginning.
    return CheckedFile(suffix, text.encode("utf-8-sig" if suffix == "csv" else "utf-8"))


def _decode(data: bytes) -> str | None:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
