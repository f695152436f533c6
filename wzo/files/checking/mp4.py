"""Checks MP4 recordings (ISO/IEC 14496-12), and removes where, when and with what they were made.

A box that contains it becomes a free one of the same size, so that nothing moves.
"""

from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import lazy_gettext

from wzo.files.checking.refusals import CheckedFile, FileRefused, refuse_damaged

# Boxes that contain boxes, among them those of tracks.
_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"moof", b"traf", b"mvex"}
# What is needed to play a recording. Programs and cameras add others: places, names, devices, lyrics, covers.
_NEEDED = {
    *_CONTAINERS,
    *(b"ftyp", b"styp", b"mdat", b"mfra", b"sidx", b"ssix", b"mvhd", b"tkhd", b"elst", b"tref", b"trgr", b"mdhd"),
    *(b"hdlr", b"elng", b"vmhd", b"smhd", b"nmhd", b"gmhd", b"dinf", b"stsd", b"stts", b"ctts", b"cslg", b"stss"),
    *(b"stsh", b"stsz", b"stz2", b"stsc", b"stco", b"co64", b"stps", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz"),
    *(b"saio", b"mehd", b"trex", b"leva", b"mfhd", b"tfhd", b"tfdt", b"trun", b"iods"),
}
# Those whose times of creation and change follow the version.
_TIMED = {b"mvhd", b"tkhd", b"mdhd"}
_HANDLERS = {b"vide": "video", b"soun": "audio"}
# What browsers play; other codecs are refused, before readers hear nothing.
_CODECS = {b"avc1", b"avc3", b"mp4a", b"av01", b"vp09", b"Opus", b".mp3", b"fLaC", b"hvc1", b"hev1"}
_TOO_NEW = {b"hvc1", b"hev1"}
MAX_BOXES, MAX_DEPTH = 100_000, 16


class Box(NamedTuple):
    """A box: its kind, where it starts, where its content starts, and where it ends."""

    kind: bytes
    start: int
    content: int
    end: int


def check_mp4(data: bytes) -> CheckedFile:
    """A recording without metadata, as video (mp4) or audio (m4a). Raises FileRefused."""
    cleaned = bytearray(data)
    handlers, codecs = set(), set()
    for box in _boxes(data):
        if box.kind not in _NEEDED:
            _blank(cleaned, box)
        elif box.kind in _TIMED:
            _clear_times(cleaned, box)
        elif box.kind == b"hdlr" and data[box.content + 4 : box.content + 8] != b"dhlr":
            handlers.add(data[box.content + 8 : box.content + 12])
            # The name that follows is that of the program or the camera.
            cleaned[box.content + 24 : box.end] = bytes(max(0, box.end - box.content - 24))
        elif box.kind == b"stsd":
            codecs.add(data[box.content + 12 : box.content + 16])
    _refuse_unplayable(handlers, codecs)
    return CheckedFile("mp4" if b"vide" in handlers else "m4a", bytes(cleaned))


def _boxes(data: bytes) -> Iterator[Box]:
    """All boxes, each before those inside it."""
    start, ends, number = 0, [len(data)], 0
    while start < len(data):
        while start == ends[-1]:
            ends.pop()
        box = _read_box(data, start, ends[-1])
        number += 1
        if number > MAX_BOXES or len(ends) > MAX_DEPTH:
            refuse_damaged()
        yield box
        start = box.content if box.kind in _CONTAINERS else box.end
        if start < box.end:
            ends.append(box.end)


def _read_box(data: bytes, start: int, stop: int) -> Box:
    size, kind, content = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + 8], start + 8
    if size == 1:
        size, content = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
    end = start + size if size else stop
    if len(kind) < 4 or end < content or end > stop:
        refuse_damaged()
    return Box(kind, start, content, end)


def _blank(data: bytearray, box: Box) -> None:
    data[box.start + 4 : box.start + 8] = b"free"
    data[box.content : box.end] = bytes(box.end - box.content)


def _clear_times(data: bytearray, box: Box) -> None:
    length = 16 if data[box.content : box.content + 1] == b"\1" else 8
    if box.content + 4 + length > box.end:
        refuse_damaged()
    data[box.content + 4 : box.content + 4 + length] = bytes(length)


def _refuse_unplayable(handlers: set[bytes], codecs: set[bytes]) -> None:
    if not handlers & {*_HANDLERS}:
        refuse_damaged()
    if handlers - {*_HANDLERS}:
        raise FileRefused(
            lazy_gettext(
                "This recording contains more than picture and sound, for example where it was made. Export it again "
                "in a video editor as MP4, and upload that."
            )
        )
    if codecs & _TOO_NEW or codecs - _CODECS:
        raise FileRefused(
            lazy_gettext(
                "Many browsers cannot play this recording. Export it as MP4 with H.264 and AAC, and upload that."
            )
        )
