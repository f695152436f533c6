"""Checks WebM recordings (Matroska, RFC 9559), and removes when, with what and by whom they were made.

An element that contains them becomes a void one of the same size, so that nothing moves.
"""

from collections.abc import Iterator
from typing import NamedTuple

from wzo.files.checking.refusals import CheckedFile, refuse_attachments, refuse_damaged

_SEGMENT, _INFO, _CLUSTER, _TRACKS, _TRACK, _CODEC = 0x18538067, 0x1549A966, 0x1F43B675, 0x1654AE6B, 0xAE, 0x86
_CONTAINERS = {_SEGMENT, _INFO, _TRACKS, _TRACK}
_TAGS, _ATTACHMENTS, _CHAPTERS, _VOID, _CHECKSUM = 0x1254C367, 0x1941A469, 0x1043A770, 0xEC, 0xBF
# The programs, which are required.
_TEXTS = {0x4D80, 0x5741}
# Among others the title, the time, the name of the file, the name of a track and the number of the recording.
_BLANKED = {_TAGS, _CHAPTERS, 0x7BA9, 0x4461, 0x7384, 0x536E, 0x73A4, _VOID, _CHECKSUM}
_CODECS = (b"V_VP8", b"V_VP9", b"V_AV1", b"A_OPUS", b"A_VORBIS")
# What a browser records has an element for every fiftieth of a second.
MAX_ELEMENTS = 1_000_000


class Element(NamedTuple):
    """An element: its id, where it starts, where its content starts, and where it ends."""

    id: int
    start: int
    content: int
    end: int


def is_webm(data: bytes) -> bool:
    """Whether a file is a WebM recording."""
    return data.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in data[:64]


def check_webm(data: bytes) -> CheckedFile:
    """A recording without metadata. Raises FileRefused."""
    cleaned, codecs = bytearray(data), []
    for element in _elements(data, 0, len(data)):
        if element.id == _ATTACHMENTS:
            refuse_attachments()
        if element.id in _TEXTS:
            cleaned[element.content : element.end] = bytes(element.end - element.content)
        elif element.id in _BLANKED:
            _blank(cleaned, element)
        elif element.id == _CODEC:
            codecs.append(data[element.content : element.end])
    if not codecs or not all(codec.startswith(_CODECS) for codec in codecs):
        refuse_damaged()
    return CheckedFile("webm", bytes(cleaned))


def _elements(data: bytes, start: int, stop: int) -> Iterator[Element]:
    """All elements above the blocks, each before those inside it."""
    number = 0
    while start < stop:
        number += 1
        element = _read_element(data, start, stop)
        if number > MAX_ELEMENTS:
            refuse_damaged()
        yield element
        # What a browser records has clusters of unknown size; their content follows as if it came after them.
        enters = element.id in _CONTAINERS or element.end > stop
        start = element.content if enters else element.end


def _read_element(data: bytes, start: int, stop: int) -> Element:
    id_, position = _read_number(data, start, keep_marker=True)
    size, content = _read_number(data, position)
    is_unknown = size == (1 << (7 * (content - position))) - 1
    end = stop + 1 if is_unknown else content + size
    if content > stop or (end > stop and not (is_unknown and id_ in (_SEGMENT, _CLUSTER))):
        refuse_damaged()
    return Element(id_, start, content, end)


def _read_number(data: bytes, start: int, *, keep_marker: bool = False) -> tuple[int, int]:
    """A number of variable length, and where it ends (RFC 8794, 4)."""
    first = data[start] if start < len(data) else 0
    length = 9 - first.bit_length()
    if length > 8:
        refuse_damaged()
    value = int.from_bytes(data[start : start + length], "big")
    return value if keep_marker else value & ((1 << (7 * length)) - 1), start + length


def _blank(data: bytearray, element: Element) -> None:
    """Make an element void: the id of one byte, and a size that fills the bytes of the head."""
    width = min(element.content - element.start - 1, 8)
    content = element.start + 1 + width
    size = element.end - content
    data[element.start] = _VOID
    data[element.start + 1 : content] = (size | 1 << (7 * width)).to_bytes(width, "big")
    data[content : element.end] = bytes(size)
