"""Addresses of crypto currencies: whether their checksum fits, so that no slip sends a gift into nothing."""

import hashlib
from base64 import b64decode
from binascii import crc_hqx
from collections.abc import Callable

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
# The networks that we know, by the value that is kept.
NETWORKS = {"bitcoin": "Bitcoin", "ethereum": "Ethereum", "tron": "Tron", "ton": "TON", "monero": "Monero"}
# Versions of addresses on the main networks: what is sent to one of a test network is lost.
BITCOIN_VERSIONS = (0x00, 0x05)
TRON_VERSION = 0x41
MONERO_LENGTHS = {18: 69, 19: 77, 42: 69}
# What the checksums of bech32 (BIP 173, witness version 0) and bech32m (BIP 350, all later ones) come to.
BECH32_SUM, BECH32M_SUM = 1, 0x2BC830A3


class InvalidWalletAddress(ValueError):
    """An address that does not hold what an address of its network must."""


def is_wallet_address(network: str, address: str) -> bool:
    """Whether this is an address of a network on which people pay, with a checksum that fits."""
    if network not in READERS:
        return False
    try:
        READERS[network](address)
    except (ValueError, OverflowError):
        # The latter is a block of Monero's that says more than its bytes can hold.
        return False
    return True


def _bitcoin(address: str) -> None:
    if address.lower().startswith("bc1"):
        _segwit(address)
    else:
        version, *hashed = _base58check(address)
        _need(version in BITCOIN_VERSIONS and len(hashed) == 20)


def _segwit(address: str) -> None:
    """BIP 173 and BIP 350."""
    _need(address in (address.lower(), address.upper()) and len(address) <= 90)
    prefix, _, data = address.lower().rpartition("1")
    _need(prefix == "bc" and len(data) > 6 and all(letter in BECH32 for letter in data))
    values = [BECH32.index(letter) for letter in data]
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    _need(_bech32_sum([*expanded, *values]) == (BECH32M_SUM if values[0] else BECH32_SUM))
    bits = "".join(f"{value:05b}" for value in values[1:-6])
    length, rest = divmod(len(bits), 8)
    _need(rest < 5 and "1" not in bits[8 * length :])
    _need(values[0] <= 16 and (length in (20, 32) if values[0] == 0 else 2 <= length <= 40))


def _bech32_sum(values: list[int]) -> int:
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            total ^= generator if top >> bit & 1 else 0
    return total


def _ethereum(address: str) -> None:
    """EIP-55: which letters are capitals is the checksum, so one in small letters alone has none."""
    digits = address.removeprefix("0x")
    _need(len(address) == 42 and len(digits) == 40 and all(digit in "0123456789abcdefABCDEF" for digit in digits))
    hashed = keccak_256(digits.lower().encode()).hex()
    _need(
        all(
            digit == (digit.upper() if int(nibble, 16) >= 8 else digit.lower())
            for digit, nibble in zip(digits, hashed, strict=False)
        )
    )


def _tron(address: str) -> None:
    version, *account = _base58check(address)
    _need(version == TRON_VERSION and len(account) == 20)


def _ton(address: str) -> None:
    """The form that people are shown, TEP-2: flags, workchain, account, CRC-16/XMODEM."""
    _need(len(address) == 48 and address.isascii())
    raw = b64decode(address.replace("-", "+").replace("_", "/"), validate=True)
    _need(raw[0] in (0x11, 0x51) and raw[1] in (0x00, 0xFF) and crc_hqx(raw[:34], 0).to_bytes(2, "big") == raw[34:])


def _monero(address: str) -> None:
    """Base58 in blocks of eleven letters for eight bytes; the last four bytes are the beginning of a Keccak-256."""
    _need(len(address) in (95, 106))
    blocks = [address[start : start + 11] for start in range(0, len(address), 11)]
    lengths = {11: 8, 7: 5}
    raw = b"".join(_base58(block).to_bytes(lengths[len(block)], "big") for block in blocks if len(block) in lengths)
    _need(len(raw) == MONERO_LENGTHS.get(raw[0]) and keccak_256(raw[:-4])[:4] == raw[-4:])


def _base58check(address: str) -> bytes:
    """The version and what follows it, without the checksum of two SHA-256."""
    number = _base58(address)
    zeros = len(address) - len(address.lstrip(BASE58[0]))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    _need(len(raw) == 25)
    content, checksum = raw[:-4], raw[-4:]
    _need(hashlib.sha256(hashlib.sha256(content).digest()).digest()[:4] == checksum)
    return content


def _base58(text: str) -> int:
    _need(0 < len(text) <= 64)
    number = 0
    for letter in text:
        # Raises ValueError for a letter that is none of them.
        number = number * 58 + BASE58.index(letter)
    return number


def _need(fits: bool) -> None:
    if not fits:
        raise InvalidWalletAddress


READERS: dict[str, Callable[[str], None]] = {
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
    """Keccak-256 with its first padding, as Ethereum and Monero use it; SHA-3 in hashlib pads otherwise.

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
    """Keccak-f[1600]; the lane (x, y) stands at x + 5 y."""
    register = 1
    for _ in range(24):
        columns = [state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)]
        state = [
            lane ^ columns[(place - 1) % 5] ^ _rotate(columns[(place + 1) % 5], 1) for place, lane in enumerate(state)
        ]
        x, y, moved = 1, 0, state[1]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            moved, state[x + 5 * y] = state[x + 5 * y], _rotate(moved, (step + 1) * (step + 2) // 2 % 64)
        state = [
            state[place]
            ^ (~state[place - place % 5 + (place + 1) % 5] & state[place - place % 5 + (place + 2) % 5] & _MASK)
            for place in range(_LANES)
        ]
        for power in range(7):
            if register & 1:
                state[0] ^= 1 << (2**power - 1)
            register = register << 1 ^ (0x171 if register >> 7 & 1 else 0)
    return state


def _rotate(lane: int, by: int) -> int:
    return (lane << by | lane >> 64 - by) & _MASK
