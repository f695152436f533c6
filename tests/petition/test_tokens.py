"""Tokens and receipts."""

import pytest

from wzo.petition.tokens import RECEIPT, create_receipt, create_token, parse_receipt, parse_token

KEY = b"k" * 32


@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_reads_the_signature_and_language_from_a_token(language: str) -> None:
    token = create_token(KEY, "withdraw", 2**62 + 5, language)
    assert len(token) == 32
    assert parse_token(KEY, "withdraw", token) == (2**62 + 5, language)
    assert parse_token(KEY, "withdraw", token.upper()) == (2**62 + 5, language)


def test_it_accepts_a_token_for_one_purpose_and_one_key() -> None:
    token = create_token(KEY, "withdraw", 1, "en")
    assert parse_token(KEY, "not-me", token) is None
    assert parse_token(b"x" * 32, "withdraw", token) is None
    assert parse_token(KEY, "withdraw", "b" + token[1:]) is None


@pytest.mark.parametrize("token", ["", "a", "ы" * 32, "=" * 32, "a" * 32, "1" * 32, "a" * 10_000])
def test_it_refuses_an_invalid_token(token: str) -> None:
    assert parse_token(KEY, "withdraw", token) is None


@pytest.mark.parametrize("number", [0, 1, 2**63 - 1])
def test_it_reads_a_receipt_only_with_its_own_key(number: int) -> None:
    receipt = create_receipt(KEY, number)
    assert RECEIPT.fullmatch(receipt)
    assert parse_receipt(KEY, receipt) == number
    assert parse_receipt(b"o" * 32, receipt) is None
    mistyped = receipt[:5] + ("A" if receipt[5] != "A" else "B") + receipt[6:]
    assert parse_receipt(KEY, mistyped) is None
    assert parse_receipt(KEY, create_receipt(KEY, 2**63)) is None
