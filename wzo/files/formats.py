"""The formats of uploaded files, their addresses, and how texts refer to them."""

import re
from typing import NamedTuple

from wzo.media.renditions import KEY

DOCUMENT, AUDIO, VIDEO = "document", "audio", "video"
MEGABYTE = 1024 * 1024
MAX_SIZES = {DOCUMENT: 20 * MEGABYTE, AUDIO: 60 * MEGABYTE, VIDEO: 60 * MEGABYTE}


class Format(NamedTuple):
    """A format: its kind, its media type, what readers call it, and whether browsers show it themselves."""

    kind: str
    media_type: str
    label: str
    inline: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
FORMATS = {
    "pdf": Format(DOCUMENT, "application/pdf", "PDF", inline=True),
    "docx": Format(DOCUMENT, f"{_OOXML}.wordprocessingml.document", "DOCX"),
    "xlsx": Format(DOCUMENT, f"{_OOXML}.spreadsheetml.sheet", "XLSX"),
    "odt": Format(DOCUMENT, f"{_ODF}.text", "ODT"),
    "ods": Format(DOCUMENT, f"{_ODF}.spreadsheet", "ODS"),
    "csv": Format(DOCUMENT, "text/csv", "CSV"),
    "txt": Format(DOCUMENT, "text/plain", "TXT"),
    "mp3": Format(AUDIO, "audio/mpeg", "MP3", inline=True),
    "m4a": Format(AUDIO, "audio/mp4", "M4A", inline=True),
    "ogg": Format(AUDIO, "audio/ogg", "OGG", inline=True),
    "mp4": Format(VIDEO, "video/mp4", "MP4", inline=True),
    "webm": Format(VIDEO, "video/webm", "WebM", inline=True),
}
# For file choosers.
ACCEPTED = ",".join([*(f".{suffix}" for suffix in FORMATS), ".oga", ".opus"])

_SUFFIXES = "|".join(FORMATS)
_KEY_IN_TEXT = re.compile(rf"/files/({KEY})\b")
_FILE_URL = re.compile(rf"/files/({KEY})\.(?:{_SUFFIXES})")


def file_url(key: str, suffix: str) -> str:
    """The URL, without the host, of a file, by which texts refer to it too."""
    return f"/files/{key}.{suffix}"


def captions_url(key: str, language: str) -> str:
    """The URL of the captions of a recording in a language."""
    return f"/files/{key}/{language}.vtt"


def poster_url(key: str) -> str:
    """The URL of the picture that is shown before a video plays."""
    return f"/files/{key}/poster.jpg"


def key_from_url(url: str) -> str:
    """The key of the file with this `file_url`; empty for another URL."""
    found = _FILE_URL.fullmatch(url)
    return found[1] if found else ""


def keys_in(text: str) -> set[str]:
    """The keys of the files in a Markdown text."""
    return set(_KEY_IN_TEXT.findall(text))


def file_markdown(key: str, suffix: str, title: str) -> str:
    r"""The Markdown of a file: `[Annual report](/files/KEY.pdf)`."""
    escaped = re.sub(r"([\\\[\]*_`<&])", r"\\\1", " ".join(title.split()))
    return f"[{escaped}]({file_url(key, suffix)})"
