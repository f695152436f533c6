"""Public keys: the fingerprint, and which texts are refused and why."""

from base64 import b64decode, b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contact.keys import AGE, FINGERPRINT, OPENPGP
from wzo.contact.public_keys import (
    DamagedKey,
    InvalidKey,
    SecretKey,
    UnsupportedKey,
    parse_public_key,
)

pytestmark = pytest.mark.one_database
HEAD, TAIL = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n", "\n-----END PGP PUBLIC KEY BLOCK-----"
DATA = b64decode("".join(OPENPGP.split("\n")[2:-2]))


def armour(data: bytes) -> str:
    """An armoured text without a checksum, as RFC 9580 recommends."""
    return f"{HEAD}{b64encode(data).decode()}{TAIL}"


@pytest.mark.parametrize(
    "text",
    [
        OPENPGP,
        f"\n  {OPENPGP}\n\n",
        OPENPGP.replace("\n", "\r\n"),
        OPENPGP.replace("BLOCK-----\n\n", "BLOCK-----\nComment: from us\nVersion: 2\n\n", 1),
        armour(DATA),
    ],
    ids=["plain", "spaces", "windows", "headers", "no-checksum"],
)
def test_it_shows_the_fingerprint_as_gnupg_does(text: str) -> None:
    key = parse_public_key(text)
    assert (key.kind, key.groups) == ("OpenPGP", FINGERPRINT)


def test_it_accepts_an_age_key() -> None:
    key = parse_public_key(f" {AGE}\n")
    assert (key.kind, key.text, key.groups) == ("age", AGE, "")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", InvalidKey),
        ("68D6149DEF800431C44D68649CB5256303E366EC", InvalidKey),
        ("ssh-ed25519 AAAA", InvalidKey),
        (OPENPGP.replace("PUBLIC", "PRIVATE"), SecretKey),
        (armour(bytes([0x94]) + DATA[1:]), SecretKey),
        ("AGE-SECRET-KEY-1QQQQ", SecretKey),
        ("age-secret-key-1qqqq", SecretKey),
        (OPENPGP.replace("mDME", "mDMF"), DamagedKey),
        (OPENPGP.replace("=xWDy", "=xWDz"), DamagedKey),
        (OPENPGP.removesuffix("-----END PGP PUBLIC KEY BLOCK-----"), DamagedKey),
        (OPENPGP.replace("\n\n", "\n", 1), DamagedKey),
        (f"{OPENPGP}\n{OPENPGP}", DamagedKey),
        (armour(DATA[: DATA[1] + 2]), DamagedKey),
        (armour(DATA[:-1]), DamagedKey),
        (armour(b"\0"), DamagedKey),
        (armour(DATA[:2] + bytes([3]) + DATA[3:]), UnsupportedKey),
        (AGE[:-1], DamagedKey),
        (AGE[:-1] + ("q" if AGE[-1] != "q" else "p"), DamagedKey),
        (AGE[:20] + "b" + AGE[21:], DamagedKey),
        (f"{AGE}\n{AGE}", DamagedKey),
    ],
)
def test_it_refuses_what_is_no_public_key(text: str, error: type[InvalidKey]) -> None:
    with pytest.raises(InvalidKey) as raised:
        parse_public_key(text)
    assert raised.type is error


@given(st.integers(0, len(DATA) - 1))
def test_it_notices_every_cut(length: int) -> None:
    """A key that was copied in part is refused, or is a whole key with fewer parts of it."""
    try:
        key = parse_public_key(armour(DATA[:length]))
    except InvalidKey:
        return
    assert key.groups == FINGERPRINT


@given(st.binary(max_size=200))
def test_it_never_fails_on_other_data(data: bytes) -> None:
    with suppress(InvalidKey):
        parse_public_key(armour(data))
