"""Removes the metadata of the pictures inside documents: who took them, when and where."""

import re
import struct
from collections.abc import Iterator

# What programs add to a JPEG: Exif and XMP, Photoshop's, who made and changed it (C2PA), comments.
_JPEG_ADDED = {*range(0xE0, 0xF0), 0xFE}
# Of these, what its colours depend on.
_JPEG_COLOURS = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_METADATA = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"caBX"}
_ORIENTATION = re.compile(
    rb"Exif\0\0(?:MM\0\*.*?\x01\x12\0\x03\0\0\0\x01\0([\x02-\x08])|II\*\0.*?\x12\x01\x03\0\x01\0\0\0([\x02-\x08]))",
    re.DOTALL,
)


def without_metadata(data: bytes) -> bytes:
    """A JPEG or PNG picture without metadata, except how it is turned; other data unchanged."""
    if data.startswith(b"\xff\xd8\xff"):
        return b"".join(_jpeg_parts(data))
    if data.startswith(_PNG):
        return _PNG + b"".join(_png_parts(data))
    return data


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    position = 2
    while data[position : position + 1] == b"\xff" and position + 4 <= len(data) and data[position + 1] != 0xDA:
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if not _is_jpeg_metadata(data[position:end]):
            yield data[position:end]
        elif turned := _ORIENTATION.match(data, position + 4, end):
            yield _orientation_segment((turned[1] or turned[2])[0])
        position = end
    # Phones write more pictures behind the end of the first, with metadata of their own.
    end = data.find(b"\xff\xd9", position)
    yield data[position : end + 2 if end >= 0 else None]


def _is_jpeg_metadata(segment: bytes) -> bool:
    shows = any(segment[1] == marker and segment.startswith(start, 4) for marker, start in _JPEG_COLOURS)
    return segment[1] in _JPEG_ADDED and not shows


def _orientation_segment(orientation: int) -> bytes:
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif


def _png_parts(data: bytes) -> Iterator[bytes]:
    position = len(_PNG)
    while position + 12 <= len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        if kind not in _PNG_METADATA:
            yield data[position:end]
        if kind == b"IEND":
            return
        position = end
