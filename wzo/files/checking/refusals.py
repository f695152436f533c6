"""Refusals of uploaded files, and the result of a successful check."""

from typing import NamedTuple, NoReturn

from flask_babel import lazy_gettext

from wzo.errors import WzoError


class FileRefused(WzoError):
    """An uploaded file cannot be accepted; the text is a sentence that says why and what to do."""

    status = 422
    title = lazy_gettext("This file could not be uploaded")

    def __init__(self, advice: object) -> None:
        super().__init__(advice)
        self.advice = advice


class CheckedFile(NamedTuple):
    """A file that can be published: its format, its content without metadata, and the names of its WARNINGS."""

    suffix: str
    data: bytes
    warnings: frozenset[str] = frozenset()


def refuse_damaged() -> NoReturn:
    """Raise FileRefused for a file that cannot be read to its end."""
    raise FileRefused(
        lazy_gettext("This file is damaged or was not copied completely. Open it, save it again, then try again.")
    )


def refuse_protected() -> NoReturn:
    """Raise FileRefused for a file that needs a password."""
    raise FileRefused(lazy_gettext("This file is protected with a password. Save it without one, then try again."))


def refuse_attachments() -> NoReturn:
    """Raise FileRefused for a document that contains other files."""
    raise FileRefused(
        lazy_gettext(
            "This document contains other files, which readers cannot check. Save it as PDF in your word processor "
            "and upload that, and the other files one by one."
        )
    )


def refuse_remote() -> NoReturn:
    """Raise FileRefused for a document that would reveal to another site who opens it."""
    raise FileRefused(
        lazy_gettext(
            "This document loads something from another site whenever it is opened, so that site would learn who "
            "reads it. Save it as PDF in your word processor and upload that."
        )
    )


def refuse_macros() -> NoReturn:
    """Raise FileRefused for a document that contains programs."""
    raise FileRefused(
        lazy_gettext(
            "This document contains macros, which are programs. Save it as .docx, .xlsx, .odt or .ods without macros, "
            "or as PDF, and upload that."
        )
    )
