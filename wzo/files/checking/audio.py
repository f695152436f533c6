"""Checks MP3 and Ogg recordings, and removes their tags: names, places, programs, covers."""

import io
import struct
from typing import Any, cast

from wzo.files.checking.refusals import CheckedFile, refuse_damaged

# What mutagen raises besides its own errors for a recording that ends too early or contradicts itself.
_DAMAGED = (ValueError, EOFError, LookupError, struct.error)


def is_mp3(data: bytes) -> bool:
    """Whether a file begins like an MP3: with a tag, or with a frame of layer III."""
    return data.startswith(b"ID3") or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2)


def check_mp3(data: bytes) -> CheckedFile:
    """A recording without tags. Raises FileRefused."""
    from mutagen import MutagenError
    from mutagen.apev2 import APEv2
    from mutagen.id3 import ID3
    from mutagen.mp3 import MP3

    file = io.BytesIO(data)
    try:
        recording: Any = cast(Any, MP3)(io.BytesIO(data))
        if recording.info.sketchy:
            refuse_damaged()
        for tags in (APEv2, ID3):
            file.seek(0)
            tags().delete(file)
    except (MutagenError, *_DAMAGED):
        refuse_damaged()
    return CheckedFile("mp3", file.getvalue())


def check_ogg(data: bytes) -> CheckedFile:
    """An Opus or Vorbis recording without tags. Raises FileRefused."""
    from mutagen import MutagenError
    from mutagen.oggopus import OggOpus
    from mutagen.oggvorbis import OggVorbis

    kind = OggOpus if b"OpusHead" in data[:64] else OggVorbis
    file = io.BytesIO(data)
    try:
        kind(file).delete(file)
    except (MutagenError, *_DAMAGED):
        refuse_damaged()
    return CheckedFile("ogg", file.getvalue())
