"""What is encrypted tells nothing, not even by its length."""

import json

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox
from sqlalchemy import func, select

from tests.conftest import WorkUntilDone
from tests.petition.signing import sign
from wzo.crypto import BLOCK_SIZE, CannotDecrypt, decrypt, encrypt, keyed_hash, seal
from wzo.extensions import db
from wzo.outbox import Job
from wzo.petition.models import Signature

KEY = b"k" * 32
PRIVATE = PrivateKey.generate()
NAMES = ("Ия", "Анна Ахматова", "Константин Константинович Константинопольский", "A" * 100, "李")


def signed(name: str) -> dict[str, object]:
    return {"name": name, "email": "a@example.org", "country": "RU", "updates": False}


@pytest.mark.parametrize("box", [lambda it: encrypt(KEY, it), lambda it: seal(bytes(PRIVATE.public_key), it)])
def test_names_of_every_length_make_boxes_of_one_length(box: object) -> None:
    assert len({len(box(signed(name))) for name in NAMES}) == 1  # type: ignore[operator]


@given(st.text(max_size=3_000), st.text(max_size=3_000))
def test_lengths_within_one_block_are_equal_and_nothing_is_lost(one: str, other: str) -> None:
    def blocks(text: str) -> int:
        return -(-len(json.dumps({"text": text}, ensure_ascii=False).encode("utf-8", "replace")) // BLOCK_SIZE)

    boxes = [encrypt(KEY, {"text": text}) for text in (one, other)]
    assert (len(boxes[0]) == len(boxes[1])) is (blocks(one) == blocks(other))
    assert [decrypt(KEY, box)["text"] for box in boxes] == [one, other]


def test_what_is_sealed_opens_with_the_private_key_alone() -> None:
    opened = json.loads(SealedBox(PRIVATE).decrypt(seal(bytes(PRIVATE.public_key), signed("Анна"))))
    assert opened == signed("Анна")


def test_the_same_content_never_makes_the_same_box() -> None:
    assert encrypt(KEY, {"a": 1}) != encrypt(KEY, {"a": 1})
    assert seal(bytes(PRIVATE.public_key), {"a": 1}) != seal(bytes(PRIVATE.public_key), {"a": 1})


def test_a_changed_box_and_another_key_open_nothing() -> None:
    box = encrypt(KEY, {"a": 1})
    for place in (0, 30, len(box) - 1):
        with pytest.raises(CannotDecrypt):
            decrypt(KEY, box[:place] + bytes([box[place] ^ 1]) + box[place + 1 :])
    with pytest.raises(CannotDecrypt):
        decrypt(b"x" * 32, box)
    with pytest.raises(CannotDecrypt):
        decrypt(KEY, b"")


def test_no_two_lists_of_parts_have_one_hash() -> None:
    lists = [("a", "bc"), ("ab", "c"), ("abc",), ("a", "b", "c"), ('a","b', "c"), ("", "abc"), ("abc", "")]
    assert len({keyed_hash(KEY, "purpose", *parts) for parts in lists}) == len(lists)
    assert keyed_hash(KEY, "a", "b") != keyed_hash(KEY, "b", "a")
    assert keyed_hash(KEY, "a") != keyed_hash(b"x" * 32, "a")


@pytest.mark.usefixtures("petition")
def test_the_database_does_not_tell_how_long_a_name_is(client: FlaskClient, work: WorkUntilDone) -> None:
    for number, name in enumerate(("Ия", "Константин Константинович Константинопольский")):
        assert sign(client, name=name, email=f"a{number}@example.org").status_code == 303
    db.session.rollback()
    lengths = select(func.length(Job.payload)).distinct()
    assert len(db.session.scalars(lengths).all()) == 1
    work()
    db.session.rollback()
    assert len(db.session.scalars(select(func.length(Signature.pending_ciphertext)).distinct()).all()) == 1
