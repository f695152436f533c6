"""The checksum of bech32."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contact.keys import AGE
from wzo.bech32 import ALPHABET, bech32_checksum

pytestmark = pytest.mark.one_database
VALUES = [ALPHABET.index(letter) for letter in AGE[4:]]


def test_it_is_one_for_a_valid_text() -> None:
    # Of BIP 173.
    assert bech32_checksum("a", [ALPHABET.index(letter) for letter in "2uel5l"]) == 1
    assert bech32_checksum("age", VALUES) == 1


@given(st.integers(0, len(VALUES) - 1), st.integers(1, 31))
def test_it_differs_with_every_letter(place: int, change: int) -> None:
    changed = [value ^ change if at == place else value for at, value in enumerate(VALUES)]
    assert bech32_checksum("age", changed) != 1
    assert bech32_checksum("aga", VALUES) != 1
