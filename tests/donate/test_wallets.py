"""Wallet addresses."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.donate.methods import WALLETS
from wzo.donate.wallets import NETWORKS, is_wallet_address, keccak_256

# From the standards, and well-known addresses.
GOOD = [
    *WALLETS.items(),
    ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("bitcoin", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
    ("bitcoin", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
    ("bitcoin", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
    ("bitcoin", "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y"),
    ("ethereum", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
    ("ethereum", "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"),
    ("ton", "UQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqEBI"),
    (
        "monero",
        "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
    ),
]
BAD = [
    ("bitcoin", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"),
    ("bitcoin", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn"),
    # BIP 350: the wrong checksum for the version, mixed case, a program that is too short.
    ("bitcoin", "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4"),
    ("bitcoin", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh"),
    ("bitcoin", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8F3t4"),
    ("bitcoin", "bc1rw5uspcuf"),
    ("ethereum", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
    ("ethereum", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ("tron", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("bitcoin", WALLETS["tron"]),
    # On TON’s test network.
    ("ton", "kQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqKaB"),
    ("monero", "z" * 95),
    ("dogecoin", "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"),
]


@pytest.mark.parametrize(("network", "address"), GOOD)
def test_it_accepts_valid_addresses(network: str, address: str) -> None:
    assert is_wallet_address(network, address)


@pytest.mark.parametrize(("network", "address"), BAD)
def test_it_refuses_invalid_addresses_and_those_of_other_networks(network: str, address: str) -> None:
    assert not is_wallet_address(network, address)


@pytest.mark.slow
@pytest.mark.parametrize(("network", "address"), GOOD)
def test_it_notices_every_typing_error(network: str, address: str) -> None:
    for place, sign in enumerate(address):
        for other in "aA1z":
            if other not in (sign, sign.upper(), sign.lower()):
                assert not is_wallet_address(network, address[:place] + other + address[place + 1 :])
        assert not is_wallet_address(network, address[:place] + address[place + 1 :])
    assert not is_wallet_address(network, f" {address}")


@given(st.sampled_from(sorted(NETWORKS)), st.text(max_size=110))
def test_it_never_fails_whatever_is_typed(network: str, text: str) -> None:
    is_wallet_address(network, text)


def test_it_matches_the_published_keccak_vectors() -> None:
    assert keccak_256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak_256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    for length in (135, 136, 137, 300):
        assert keccak_256(bytes(length)) != hashlib.sha3_256(bytes(length)).digest()
        assert len(keccak_256(bytes(length))) == 32
