"""The stored form of a signature until it is confirmed, and who can open it: by the link, or by the code."""

import json
import secrets
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from nacl.public import SealedBox
from sqlalchemy import select

from tests.conftest import CapturedEmails, RunWorker, private_key
from tests.factories import PetitionFactory
from tests.petition.signing import code, confirm_named, count, link, sign
from wzo.codes import parse_code
from wzo.config import Settings
from wzo.crypto import CannotDecrypt, decrypt, decrypt_text, encrypt_text
from wzo.extensions import db
from wzo.petition.models import Petition, Signature, SignatureState
from wzo.petition.pending import decrypt_pending, find_by_code, find_by_link, is_expired
from wzo.petition.sealing import split_sealed
from wzo.petition.tokens import derive_code_key, derive_link_key
from wzo_offline.sealed_export import read_private_key

pytestmark = pytest.mark.usefixtures("petition")


@pytest.fixture
def waiting(client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails) -> Signature:
    """A signature that awaits confirmation."""
    sign(client, lang="ru", show_name="y")
    run_worker()
    return db.session.scalars(select(Signature)).one()


def token_of(emails: CapturedEmails) -> str:
    return link(emails.last(), "c").removeprefix("/c/")


def code_of(emails: CapturedEmails) -> str:
    return parse_code(code(emails.last())) or ""


def test_it_opens_the_same_with_the_link_and_with_the_code(
    waiting: Signature, petition: Petition, emails: CapturedEmails
) -> None:
    by_link, by_code = find_by_link(token_of(emails)), find_by_code(code_of(emails), petition.id)
    assert by_link is not None
    assert by_link == by_code
    assert (by_link.id, by_link.language, by_link.link) == (waiting.id, "ru", token_of(emails))
    opened = decrypt_pending(by_link)
    assert (opened["name"], opened["country"], opened["show_name"]) == ("Анна Ахматова", "RU", True)


def test_it_gives_the_link_128_bits(waiting: Signature, emails: CapturedEmails) -> None:
    token = token_of(emails)
    assert len(token) == 26
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_it_refuses_a_code_in_place_of_the_token_of_the_link(
    client: FlaskClient, waiting: Signature, emails: CapturedEmails
) -> None:
    for text in (code(emails.last()), code_of(emails), code_of(emails).lower()):
        assert client.get(f"/c/{text}").status_code == 404
        assert client.post(f"/c/{text}").status_code == 404
    assert count(client) == 0


def test_it_accepts_a_code_on_the_page_of_its_own_petition_only(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    PetitionFactory(slug="another")
    sign(client)
    run_worker()
    typed = {"code": code(emails.last())}
    assert client.post("/en/petition/another/code", data=typed).status_code == 422
    assert count(client) == 0
    assert client.post("/en/petition/mothers/code", data=typed).status_code == 303
    assert count(client) == 1


def test_it_opens_nothing_without_the_keys_or_the_link(
    app: Flask, waiting: Signature, emails: CapturedEmails, petition: Petition
) -> None:
    key = app.extensions["settings"].signature_hmac_key
    ciphertext = waiting.pending_ciphertext or b""
    assert decrypt(derive_link_key(key, token_of(emails)), ciphertext)["name"] == "Анна Ахматова"
    assert decrypt_text(derive_code_key(key, code_of(emails)), waiting.link_ciphertext) == token_of(emails)
    wrong: list[tuple[bytes, str]] = [(b"x" * 32, token_of(emails)), (key, "a" * 26), (key, code_of(emails))]
    for some_key, text in wrong:
        with pytest.raises(CannotDecrypt):
            decrypt(derive_link_key(some_key, text), ciphertext)
    assert find_by_link("a" * 26) is None
    assert find_by_code("7K3QM9XW2PHT", petition.id) is None


def test_it_finds_nothing_by_a_code_whose_link_cannot_be_opened(
    waiting: Signature, petition: Petition, emails: CapturedEmails
) -> None:
    waiting.link_ciphertext = encrypt_text(secrets.token_bytes(32), "a" * 26)
    db.session.commit()
    assert find_by_code(code_of(emails), petition.id) is None


@pytest.mark.parametrize(
    ("expires_at", "expired"),
    [(None, False), (0, True), (1, False), (4_000_000_000, True)],
    ids=["not sent yet", "past", "future", "sent in the future"],
)
def test_it_knows_whether_a_link_has_expired(expires_at: Any, expired: bool) -> None:
    if expires_at == 1:
        expires_at = int(time.time()) + 3600
    assert is_expired({"expires_at": expires_at}) is expired


def test_it_seals_what_was_submitted_to_the_organisers_when_it_is_confirmed(
    client: FlaskClient, waiting: Signature, emails: CapturedEmails, settings: Settings
) -> None:
    assert waiting.sealed is None
    confirm_named(client, emails.last())
    db.session.rollback()
    assert (waiting.state, waiting.pending_ciphertext) == (SignatureState.CONFIRMED, None)
    opened = json.loads(
        SealedBox(read_private_key(private_key(settings))).decrypt(split_sealed(waiting.sealed or b"")[1])
    )
    assert opened == {
        "name": "Анна Ахматова",
        "email": "anna@example.org",
        "country": "RU",
        "wants_news": False,
        "language": "ru",
        "signed_on": waiting.signed_on.isoformat(),
    }
