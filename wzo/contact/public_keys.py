"""Public keys with which readers encrypt their letters: OpenPGP (RFC 9580) and age.

Only the facts that the page needs are read: that the text is whole, that it holds no secret key, and the fingerprint.
Programs for OpenPGP check the signatures when they import the key.
"""

import hashlib
import re
from base64 import b64decode
from binascii import Error
from dataclasses import dataclass

from flask_babel import lazy_gettext

from wzo.bech32 import ALPHABET, bech32_checksum

OPENPGP, AGE = "OpenPGP", "age"
_ARMOUR = re.compile(
    r"-----BEGIN PGP PUBLIC KEY BLOCK-----\s*\n(?:[!-9;-~]+: [^\n]*\n)*\s*\n"
    r"(?P<data>[A-Za-z0-9+/=\s]+?)(?:\n=(?P<checksum>[A-Za-z0-9+/]{4}))?\s*\n-----END PGP PUBLIC KEY BLOCK-----"
)
_AGE = re.compile(r"age1[a-z0-9]{58}")
# Tags of packets (RFC 9580, section 5).
_SIGNATURE, _SECRET_KEY, _PUBLIC_KEY, _SECRET_SUBKEY, _USER_ID = 2, 5, 6, 7, 13


class InvalidKey(ValueError):
    """The text is not a public key; `message` says why."""

    message = lazy_gettext(
        "It is neither an OpenPGP key (-----BEGIN PGP PUBLIC KEY BLOCK-----) nor an age key (age1…)."
    )


class SecretKey(InvalidKey):
    """It is or contains a secret key."""

    message = lazy_gettext(
        "This is a secret key. Never enter it anywhere: it is no longer safe, so delete it here, revoke it and create "
        "a new one. Enter only the public key."
    )


class DamagedKey(InvalidKey):
    """A part is missing or altered."""

    message = lazy_gettext(
        "A part of the key is missing or altered. Copy it once more as a whole, from -----BEGIN to -----END."
    )


class UnsupportedKey(InvalidKey):
    """A kind of key that few programs can use."""

    message = lazy_gettext("This kind of key is too old or too new. Enter an OpenPGP key of version 4 or 6.")


@dataclass(frozen=True)
class PublicKey:
    """A valid public key. `fingerprint`: in capital hexadecimal digits; empty for age, whose keys are short enough."""

    kind: str
    text: str
    fingerprint: str = ""

    @property
    def groups(self) -> str:
        """The fingerprint in groups of four, to be compared."""
        return " ".join(re.findall("....", self.fingerprint))


def parse_public_key(text: str) -> PublicKey:
    """Parse an armoured OpenPGP public key, or an age recipient. Raises InvalidKey."""
    text = text.replace("\r\n", "\n").strip()
    if "PRIVATE KEY BLOCK" in text or "AGE-SECRET-KEY-" in text.upper():
        raise SecretKey
    if text.startswith("age1"):
        return _parse_age(text)
    if "PGP PUBLIC KEY BLOCK" not in text:
        raise InvalidKey
    match = _ARMOUR.fullmatch("\n".join(line.rstrip() for line in text.split("\n")))
    if match is None:
        raise DamagedKey
    try:
        data = b64decode("".join(match["data"].split()), validate=True)
        checksum = b64decode(match["checksum"]) if match["checksum"] else None
    except Error:
        raise DamagedKey from None
    if checksum is not None and _crc24(data) != int.from_bytes(checksum, "big"):
        raise DamagedKey
    return PublicKey(OPENPGP, text, _fingerprint(data))


def _parse_age(text: str) -> PublicKey:
    if not _AGE.fullmatch(text) or not set(text[4:]) <= set(ALPHABET):
        raise DamagedKey
    if bech32_checksum("age", [ALPHABET.index(letter) for letter in text[4:]]) != 1:
        raise DamagedKey
    return PublicKey(AGE, text)


def _fingerprint(data: bytes) -> str:
    """The fingerprint of the primary key, after a look at all packets."""
    packets = _split(data)
    tags = {tag for tag, _ in packets}
    if tags & {_SECRET_KEY, _SECRET_SUBKEY}:
        raise SecretKey
    tag, key = packets[0]
    if tag != _PUBLIC_KEY or not key or not tags >= {_USER_ID, _SIGNATURE}:
        raise DamagedKey
    match key[0]:
        case 4:
            return hashlib.sha1(b"\x99" + len(key).to_bytes(2, "big") + key, usedforsecurity=False).hexdigest().upper()
        case 6:
            return hashlib.sha256(b"\x9b" + len(key).to_bytes(4, "big") + key).hexdigest().upper()
    raise UnsupportedKey


def _split(data: bytes) -> list[tuple[int, bytes]]:
    """The packets: the tag and the content of each. Raises DamagedKey if the last one is cut."""
    packets, position = [], 0
    try:
        while position < len(data):
            tag, start, length = _read_header(data, position)
            position = start + length
            packets.append((tag, data[start:position]))
    except IndexError:
        raise DamagedKey from None
    if position != len(data) or not packets:
        raise DamagedKey
    return packets


def _read_header(data: bytes, position: int) -> tuple[int, int, int]:
    """The tag of a packet, where its content begins, and how long it is (RFC 9580, section 4.2)."""
    first, position = data[position], position + 1
    if not first & 0x80:
        raise DamagedKey
    if not first & 0x40:
        size = 1 << (first & 3)
        if size == 8:
            raise DamagedKey
        return first >> 2 & 15, position + size, int.from_bytes(data[position : position + size], "big")
    length, position = data[position], position + 1
    if length == 255:
        return first & 63, position + 4, int.from_bytes(data[position : position + 4], "big")
    if length >= 224:
        raise DamagedKey
    if length >= 192:
        return first & 63, position + 1, (length - 192 << 8) + data[position] + 192
    return first & 63, position, length


def _crc24(data: bytes) -> int:
    """The checksum of the armour (RFC 9580, section 6.1.1)."""
    total = 0xB704CE
    for byte in data:
        total ^= byte << 16
        for _ in range(8):
            total <<= 1
            if total & 0x1000000:
                total ^= 0x1864CFB
    return total
