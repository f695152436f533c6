"""Validates the checksums of cryptocurrency wallet addresses, so that no typing error loses a donation."""

import hashlib
from base64 import b64decode
from binascii import crc_hqx
from collections.abc import Callable

from wzo.bech32 import ALPHABET, bech32_checksum

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# The names of the supported networks, by the value in the database.
NETWORKS = {"bitcoin": "Bitcoin", "ethereum": "Ethereum", "tron": "Tron", "ton": "TON", "monero": "Monero"}
# Version bytes of the main networks: donations to an address of a test network would be lost.
BITCOIN_VERSIONS = (0x00, 0x05)
TRON_VERSION = 0x41
MONERO_LENGTHS = {18: 69, 19: 77, 42: 69}
# The constants of the checksums of bech32 (BIP 173, witness version 0) and bech32m (BIP 350, later versions).
BECH32_SUM, BECH32M_SUM = 1, 0x2BC830A3


class InvalidWalletAddress(ValueError):
    """The text is not a valid address of its network."""


def is_wallet_address(network: str, address: str) -> bool:
    """Whether a text is an address of a main network with a valid checksum."""
    if network not in VALIDATORS:
        return False
    try:
        VALIDATORS[network](address)
    except (ValueError, OverflowError):
        # OverflowError: a Monero block encodes a number that does not fit into its bytes.
        return False
    return True


def _bitcoin(address: str) -> None:
    if address.lower().startswith("bc1"):
        _segwit(address)
    else:
        version, *hashed = _base58check(address)
        _require(version in BITCOIN_VERSIONS and len(hashed) == 20)


def _segwit(address: str) -> None:
    """BIP 173 and BIP 350."""
    _require(address in (address.lower(), address.upper()) and len(address) <= 90)
    prefix, _, data = address.lower().rpartition("1")
    _require(prefix == "bc" and len(data) > 6 and all(letter in ALPHABET for letter in data))
    values = [ALPHABET.index(letter) for letter in data]
    _require(bech32_checksum(prefix, values) == (BECH32M_SUM if values[0] else BECH32_SUM))
    bits = "".join(f"{value:05b}" for value in values[1:-6])
    length, rest = divmod(len(bits), 8)
    _require(rest < 5 and "1" not in bits[8 * length :])
    _require(values[0] <= 16 and (length in (20, 32) if values[0] == 0 else 2 <= length <= 40))


def _ethereum(address: str) -> None:
    """EIP-55: the capital letters are the checksum, so an address in lower case has none."""
    digits = address.removeprefix("0x")
    _require(len(address) == 42 and len(digits) == 40 and all(digit in "0123456789abcdefABCDEF" for digit in digits))
    hashed = keccak_256(digits.lower().encode()).hex()
    _require(
        all(
            digit == (digit.upper() if int(nibble, 16) >= 8 else digit.lower())
            for digit, nibble in zip(digits, hashed, strict=False)
        )
    )


def _tron(address: str) -> None:
    version, *account = _base58check(address)
    _require(version == TRON_VERSION and len(account) == 20)


def _ton(address: str) -> None:
    """The user-friendly form of TEP-2: flags, workchain, account, CRC-16/XMODEM."""
    _require(len(address) == 48 and address.isascii())
    raw = b64decode(address.replace("-", "+").replace("_", "/"), validate=True)
    _require(raw[0] in (0x11, 0x51) and raw[1] in (0x00, 0xFF) and crc_hqx(raw[:34], 0).to_bytes(2, "big") == raw[34:])


def _monero(address: str) -> None:
    """Base58 in blocks of eleven characters for eight bytes; the last four bytes are the start of a Keccak-256."""
    _require(len(address) in (95, 106))
    blocks = [address[start : start + 11] for start in range(0, len(address), 11)]
    lengths = {11: 8, 7: 5}
    raw = b"".join(_base58(block).to_bytes(lengths[len(block)], "big") for block in blocks if len(block) in lengths)
    _require(len(raw) == MONERO_LENGTHS.get(raw[0]) and keccak_256(raw[:-4])[:4] == raw[-4:])


def _base58check(address: str) -> bytes:
    """Decode the version and the payload, and verify the checksum, a double SHA-256."""
    number = _base58(address)
    zeros = len(address) - len(address.lstrip(BASE58[0]))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    _require(len(raw) == 25)
    payload, checksum = raw[:-4], raw[-4:]
    _require(hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4] == checksum)
    return payload


def _base58(text: str) -> int:
    _require(0 < len(text) <= 64)
    number = 0
    for letter in text:
        # Raises ValueError for any other character.
        number = number * 58 + BASE58.index(letter)
    return number


def _require(valid: bool) -> None:
    if not valid:
        raise InvalidWalletAddress


VALIDATORS: dict[str, Callable[[str], None]] = {
    "bitcoin": _bitcoin,
    "ethereum": _ethereum,
    "tron": _tron,
    "ton": _ton,
    "monero": _monero,
}

_LANES = 25
_RATE = 136
_MASK = 2**64 - 1


def keccak_256(data: bytes) -> bytes:
    """Keccak-256 with its original padding, as Ethereum and Monero use it; hashlib's SHA-3 pads differently.

    Source: the Keccak reference, version 3.0, and FIPS 202 for the permutation.
    """
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % _RATE))
    padded[-1] |= 0x80
    state = [0] * _LANES
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            state[lane] ^= int.from_bytes(padded[start + 8 * lane : start + 8 * lane + 8], "little")
        state = _permute(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permute(state: list[int]) -> list[int]:
    """Keccak-f[1600]; the lane (x, y) has the index x + 5 y."""
    register = 1
    for _ in range(24):
        columns = [state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)]
        state = [
            lane ^ columns[(index - 1) % 5] ^ _rotate(columns[(index + 1) % 5], 1) for index, lane in enumerate(state)
        ]
        x, y, moved = 1, 0, state[1]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            moved, state[x + 5 * y] = state[x + 5 * y], _rotate(moved, (step + 1) * (step + 2) // 2 % 64)
        state = [
            state[index]
            ^ (~state[index - index % 5 + (index + 1) % 5] & state[index - index % 5 + (index + 2) % 5] & _MASK)
            for index in range(_LANES)
        ]
        for power in range(7):
            if register & 1:
                state[0] ^= 1 << (2**power - 1)
            register = register << 1 ^ (0x171 if register >> 7 & 1 else 0)
    return state


def _rotate(lane: int, by: int) -> int:
    return (lane << by | lane >> 64 - by) & _MASK
