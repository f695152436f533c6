"""Recordings to test with, which say where and with what they were made."""

import io
import struct

from mutagen.id3 import COMM, ID3, TIT2
from mutagen.ogg import OggPage

from tests.media.samples import MARKER

WHEN = b"\xde\xad\xbe\xef"


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of an MP4 recording."""
    inside = b"".join(content)
    return struct.pack(">I4s", len(inside) + 8, kind) + inside


def track(handler: bytes, codec: bytes) -> bytes:
    """A track of an MP4 recording, with times and the name of the camera."""
    name = f"{MARKER}-camera\0".encode()
    return box(
        b"trak",
        box(b"tkhd", bytes(4), WHEN, WHEN, bytes(72)),
        box(
            b"mdia",
            box(b"mdhd", b"\1\0\0\0", b"\0\0\0\0" + WHEN, b"\0\0\0\0" + WHEN, bytes(20)),
            box(b"hdlr", bytes(8), handler, bytes(12), name),
            box(b"minf", box(b"stbl", box(b"stsd", bytes(4), struct.pack(">I", 1), box(codec, bytes(70))))),
        ),
    )


def mp4(*tracks: bytes) -> bytes:
    """An MP4 recording whose metadata say where it was made; its samples follow."""
    place = box(b"udta", box(b"\xa9xyz", f"+59.9343+030.3351/{MARKER}".encode()), box(b"meta", bytes(40)))
    dashcam = box(b"gps ", f"{MARKER}-place".encode())
    movie = box(b"moov", box(b"mvhd", bytes(4), WHEN, WHEN, bytes(80)), place, dashcam, *(tracks or (VIDEO, AUDIO)))
    device = box(b"uuid", bytes(16), f"{MARKER}-device".encode())
    return box(b"ftyp", b"isom", bytes(4), b"mp42") + movie + device + box(b"mdat", b"the samples")


VIDEO, AUDIO = track(b"vide", b"avc1"), track(b"soun", b"mp4a")
POSITIONS, NEWER = track(b"meta", b"mebx"), track(b"vide", b"hvc1")


def element(id_: int, *content: bytes, width: int = 1) -> bytes:
    """An element of a WebM recording, with a size of so many bytes."""
    inside = b"".join(content)
    head = id_.to_bytes((id_.bit_length() + 7) // 8, "big")
    return head + (len(inside) | 1 << (7 * width)).to_bytes(width, "big") + inside


def webm(codec: bytes = b"V_VP9", *more: bytes, live: bool = False) -> bytes:
    """A WebM recording with tags; `live`: as a browser records it, of unknown size."""
    text = MARKER.encode()
    inside = b"".join(
        [
            element(0x1549A966, *[element(id_, text) for id_ in (0x4D80, 0x5741, 0x7BA9)], element(0x4461, WHEN * 2)),
            element(0x1654AE6B, element(0xAE, element(0x86, codec), element(0x536E, text)), width=2),
            b"\x1f\x43\xb6\x75\xff" + element(0xE7, b"\0") + element(0xA3, b"the samples", width=4),
            element(0x1254C367, element(0x7373, text), width=8),
            *more,
        ]
    )
    start = element(0x1A45DFA3, element(0x4282, b"webm"))
    if live:
        return start + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + inside
    return start + element(0x18538067, inside, width=8)


def mp3(frames: int = 20) -> bytes:
    """Silence in layer III, with tags at both ends."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    file = io.BytesIO(frame * frames)
    tags = ID3()
    tags.add(TIT2(encoding=3, text=f"{MARKER}-title"))
    tags.add(COMM(encoding=3, lang="eng", desc="", text=f"{MARKER}-comment"))
    tags.save(file, v1=2)
    return file.getvalue()


def ogg() -> bytes:
    """An Opus recording with comments."""
    comment = f"{MARKER}=place".encode()
    packets = [
        b"OpusHead\1\1\0\0" + struct.pack("<IHB", 48000, 0, 0),
        b"OpusTags" + struct.pack("<I", 0) + struct.pack("<I", 1) + struct.pack("<I", len(comment)) + comment,
        b"\xfc" + bytes(60),
    ]
    pages = []
    for number, packet in enumerate(packets):
        page = OggPage()
        page.packets, page.sequence, page.serial = [packet], number, 7
        page.first, page.last = number == 0, number == 2
        page.position = 960 if number == 2 else 0
        pages.append(page.write())
    return b"".join(pages)
