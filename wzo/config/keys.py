"""Keys as the settings contain them: 32 bytes, as base64 or hexadecimal digits."""

import base64
import binascii

KEY_BYTES = 32


def decode_key(text: str) -> bytes:
    """Decode the 32 bytes of a key from base64 or 64 hexadecimal digits; raises ValueError."""
    text = text.strip()
    try:
        raw = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise ValueError("not a key") from error
    if len(raw) != KEY_BYTES:
        raise ValueError("not a key")
    return raw


def encode_key(raw: bytes) -> str:
    """Encode a key as base64, as the settings take it."""
    return base64.b64encode(raw).decode()
