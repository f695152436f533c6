"""The petition's pages as a visitor sees them."""

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import CapturedEmails, RunWorker, SignIn
from tests.factories import PetitionFactory, PetitionUpdateFactory
from tests.petition.signing import ANNA, count, link, sign
from wzo import key_fingerprints
from wzo.clock import now
from wzo.config import Settings
from wzo.extensions import db
from wzo.heartbeat import Heartbeat
from wzo.outbox import Job
from wzo.petition.models import Petition, PetitionUpdateText, SignatureCount
from wzo.publication import State

pytestmark = pytest.mark.usefixtures("petition")
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def waiting() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def test_it_responds_to_everyone_alike(client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails) -> None:
    people = {state: f"{state}@example.org" for state in ("waits", "signed", "gone", "blocks")}
    for address in people.values():
        sign(client, email=address)
    run_worker()
    for email in emails.all():
        if email["To"] == people["signed"]:
            client.post(link(email, "c"))
        if email["To"] == people["gone"]:
            client.post(link(email, "w"))
        if email["To"] == people["blocks"]:
            client.post(link(email, "n"), data={"block": "y"})
    for headers in ({}, PARTIAL):
        responses = [sign(client, email=address, headers=headers) for address in ("new@example.org", *people.values())]
        assert len({(response.status, str(response.headers), response.data) for response in responses}) == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Enter your name"),
        ("name", " \t ", "Enter your name"),
        ("name", "123", "Enter your name"),
        ("name", "A" * 101, "Shorten the name to 100"),
        ("name", "A\u202eB", "invisible character"),
        ("name", "A\x00B", "invisible character"),
        ("name", "ㅤㅤ", "invisible character"),
        ("name", "Anna\u115f", "invisible character"),
        ("name", "A" + "\u0301" * 50, "too many accents"),
        ("name", "vk.com/x t.me/y", "addresses of sites"),
        ("name", "Anna\r\nBcc: b@example.org", "addresses of sites"),
        ("name", "Anna +7 921 000-00-00", "telephone numbers"),
        ("name", "❤️", "without emoji"),
        ("email", "", "Enter your e\u2011mail"),
        ("email", "anna", "name@example.org"),
        ("email", "аnna@example.org", "two alphabets"),
        ("email", "a@example.org\r\nBcc: b@example.org", "two alphabets"),
        ("email", "a@example.org\x00", "two alphabets"),
        ("email", "=?utf-8?q?bob?=@example.org", "two alphabets"),
        ("email", "a" * 300 + "@example.org", "too long"),
        ("country", "Atlantis", "Choose a country"),
    ],
)
def test_it_explains_errors_beside_the_field_and_keeps_what_was_typed(
    client: FlaskClient, field: str, value: str, message: str
) -> None:
    response = sign(client, **{field: value})
    assert response.status_code == 422
    assert message in response.text.replace("\u00a0", " ")
    assert f'id="{field}-error"' in response.text
    for other in {"name", "email"} - {field}:
        assert f'value="{ANNA[other]}"' in response.text
    assert waiting() == 0


@pytest.mark.parametrize("headers", [{}, PARTIAL])
@pytest.mark.parametrize(
    ("choice", "to"), [("suggestion", "anna@gmail.com"), ("typed", "anna@gmial.com"), (None, "anna@gmial.com")]
)
def test_it_asks_once_about_a_mistyped_domain(
    client: FlaskClient,
    run_worker: RunWorker,
    emails: CapturedEmails,
    choice: str | None,
    to: str,
    headers: dict[str, str],
) -> None:
    response = sign(client, email="anna@gmial.com", headers=headers)
    assert response.status_code == 422
    assert "Did you mean anna@<wbr>gmail.com?" in response.text
    assert 'value="anna@gmial.com"' in response.text
    assert " checked" not in response.text
    assert waiting() == 0
    # The browser sends the hidden field too, after the chosen one.
    chosen = [*([choice] if choice else []), "asked"]
    assert sign(client, email="anna@gmial.com", email_choice=chosen, headers=headers).status_code in (200, 303)
    run_worker()
    assert emails.last()["To"] == to


def test_it_keeps_the_choice_about_a_mistyped_domain_while_something_else_is_corrected(client: FlaskClient) -> None:
    response = sign(client, email="anna@gmial.com", email_choice=["suggestion", "asked"], name="")
    assert response.status_code == 422
    assert 'value="anna@gmail.com"' in response.text
    assert "Did you mean" not in response.text
    response = sign(client, email="anna@gmial.com", email_choice=["typed", "asked"], name="")
    assert 'value="anna@gmial.com"' in response.text
    assert "Did you mean" not in response.text
    assert 'name="email_choice" value="asked"' in response.text


@pytest.mark.parametrize(("supported", "status"), [(True, 303), (False, 422), (None, 422)])
def test_it_says_that_the_mail_server_cannot_deliver_to_letters_outside_ascii(
    app: Flask,
    client: FlaskClient,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    supported: bool | None,
    status: int,
) -> None:
    assert sign(client, email="иван@пример.рф").status_code == 303
    changed = dataclasses.replace(settings, smtp_url="smtp://localhost:25")
    monkeypatch.setitem(app.extensions, "settings", changed)
    assert sign(client, email="иван@пример.рф").status_code == 422
    db.session.add(Heartbeat(id=1, seen_at=now(), mail_failure="", mail_supports_utf8=supported))
    db.session.commit()
    assert sign(client, email="ivan@пример.рф").status_code == 303
    response = sign(client, email="иван@пример.рф")
    assert response.status_code == status
    assert ("Our mail server cannot deliver" in response.text.replace("\u00a0", " ")) is (status == 422)


def test_it_explains_errors_in_the_readers_language(client: FlaskClient) -> None:
    response = sign(client, lang="ru", name="", email="анна", country="Атлантида")
    assert "Укажите имя" in response.text.replace("\u00a0", " ")
    assert "Исправьте 3 поля" in response.text.replace("\u00a0", " ")
    assert "Выберите страну" in response.text.replace("\u00a0", " ")


def test_it_preselects_no_consent(client: FlaskClient) -> None:
    assert " checked" not in client.get("/en/petition/mothers/").text


def test_it_puts_a_name_with_line_breaks_on_one_line(client: FlaskClient) -> None:
    assert sign(client, name="Anna\r\nBcc: Maria").status_code == 303


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"name=" + b"A" * 100_000, 413),
        (b"&".join(b"f%d=1" % n for n in range(10_000)), 413),
        (b"name=%ff%fe&email=anna@example.org", 303),
        (b"name=%F0%9F%98%80&email=anna@example.org", 422),
    ],
)
def test_it_survives_bad_bodies(client: FlaskClient, body: bytes, status: int) -> None:
    kind = "application/x-www-form-urlencoded"
    response = client.post("/en/petition/mothers/sign", data=body, content_type=kind)
    assert response.status_code == status


def test_it_survives_too_many_parts(client: FlaskClient) -> None:
    parts = {f"f{n}": "1" for n in range(1_200)}
    response = client.post("/en/petition/mothers/sign", data=parts, content_type="multipart/form-data")
    assert response.status_code == 413


def test_it_sends_htmx_the_fragment_and_browsers_the_page(client: FlaskClient) -> None:
    for headers, whole in ((PARTIAL, False), ({"HX-Request": "true", "HX-Request-Type": "full"}, True), ({}, True)):
        for response in (
            sign(client, name="", headers=headers),
            client.get("/en/petition/mothers/count", headers=headers),
        ):
            assert ("<html" in response.text) is whole
            assert "HX-Request-Type" in response.headers["Vary"]


def test_it_sends_htmx_errors_that_do_no_harm(client: FlaskClient) -> None:
    count = client.get("/en/petition/nope/count", headers=PARTIAL)
    assert count.status_code == 404
    assert count.headers["HX-Reswap"] == "none"
    foreign = sign(client, headers={**PARTIAL, "Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert foreign.headers["HX-Retarget"] == "#failure"
    assert "<html" not in foreign.text


def test_it_shares_the_count_with_other_sites(client: FlaskClient) -> None:
    response = client.get("/petition/mothers/count.json")
    assert response.get_json() == {"petition": "mothers", "signatures": 0, "paper": 0, "goal": 100, "open": True}
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=5" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "Подпишите первыми"),
        (1, "1 подпись"),
        (2, "2 подписи"),
        (5, "5 подписей"),
        (11, "11 подписей"),
        (21, "21 подпись"),
        (12480, "12 480 подписей"),
    ],
)
def test_it_counts_in_russian(client: FlaskClient, petition: Petition, number: int, words: str) -> None:
    db.session.add(SignatureCount(petition_id=petition.id, shard=0, confirmed=number + 3))
    db.session.add(SignatureCount(petition_id=petition.id, shard=1, confirmed=-3))
    db.session.commit()
    text = client.get("/ru/petition/mothers/count", headers=PARTIAL).text
    for tag in ("<strong>", "</strong>", "<span>", "</span>"):
        text = text.replace(tag, " ")
    assert words in " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize(("confirmed", "has_bar"), [(0, False), (9, False), (10, True)])
def test_it_shows_no_bar_before_ten_have_signed(
    client: FlaskClient, petition: Petition, confirmed: int, has_bar: bool
) -> None:
    db.session.add(SignatureCount(petition_id=petition.id, shard=0, confirmed=confirmed))
    db.session.commit()
    for path in ("", "count"):
        assert ("<progress" in client.get(f"/en/petition/{petition.slug}/{path}").text) is has_bar


@pytest.mark.parametrize(
    ("confirmed", "goal"), [(0, 100), (99, 100), (100, 250), (499, 500), (12480, 25000), (50000, 100000)]
)
def test_it_raises_the_goal_by_round_numbers(
    client: FlaskClient, petition: Petition, confirmed: int, goal: int
) -> None:
    db.session.add(SignatureCount(petition_id=petition.id, shard=0, confirmed=confirmed))
    db.session.commit()
    assert client.get("/petition/mothers/count.json").get_json()["goal"] == goal


@pytest.mark.parametrize("path", ["/c/7K3QM9XW2PHT", "/c/x", "/w/" + "a" * 32, "/n/ы", "/c/7K3QM9XW2PHT/new"])
def test_it_explains_unknown_links(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code in (200, 404)
    assert "petition" in response.text
    assert "no-store" in response.headers["Cache-Control"]
    if not path.endswith("/new"):
        assert client.post(path).status_code == 404


def test_it_shows_the_pages_of_an_email_in_its_language_and_lets_it_be_switched(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client, lang="ru")
    run_worker()
    for kind in "cwn":
        path = link(emails.last(), kind)
        assert 'lang="ru"' in client.get(path).text.split(">")[1]
        assert '<html lang="en">' in client.get(f"{path}?lang=en").text
        response = client.post(f"{path}?lang=en")
        assert response.location.endswith("?lang=en")


def test_it_says_when_a_petition_was_closed(client: FlaskClient, petition: Petition) -> None:
    petition.closed_on = date(2026, 11, 1)
    db.session.commit()
    page = client.get("/en/petition/mothers/").text
    assert "1\u00a0November 2026" in page


def close(petition: Petition, settings: Settings) -> Settings:
    petition.closed_on = petition.paused_on = date(2026, 11, 1)
    return settings


def pause(petition: Petition, settings: Settings) -> Settings:
    petition.paused_on = date(2026, 11, 1)
    return settings


def lose_public_key(petition: Petition, settings: Settings) -> Settings:
    return dataclasses.replace(settings, signature_public_key=None)


def change_hmac_key(petition: Petition, settings: Settings) -> Settings:
    petition.key_fingerprint = b"another"
    return settings


def change_key(name: str) -> Callable[[Petition, Settings], Settings]:
    """Change a key after its fingerprint was recorded."""

    def change(petition: Petition, settings: Settings) -> Settings:
        db.session.commit()
        key_fingerprints.record_missing()
        return dataclasses.replace(settings, **{name: b"x" * 32})

    return change


@pytest.mark.parametrize(
    ("change", "status", "title"),
    [
        (close, 410, "petition is closed"),
        (pause, 503, "Signing is paused"),
        (lose_public_key, 503, "Signing does not work at the moment"),
        (change_hmac_key, 503, "Signing does not work at the moment"),
        (change_key("signature_hmac_key"), 503, "Signing does not work at the moment"),
        (change_key("signature_public_key"), 503, "Signing does not work at the moment"),
        (change_key("outbox_key"), 503, "Signing does not work at the moment"),
    ],
)
def test_it_says_everywhere_that_and_why_a_petition_cannot_be_signed(
    app: Flask,
    client: FlaskClient,
    petition: Petition,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Petition, Settings], Settings],
    status: int,
    title: str,
) -> None:
    assert 'data-hx-post="/en/petition/mothers/sign"' in client.get("/en/petition/mothers/").text
    assert client.get("/petition/mothers/count.json").get_json()["open"] is True
    monkeypatch.setitem(app.extensions, "settings", change(petition, app.extensions["settings"]))
    db.session.commit()
    page = client.get("/en/petition/mothers/")
    assert page.status_code == 200
    assert title in page.text
    assert "data-hx-post" not in page.text
    for response in (client.get("/en/petition/mothers/sign"), sign(client), sign(client, headers=PARTIAL)):
        assert response.status_code == status
        assert title in response.text
    assert client.get("/petition/mothers/count.json").get_json()["open"] is False
    assert waiting() == 0
    sign_in(client, "writer")
    for path in ("/admin/petition/", f"/admin/petition/{petition.id}/"):
        assert '<span class="badge live">open</span>' not in client.get(path).text


def test_it_lets_who_has_signed_confirm_while_signing_is_paused(
    client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client)
    petition.paused_on = date(2026, 11, 1)
    db.session.commit()
    run_worker()
    assert client.post(link(emails.last(), "c")).status_code == 303
    assert count(client) == 1


NEWS = "/en/petition/mothers/news/"


def withdraw(update_id: int, language: str) -> None:
    text = db.session.get_one(PetitionUpdateText, {"update_id": update_id, "language": language})
    text.state = State.UNPUBLISHED
    db.session.commit()


def test_it_shows_the_latest_three_updates_on_the_petition_and_all_on_their_own_page(
    client: FlaskClient, petition: Petition
) -> None:
    body = "What **happened**.\n\nThe rest of it."
    for day in (3, 1, 2, 4):
        PetitionUpdateFactory(
            petition_id=petition.id, day=date(2026, 11, day), texts__title=f"Title {day}", texts__body=body
        )
    PetitionUpdateFactory(petition_id=PetitionFactory().id, texts__title="Title of another")
    page = client.get("/en/petition/mothers/").text.replace("\xa0", " ")
    assert [page.index(f"Title {day}") for day in (4, 3, 2)] == sorted(page.index(f"Title {day}") for day in (4, 3, 2))
    assert "Title 1" not in page
    assert "All news: 4" in page
    assert "<p>What happened.</p>" in page
    assert "The rest of it" not in page
    own = client.get(NEWS).text.replace("\xa0", " ")
    assert "Title of another" not in own
    places = [own.index(f"Title {day}") for day in (4, 3, 2, 1)]
    assert places == sorted(places)
    assert own.count("The rest of it") == 4
    assert '<time datetime="2026-11-04">4 November 2026</time>' in own


def test_it_links_from_the_petition_to_each_update(client: FlaskClient, petition: Petition) -> None:
    update = PetitionUpdateFactory(petition_id=petition.id)
    assert f'href="{NEWS}#news-{update.id}"' in client.get("/en/petition/mothers/").text
    assert f'id="news-{update.id}"' in client.get(NEWS).text


def test_it_shows_only_updates_that_are_live_in_the_readers_language(client: FlaskClient, petition: Petition) -> None:
    update = PetitionUpdateFactory(petition_id=petition.id, texts__title="Seen")
    PetitionUpdateFactory(petition_id=petition.id, texts__title="Hidden", texts__state=State.DRAFT)
    assert "Hidden" not in client.get("/en/petition/mothers/").text + client.get(NEWS).text
    withdraw(update.id, "en")
    assert "Seen" not in client.get("/en/petition/mothers/").text
    elsewhere = client.get(NEWS)
    assert elsewhere.status_code == 200
    assert 'href="/ru/petition/mothers/news/"' in elsewhere.text
    withdraw(update.id, "ru")
    assert client.get(NEWS).status_code == 404


def test_it_has_no_page_of_updates_if_there_are_none(client: FlaskClient, petition: Petition) -> None:
    assert client.get(NEWS).status_code == 404
    assert client.get("/en/petition/nobody/news/").status_code == 404
    assert "News of the petition" not in client.get("/en/petition/mothers/").text


def test_it_lists_the_page_of_updates_in_the_sitemap(client: FlaskClient, petition: Petition) -> None:
    update = PetitionUpdateFactory(petition_id=petition.id)
    withdraw(update.id, "ru")
    pages = client.get("/sitemaps/pages.xml").text
    assert "<loc>http://127.0.0.1:8000/en/petition/mothers/news/</loc>" in pages
    assert "/ru/petition/mothers/news/" not in pages
    assert 'hreflang="ru"' not in client.get(NEWS).text.partition("</head>")[0]
