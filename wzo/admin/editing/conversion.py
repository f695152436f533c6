"""Converts texts that editors paste, drop or upload, and stores their pictures in the media library."""

import base64
import binascii
import re

from flask import current_app
from flask_babel import gettext

from wzo.accounts.models import User
from wzo.media.actions import add_picture, uploads_enabled
from wzo.media.alt import alt_is_missing
from wzo.media.renditions import picture_markdown
from wzo.media.store import StoreUnavailable
from wzo.media.uploads import PictureRefused
from wzo.to_markdown.convert import Converted, html_to_markdown
from wzo.to_markdown.documents import document_to_markdown
from wzo.to_markdown.plain_text import is_markdown, plain_text_to_markdown
from wzo.to_markdown.rtf import rtf_images

# More pictures would take minutes; the editor is notified of the others.
MAX_PICTURES = 30
_NOTE = re.compile(r"\[\^(\d{1,6})\]")


class _Pictures:
    """Stores the pictures of one text."""

    def __init__(self, user: User, rtf: str = "") -> None:
        self.user = user
        self.is_enabled = uploads_enabled()
        self.count = self.animations = 0
        # The pictures of Word's clipboard, in the order of the text; each source is one of them.
        self.in_rtf = rtf_images(rtf)
        self.by_source: dict[str, bytes] = {}

    def from_source(self, source: str, alt: str) -> str:
        """Store a picture that is embedded in the text; its Markdown, or "" if it is not embedded or cannot be used."""
        if source.lower().startswith("file:"):
            if source not in self.by_source:
                self.by_source[source] = self.in_rtf.pop(0) if self.in_rtf else b""
            return self.store(self.by_source[source], alt)
        header, _, encoded = source.partition(",")
        if not re.fullmatch(r"data:image/[\w.+-]{1,20}(?:;[\w=-]{1,40})*;base64", header, re.I):
            return ""
        try:
            return self.store(base64.b64decode(encoded), alt)
        except binascii.Error:
            return ""

    def store(self, data: bytes, alt: str) -> str:
        """Store a picture; its Markdown, or "" if it cannot be used."""
        if not data or not self.is_enabled or self.count >= MAX_PICTURES:
            return ""
        self.count += 1
        alt = "" if alt_is_missing(alt) else alt
        try:
            picture = add_picture(data=data, name=alt or str(gettext("Pasted picture")), editor_id=self.user.id)
        except PictureRefused:
            return ""
        except StoreUnavailable:
            current_app.logger.warning("A pasted picture was not stored: the media store cannot be reached.")
            return ""
        self.animations += picture.was_animated
        return picture_markdown(picture.key, (picture.width, picture.height), alt)


def next_note(text: str) -> int:
    """The first number that is free for a footnote of a text."""
    return 1 + max((int(number) for number in _NOTE.findall(text)), default=0)


def convert_html(html: str, language: str, *, first_note: int, user: User, rtf: str = "") -> Converted:
    """Convert pasted HTML; `rtf` is the same text, from which Word's pictures are taken."""
    pictures = _Pictures(user, rtf)
    converted = html_to_markdown(html, language, first_note=first_note, save_picture=pictures.from_source)
    converted.report.animations = pictures.animations
    return converted


def convert_document(data: bytes, language: str, *, first_note: int, user: User) -> Converted:
    """Convert a .docx or .odt document. Raises DocumentRefused."""
    pictures = _Pictures(user)
    converted = document_to_markdown(data, language, first_note=first_note, save_image=pictures.store)
    converted.report.animations = pictures.animations
    return converted


def convert_plain_text(text: str, language: str) -> tuple[str, str]:
    """Convert plain text; returns the Markdown, and a notice for the editor."""
    notice = gettext("Inserted unchanged, because it contains Markdown.") if is_markdown(text) else ""
    return plain_text_to_markdown(text, language), notice


def notice_of(converted: Converted) -> str:
    """The line that lists what was left out."""
    return converted.report.summary() or gettext("Nothing was left out.")
