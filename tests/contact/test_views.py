"""The page that says how to reach the group, and its key as a file."""

import dataclasses

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import EditPage
from tests.conftest import SignIn
from tests.contact.keys import AGE, FINGERPRINT, OPENPGP
from tests.factories import ContactFactory
from wzo import create_app
from wzo.config import Settings
from wzo.contact.models import Contact
from wzo.extensions import db
from wzo.i18n import LANGUAGES

EMPTY = {"ru": "адрес почты на этом сайте ещё не опубликован", "en": "not published a mailbox on this site yet"}


def shown(client: FlaskClient, path: str) -> str:
    return client.get(path).text.replace("\xa0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_so_where_there_is_no_mailbox(client: FlaskClient, language: str) -> None:
    text = shown(client, f"/{language}/contact/")
    assert EMPTY[language].lower() in text.lower()
    assert "mailto:" not in text
    assert client.get(f"/{language}/contact/key.asc").status_code == 404


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_invents_no_address(client: FlaskClient, language: str) -> None:
    text = shown(client, f"/{language}/contact/")
    assert EMPTY[language].lower() in text.lower()
    assert "@" not in text.partition("<main")[2].partition("</main>")[0]


def test_it_shows_the_mailbox_and_the_fingerprint_and_offers_the_key(client: FlaskClient) -> None:
    ContactFactory(email="post@example.org", public_key=OPENPGP)
    text = shown(client, "/en/contact/")
    assert 'href="mailto:post@example.org"' in text
    assert FINGERPRINT in text
    assert EMPTY["en"] not in text
    response = client.get("/en/contact/key.asc")
    assert (response.content_type, response.text) == ("application/pgp-keys", f"{OPENPGP}\n")
    assert client.get("/en/contact/key.txt").status_code == 404


def test_it_shows_an_age_key_as_a_whole(client: FlaskClient) -> None:
    ContactFactory(public_key=AGE)
    assert AGE in shown(client, "/ru/contact/")
    assert client.get("/ru/contact/key.txt").text == f"{AGE}\n"
    assert client.get("/ru/contact/key.asc").status_code == 404


@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_is_edited_in_the_panel_which_refuses_a_malformed_key(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    contact_id = db.session.scalars(select(Contact.id)).one()
    page = EditPage(client, f"/admin/contact/{contact_id}/")
    for key, message in (
        (OPENPGP[:-20], "A part of the key is missing or altered"),
        (OPENPGP.replace("PUBLIC", "PRIVATE"), "This is a secret key"),
        ("our key", "neither an OpenPGP key"),
    ):
        page.open().fill({"shared.public_key": key})
        assert message in page.press("publish:ru en").text.replace("\xa0", " ")
    page.open().fill({"shared.public_key": OPENPGP, "shared.email": "post"})
    assert "not an e\u2011mail address" in page.press("publish:ru en").text.replace("\xa0", " ")
    page.open().fill({"shared.public_key": OPENPGP, "shared.email": "post@example.org"}).press("publish:ru en")
    assert FINGERPRINT in shown(client, "/en/contact/")
    assert "post@example.org" in shown(client, "/ru/contact/")


def test_it_names_the_onion_address_and_security_txt_where_they_are_set(settings: Settings) -> None:
    onion = f"http://{'a' * 56}.onion"
    client = create_app(dataclasses.replace(settings, onion_url=onion)).test_client()
    text = shown(client, "/en/contact/")
    assert f'href="{onion}"' in text
    assert "security.txt" not in text
