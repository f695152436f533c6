"""The checksum of bech32 (BIP 173), in which wallets of Bitcoin and keys of age are written."""

from collections.abc import Sequence

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def bech32_checksum(prefix: str, values: Sequence[int]) -> int:
    """The checksum of a prefix and the values of the letters after its 1; it is 1 for a valid text."""
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    total = 1
    for value in (*expanded, *values):
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(GENERATORS):
            total ^= generator if top >> bit & 1 else 0
    return total
