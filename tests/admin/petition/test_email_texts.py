"""Publishers change the texts of the e-mails to signers."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editors import send
from tests.conftest import CapturedEmails, RunWorker, SignIn, make_client
from tests.petition.signing import confirm_named, link, sign, text
from wzo.extensions import db
from wzo.petition.email_texts import get_defaults, get_texts
from wzo.petition.models import EmailText

SCREEN = "/admin/petition/e-mails/"

pytestmark = pytest.mark.usefixtures("petition")


@pytest.fixture
def publisher(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "publisher")
    return client


def fields(client: FlaskClient) -> dict[str, str]:
    """The fields of the form as the browser would send them."""
    page = client.get(SCREEN).text
    found = dict(re.findall(r'name="((?:base\.)?\w\w\.\w+)" value="([^"]*)"', page))
    areas = dict(re.findall(r'<textarea id="[^"]*" name="(\w\w\.\w+)"[^>]*>\n(.*?)</textarea>', page, re.S))
    return {name: unescape(value) for name, value in {**found, **areas}.items()}


def save(client: FlaskClient, path: str = "save/", **changed: str) -> tuple[int, str]:
    values = {**fields(client), **{name.replace("__", "."): value for name, value in changed.items()}}
    response = send(client, SCREEN, f"{SCREEN}{path}", **values)
    db.session.rollback()
    return response.status_code, unescape(response.text).replace("\xa0", " ")


def saved() -> dict[tuple[str, str], str]:
    return {(it.language, it.part): it.text for it in db.session.scalars(select(EmailText))}


def test_it_sends_the_texts_of_the_editors(
    publisher: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    changed = {
        "en__subject": "One more step",
        "en__greeting": "Good day!",
        "en__closing": "Be well.\r\nNobody reads replies.",
    }
    assert save(publisher, **changed, en__confirm="Somebody entered it.")[0] == 303
    client = make_client(publisher.application)
    sign(client)
    run_worker()
    first = emails.last()
    assert first["Subject"] == "One more step"
    assert text(first).startswith("Good day!\n\nSomebody entered it.\n\nhttp")
    assert text(first).rstrip().endswith("Be well.\nNobody reads replies.")
    for kind in "cwn":
        assert link(first, kind)
    assert confirm_named(client, first).status_code == 303


def test_it_saves_only_what_differs_from_the_default(publisher: FlaskClient) -> None:
    assert save(publisher)[0] == 303
    assert saved() == {}
    assert save(publisher, ru__greeting="Здравствуйте.", en__greeting=" ")[0] == 303
    assert saved() == {("ru", "greeting"): "Здравствуйте."}
    assert "Back to the default text" in publisher.get(SCREEN).text
    assert save(publisher, reset="ru.greeting", en__closing="Bye.")[0] == 303
    assert saved() == {("en", "closing"): "Bye."}
    assert get_texts("ru") == get_defaults("ru")


def test_it_refuses_revealing_words_and_keeps_what_was_typed(publisher: FlaskClient) -> None:
    status, page = save(publisher, en__subject="Your signature", ru__greeting="Добрый день!")
    assert status == 422
    assert "what it is about: signature" in page
    assert 'value="Your signature"' in page
    assert 'value="Добрый день!"' in page
    assert saved() == {}


def test_it_previews_whole_emails_and_saves_nothing(publisher: FlaskClient) -> None:
    status, page = save(publisher, "preview/", ru__still_waiting="Адрес ввели ещё раз.")
    assert (status, saved()) == (200, {})
    preview = page.partition('class="panel email-preview"')[2]
    assert "Адрес ввели ещё раз." in preview
    assert "0000-0000-0000\n" in preview
    assert preview.count("/w/…") == 6


def test_it_shows_what_another_editor_has_changed(publisher: FlaskClient) -> None:
    mine = fields(publisher)
    assert save(publisher, en__greeting="Theirs", en__closing="Theirs too")[0] == 303
    values = {**mine, "en.greeting": "Mine", "ru.greeting": "Моё"}
    response = send(publisher, SCREEN, f"{SCREEN}save/", **values)
    assert response.status_code == 422
    assert "changed it meanwhile to “Theirs”" in unescape(response.text).replace("\xa0", " ")
    shown = dict(re.findall(r'name="(base\.\w\w\.\w+)" value="([^"]*)"', response.text))
    values |= {name: unescape(value) for name, value in shown.items()}
    assert send(publisher, SCREEN, f"{SCREEN}save/", **values).status_code == 303
    db.session.rollback()
    assert saved() == {("en", "greeting"): "Mine", ("en", "closing"): "Theirs too", ("ru", "greeting"): "Моё"}
