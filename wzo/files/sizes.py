"""Sizes of files as people read them."""

from flask_babel import format_decimal, gettext

from wzo.files.formats import MEGABYTE


def size_text(size: int) -> str:
    """A size in bytes in the current language: 84 KB or 1.2 MB."""
    if size < MEGABYTE:
        return str(gettext("%(number)s KB", number=format_decimal(max(1, round(size / 1024)))))
    return str(gettext("%(number)s MB", number=format_decimal(round(size / MEGABYTE, 1))))
