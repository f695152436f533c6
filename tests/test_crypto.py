"""Encryption: nothing is revealed, not even by the length of a ciphertext."""

import json

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox
from sqlalchemy import func, select

from tests.conftest import RunWorker
from tests.petition.signing import sign
from wzo.crypto import BLOCK_SIZE, CannotDecrypt, decrypt, encrypt, keyed_hash, seal
from wzo.extensions import db
from wzo.outbox import Job
from wzo.petition.models import Signature

KEY = b"k" * 32
PRIVATE = PrivateKey.generate()
NAMES = ("Ия", "Анна Ахматова", "Константин Константинович Константинопольский", "A" * 100, "李")


def signed(name: str) -> dict[str, object]:
    return {"name": name, "email": "a@example.org", "country": "RU", "wants_news": False}


@pytest.mark.parametrize("encrypted", [lambda it: encrypt(KEY, it), lambda it: seal(bytes(PRIVATE.public_key), it)])
def test_it_encrypts_names_of_every_length_to_one_length(encrypted: object) -> None:
    assert len({len(encrypted(signed(name))) for name in NAMES}) == 1  # type: ignore[operator]


@pytest.mark.slow
@given(st.text(max_size=3_000), st.text(max_size=3_000))
def test_it_pads_content_to_blocks_without_loss(one: str, other: str) -> None:
    def blocks(text: str) -> int:
        return -(-len(json.dumps({"text": text}, ensure_ascii=False).encode("utf-8", "replace")) // BLOCK_SIZE)

    ciphertexts = [encrypt(KEY, {"text": text}) for text in (one, other)]
    assert (len(ciphertexts[0]) == len(ciphertexts[1])) is (blocks(one) == blocks(other))
    assert [decrypt(KEY, encrypted)["text"] for encrypted in ciphertexts] == [one, other]


def test_it_unseals_with_the_private_key_only() -> None:
    opened = json.loads(SealedBox(PRIVATE).decrypt(seal(bytes(PRIVATE.public_key), signed("Анна"))))
    assert opened == signed("Анна")


def test_it_never_produces_the_same_ciphertext_twice() -> None:
    assert encrypt(KEY, {"a": 1}) != encrypt(KEY, {"a": 1})
    assert seal(bytes(PRIVATE.public_key), {"a": 1}) != seal(bytes(PRIVATE.public_key), {"a": 1})


def test_it_refuses_changed_ciphertext_and_another_key() -> None:
    encrypted = encrypt(KEY, {"a": 1})
    for position in (0, 30, len(encrypted) - 1):
        with pytest.raises(CannotDecrypt):
            decrypt(KEY, encrypted[:position] + bytes([encrypted[position] ^ 1]) + encrypted[position + 1 :])
    with pytest.raises(CannotDecrypt):
        decrypt(b"x" * 32, encrypted)
    with pytest.raises(CannotDecrypt):
        decrypt(KEY, b"")


def test_it_hashes_no_two_lists_of_parts_alike() -> None:
    lists = [("a", "bc"), ("ab", "c"), ("abc",), ("a", "b", "c"), ('a","b', "c"), ("", "abc"), ("abc", "")]
    assert len({keyed_hash(KEY, "purpose", *parts) for parts in lists}) == len(lists)
    assert keyed_hash(KEY, "a", "b") != keyed_hash(KEY, "b", "a")
    assert keyed_hash(KEY, "a") != keyed_hash(b"x" * 32, "a")


@pytest.mark.usefixtures("petition")
def test_it_does_not_reveal_the_length_of_a_name_in_the_database(client: FlaskClient, run_worker: RunWorker) -> None:
    for number, name in enumerate(("Ия", "Константин Константинович Константинопольский")):
        assert sign(client, name=name, email=f"a{number}@example.org").status_code == 303
    db.session.rollback()
    lengths = select(func.length(Job.payload)).distinct()
    assert len(db.session.scalars(lengths).all()) == 1
    run_worker()
    db.session.rollback()
    assert len(db.session.scalars(select(func.length(Signature.pending_ciphertext)).distinct()).all()) == 1
