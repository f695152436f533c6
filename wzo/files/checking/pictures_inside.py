"""Removes the metadata of the pictures inside documents: who took them, when and where."""

import re
import struct
from collections.abc import Iterator

# Exif and XMP; Photoshop's; comments.
_JPEG_METADATA = {0xE1, 0xED, 0xFE}
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_METADATA = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
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
        if data[position + 1] not in _JPEG_METADATA:
            yield data[position:end]
        elif turned := _ORIENTATION.match(data, position + 4, end):
            yield _orientation_segment((turned[1] or turned[2])[0])
        position = end
    # Phones write more pictures behind the end of the first, with metadata of their own.
    end = data.find(b"\xff\xd9", position)
    yield data[position : end + 2 if end >= 0 else None]


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
