"""The confirmation page: the owner of the mailbox sees, corrects and confirms what somebody entered in the form."""

import dataclasses
import html
import json
import time
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from nacl.public import SealedBox
from sqlalchemy import select

from tests.conftest import CapturedEmails, RunWorker, make_client, private_key
from tests.petition.signing import ANNA, code, count, link, sign, text
from wzo.config import Settings
from wzo.extensions import db
from wzo.petition.models import Petition, Signature, SignatureState
from wzo.petition.sealing import split_sealed
from wzo_offline.sealed_export import read_private_key

pytestmark = pytest.mark.usefixtures("petition")

ABUSE = "Мерзкая Клевета"
OWN = {"name": "Анна А.", "country": "DE"}
SHOW = {"step": "show"}


@pytest.fixture
def ask(client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails) -> Any:
    """Signs with these fields, and returns the path of the link in the e-mail."""

    def sign_with(**fields: str) -> str:
        assert sign(client, **fields).status_code == 303
        run_worker()
        return link(emails.last(), "c")

    return sign_with


def stored() -> Signature:
    db.session.rollback()
    return db.session.scalars(select(Signature)).one()


def unsealed(settings: Settings) -> dict[str, Any]:
    """What the organisers will read."""
    opened: dict[str, Any] = json.loads(
        SealedBox(read_private_key(private_key(settings))).decrypt(split_sealed(stored().sealed or b"")[1])
    )
    return opened


def public_page(client: FlaskClient) -> str:
    return client.get("/en/petition/mothers/").text


@pytest.mark.parametrize("shown", [{}, {"show_name": "y"}])
def test_it_names_nobody_before_a_button_is_pressed(client: FlaskClient, ask: Any, shown: dict[str, str]) -> None:
    path = ask(name="Квитослава Ёлкина", email="kvita@example.org", country="KG", **shown)
    for method in ("GET", "HEAD"):
        response = client.open(path, method=method)
        page = html.unescape(response.text)
        assert response.headers["Cache-Control"] == "no-store"
        assert [it for it in ("Квитослава", "Ёлкина", "kvita", "Kyrgyzstan", '"KG"') if it in page] == []
    assert "<title>Confirmation</title>" in client.get(path).text


def test_it_shows_what_was_entered_on_request_and_changes_nothing(client: FlaskClient, ask: Any) -> None:
    path = ask(name="Квитослава Ёлкина", country="KG", wants_news="y")
    response = client.post(path, data=SHOW)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "<title>Confirmation</title>" in response.text
    assert 'value="Квитослава Ёлкина"' in response.text
    assert '<option value="KG" selected>' in response.text
    assert 'id="wants_news" name="wants_news" type="checkbox" value="y" checked' in response.text
    assert 'id="show_name" name="show_name" type="checkbox" value="y">' in response.text
    assert ANNA["email"] not in response.text
    assert count(client) == 0


def test_it_stores_no_country_where_none_was_chosen(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, settings: Settings
) -> None:
    # Without the field, as a program may send the form.
    assert client.post("/en/petition/mothers/sign", data={"name": "Anna", "email": ANNA["email"]}).status_code == 303
    run_worker()
    assert client.post(link(emails.last(), "c"), data={"name": "Anna"}).status_code == 303
    assert unsealed(settings)["country"] == ""


def test_it_confirms_what_was_entered_with_one_button(client: FlaskClient, ask: Any, settings: Settings) -> None:
    path = ask(wants_news="y")
    assert client.post(path).status_code == 303
    signed = unsealed(settings)
    assert (signed["name"], signed["country"], signed["wants_news"]) == ("Анна Ахматова", "RU", True)
    assert stored().public_name is None


def test_it_lets_the_owner_of_the_address_change_what_a_stranger_entered(
    client: FlaskClient, ask: Any, settings: Settings
) -> None:
    path = ask(name=ABUSE, show_name="y", wants_news="y")
    # The owner's own form is dropped: the address has had an e-mail today.
    ask(name="Анна Ахматова")
    assert client.post(path, data=OWN).status_code == 303
    signed = unsealed(settings)
    assert (signed["name"], signed["country"], signed["wants_news"]) == ("Анна А.", "DE", False)
    assert signed["email"] == ANNA["email"]
    assert ABUSE not in public_page(client)
    assert count(client) == 1


@pytest.mark.parametrize("fields", [{}, SHOW, {"step": "confirm"}, {"show_name": "y"}, {"hide_name": "y"}])
def test_it_makes_no_name_public_that_was_not_seen(client: FlaskClient, ask: Any, fields: dict[str, str]) -> None:
    path = ask(name=ABUSE, show_name="y")
    page = client.get(path).text.replace("\u00a0", " ")
    assert "Show what was entered" in page
    assert "Yes, I sign" not in page
    response = client.post(path, data=fields)
    shown = response.text.replace("\u00a0", " ")
    assert response.status_code == 200
    assert ABUSE in shown
    assert "Yes, I sign" in shown
    assert count(client) == 0
    assert ABUSE not in public_page(client)


def test_it_shows_the_name_that_was_confirmed(client: FlaskClient, ask: Any) -> None:
    path = ask(name=ABUSE)
    client.post(path, data={**OWN, "show_name": "y"})
    assert "Анна А." in public_page(client)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Enter your name"),
        ("name", "A" * 101, "Shorten the name to 100"),
        ("name", "A\u202eB", "invisible character"),
        ("name", "A\x00B", "invisible character"),
        ("name", "Anna\r\nBcc: b@example.org", "addresses of sites"),
        ("name", "Лживая Клевета vk.com/x", "addresses of sites"),
        ("country", "Atlantis", "Choose a country"),
    ],
)
def test_it_explains_errors_beside_the_field_and_keeps_what_was_typed(
    client: FlaskClient, ask: Any, field: str, value: str, message: str
) -> None:
    path = ask(name=ABUSE, show_name="y")
    response = client.post(path, data={**OWN, "wants_news": "y", field: value})
    assert response.status_code == 422
    assert response.headers["Cache-Control"] == "no-store"
    assert message in response.text.replace("\u00a0", " ")
    assert f'id="{field}-error"' in response.text
    assert ABUSE not in response.text
    assert ('value="Анна А."' if field == "country" else '<option value="DE" selected>') in response.text
    assert 'id="wants_news" name="wants_news" type="checkbox" value="y" checked' in response.text
    assert 'id="show_name" name="show_name" type="checkbox" value="y">' in response.text
    assert count(client) == 0


def test_it_explains_errors_in_the_language_of_the_email(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client, lang="ru")
    run_worker()
    response = client.post(link(emails.last(), "c"), data={"name": ""}, headers={"Accept-Language": "en"})
    assert "Укажите имя" in response.text.replace("\u00a0", " ")


@pytest.mark.parametrize("again", [{}, SHOW, OWN, {**OWN, "name": ABUSE, "show_name": "y"}, {"name": ""}])
def test_it_changes_nothing_once_confirmed_and_shows_the_same_page(
    client: FlaskClient, ask: Any, settings: Settings, again: dict[str, str]
) -> None:
    path = ask()
    client.post(path, data={**OWN, "show_name": "y"})
    thanks, signed = client.get(path).text, unsealed(settings)
    assert "Анна" not in thanks
    response = client.post(path, data=again)
    assert response.status_code == 303
    assert client.get(response.location).text == thanks
    assert (count(client), unsealed(settings), stored().public_name) == (1, signed, "Анна А.")


def test_it_leads_from_the_typed_code_to_the_same_page(
    app: Flask, client: FlaskClient, ask: Any, emails: CapturedEmails
) -> None:
    path = ask(name=ABUSE, show_name="y")
    other_device = make_client(app)
    response = other_device.post("/en/petition/mothers/code", data={"code": code(emails.last())})
    assert response.location == f"{path}?lang=en"
    assert count(client) == 0
    other_device.post(response.location, data=OWN)
    assert count(client) == 1
    assert ABUSE not in public_page(client)


def test_it_keeps_the_changes_if_the_link_expires_meanwhile(
    client: FlaskClient, ask: Any, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    with time_machine.travel(time.time()) as clock:
        path = ask(name=ABUSE, show_name="y")
        clock.shift(49 * 3600)
        assert client.post(path, data=SHOW).location.endswith("/new")
        run_worker()
        path = link(emails.last(), "c")
        clock.shift(49 * 3600)
        assert client.post(path, data={**OWN, "show_name": "y"}).location.endswith("/new")
        run_worker()
        shown = client.post(link(emails.last(), "c"), data=SHOW).text
        assert 'value="Анна А."' in shown
        assert ABUSE not in shown


def test_it_shows_nothing_once_the_signature_is_erased(client: FlaskClient, ask: Any, emails: CapturedEmails) -> None:
    path = ask(name=ABUSE)
    client.post(link(emails.last(), "n"))
    for fields in ({}, SHOW, OWN):
        response = client.post(path, data=fields)
        assert response.status_code == 404
        assert ABUSE not in response.text


def test_it_confirms_after_the_petition_has_closed(client: FlaskClient, ask: Any, petition: Petition) -> None:
    path = ask(name=ABUSE, show_name="y")
    petition.closed_on = stored().signed_on
    db.session.commit()
    assert client.post(path, data=SHOW).status_code == 200
    assert client.post(path, data=OWN).status_code == 303
    assert count(client) == 1


def test_it_confirms_nothing_without_a_public_key(
    app: Flask, client: FlaskClient, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ask()
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, signature_public_key=None))
    assert client.post(path).status_code == 503
    assert stored().state == SignatureState.PENDING
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert client.post(path).status_code == 303


def test_it_informs_the_owner_of_the_address_in_the_email(ask: Any, emails: CapturedEmails) -> None:
    ask()
    assert "look at what was entered and change it" in " ".join(text(emails.last()).split())


# Line breaks with a header, NUL, and invalid UTF-8: nothing that a browser sends.
HOSTILE = (
    *(b"%0D%0ABcc:%20b@example.org", b"%0ABcc:b", b"%00", b"a%00b"),
    *(b"%FF%FE", b"%C3", b"%ED%A0%80", b"%F4%90%80%80", b"\xff"),
)


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE)
def test_it_writes_to_one_recipient_whatever_is_in_any_field(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, hostile: bytes
) -> None:
    def post(path: str, fields: dict[str, bytes]) -> int:
        body = b"&".join(name.encode() + b"=" + value for name, value in fields.items())
        return client.post(path, data=body, content_type="application/x-www-form-urlencoded").status_code

    # Bytes outside ASCII make the whole form unreadable, which is refused before it is validated.
    refused = (303, 422) if hostile.isascii() else (400,)
    form = {"name": b"Anna", "email": b"anna@example.org", "country": b"RU", "show_name": b"y", "wants_news": b"y"}
    assert post("/en/petition/mothers/sign", form) == 303
    run_worker()
    (email,) = emails.all()
    for field in form:
        assert post("/en/petition/mothers/sign", {**form, field: form[field] + hostile}) in refused
    run_worker()
    # Where the address was damaged it was refused, and elsewhere it has had its e-mail today.
    assert len(emails.all()) == 1
    assert (email["To"], email["Bcc"]) == ("anna@example.org", None)
    for typed in (hostile, hostile + code(email).encode()):
        assert post("/en/petition/mothers/code", {"code": typed}) in refused
    path = link(email, "c")
    for field in ("step", *form):
        assert post(path, {"step": b"show", field: form.get(field, b"") + hostile}) in (200, *refused)
    assert post(path, form) == 303
    assert count(client) == 1
