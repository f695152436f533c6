"""The petition's pages as a visitor gets them."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import Mailbox, WorkUntilDone
from tests.factories import PetitionFactory, PetitionUpdateFactory
from tests.petition.signing import ANNA, link, sign
from wzo.extensions import db
from wzo.outbox import Job
from wzo.petition.models import Petition, PetitionUpdateText, SignatureCount
from wzo.publication import State

pytestmark = pytest.mark.usefixtures("petition")
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def waiting() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def test_it_answers_everyone_alike(client: FlaskClient, work: WorkUntilDone, mailbox: Mailbox) -> None:
    people = {state: f"{state}@example.org" for state in ("waits", "signed", "gone", "blocks")}
    for address in people.values():
        sign(client, email=address)
    work()
    for letter in mailbox.letters():
        if letter["To"] == people["signed"]:
            client.post(link(letter, "c"))
        if letter["To"] == people["gone"]:
            client.post(link(letter, "w"))
        if letter["To"] == people["blocks"]:
            client.post(link(letter, "n"), data={"block": "y"})
    for headers in ({}, PARTIAL):
        answers = [sign(client, email=address, headers=headers) for address in ("new@example.org", *people.values())]
        assert len({(answer.status, str(answer.headers), answer.data) for answer in answers}) == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Enter your name"),
        ("name", " \t ", "Enter your name"),
        ("name", "123", "Enter your name"),
        ("name", "A" * 101, "Shorten the name to 100"),
        ("name", "A\u202eB", "invisible character"),
        ("name", "A\x00B", "invisible character"),
        ("email", "", "Enter your e-mail"),
        ("email", "anna", "name@example.org"),
        ("email", "аnna@example.org", "two alphabets"),
        ("email", "a@example.org\r\nBcc: b@example.org", "two alphabets"),
        ("email", "a@example.org\x00", "two alphabets"),
        ("email", "=?utf-8?q?bob?=@example.org", "two alphabets"),
        ("email", "a" * 300 + "@example.org", "too long"),
        ("country", "Atlantis", "Choose a country"),
    ],
)
def test_it_says_beside_the_field_what_to_do_and_keeps_what_was_typed(
    client: FlaskClient, field: str, value: str, message: str
) -> None:
    answer = sign(client, **{field: value})
    assert answer.status_code == 422
    assert message in answer.text.replace("\u00a0", " ")
    assert f'id="{field}-error"' in answer.text
    for other in {"name", "email"} - {field}:
        assert f'value="{ANNA[other]}"' in answer.text
    assert waiting() == 0


def test_it_speaks_of_errors_in_the_readers_language(client: FlaskClient) -> None:
    answer = sign(client, lang="ru", name="", email="анна", country="Атлантида")
    assert "Укажите имя" in answer.text.replace("\u00a0", " ")
    assert "Исправьте, пожалуйста: 3 поля" in answer.text.replace("\u00a0", " ")
    assert "Выберите страну" in answer.text.replace("\u00a0", " ")


def test_it_preselects_no_consent(client: FlaskClient) -> None:
    assert " checked" not in client.get("/en/petition/mothers/").text


def test_it_puts_a_name_with_line_breaks_on_one_line(client: FlaskClient) -> None:
    assert sign(client, name="Anna\r\nBcc: b@example.org").status_code == 303


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
    answer = client.post("/en/petition/mothers/sign", data=body, content_type=kind)
    assert answer.status_code in (status, 422)


def test_it_survives_too_many_parts(client: FlaskClient) -> None:
    parts = {f"f{n}": "1" for n in range(1_200)}
    answer = client.post("/en/petition/mothers/sign", data=parts, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_it_gives_htmx_the_part_and_browsers_the_page(client: FlaskClient) -> None:
    for headers, whole in ((PARTIAL, False), ({"HX-Request": "true", "HX-Request-Type": "full"}, True), ({}, True)):
        for answer in (
            sign(client, name="", headers=headers),
            client.get("/en/petition/mothers/count", headers=headers),
        ):
            assert ("<html" in answer.text) is whole
            assert "HX-Request-Type" in answer.headers["Vary"]


def test_it_gives_htmx_failures_that_do_no_harm(client: FlaskClient) -> None:
    count = client.get("/en/petition/nope/count", headers=PARTIAL)
    assert count.status_code == 404
    assert count.headers["HX-Reswap"] == "none"
    foreign = sign(client, headers={**PARTIAL, "Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert foreign.headers["HX-Retarget"] == "#failure"
    assert "<html" not in foreign.text


def test_it_gives_the_count_to_other_sites(client: FlaskClient) -> None:
    answer = client.get("/petition/mothers/count.json")
    assert answer.get_json() == {"petition": "mothers", "signatures": 0, "goal": 100, "open": True}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=5" in answer.headers["Cache-Control"]


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


@pytest.mark.parametrize(
    ("confirmed", "goal"), [(0, 100), (99, 100), (100, 250), (499, 500), (12480, 25000), (50000, 100000)]
)
def test_it_grows_by_round_numbers(client: FlaskClient, petition: Petition, confirmed: int, goal: int) -> None:
    db.session.add(SignatureCount(petition_id=petition.id, shard=0, confirmed=confirmed))
    db.session.commit()
    assert client.get("/petition/mothers/count.json").get_json()["goal"] == goal


@pytest.mark.parametrize("path", ["/c/7K3QM9XW2PHT", "/c/x", "/w/" + "a" * 32, "/n/ы", "/c/7K3QM9XW2PHT/new"])
def test_it_explains_links_that_it_does_not_know(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (200, 404)
    assert "petition" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    if not path.endswith("/new"):
        assert client.post(path).status_code == 404


def test_the_pages_of_a_letter_speak_its_language_and_can_be_switched(
    client: FlaskClient, work: WorkUntilDone, mailbox: Mailbox
) -> None:
    sign(client, lang="ru")
    work()
    for kind in "cwn":
        path = link(mailbox.last(), kind)
        assert 'lang="ru"' in client.get(path).text.split(">")[1]
        assert '<html lang="en">' in client.get(f"{path}?lang=en").text
        answer = client.post(f"{path}?lang=en")
        assert answer.location.endswith("?lang=en")


def test_an_address_of_a_closed_petition_says_so(client: FlaskClient, petition: Petition) -> None:
    from datetime import date

    petition.closed_on = date(2026, 11, 1)
    db.session.commit()
    page = client.get("/en/petition/mothers/").text
    assert "1 November 2026" in page
    assert "data-hx-post" not in page
    assert sign(client).status_code == 410
    assert client.get("/petition/mothers/count.json").get_json()["open"] is False


NEWS = "/en/petition/mothers/news/"


def withdraw(update_id: int, language: str) -> None:
    text = db.session.get_one(PetitionUpdateText, {"update_id": update_id, "language": language})
    text.state = State.UNPUBLISHED
    db.session.commit()


def test_it_shows_the_last_three_on_the_petitions_page_and_all_on_their_own(
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


def test_it_leads_from_the_petition_to_the_place_of_the_news(client: FlaskClient, petition: Petition) -> None:
    update = PetitionUpdateFactory(petition_id=petition.id)
    assert f'href="{NEWS}#news-{update.id}"' in client.get("/en/petition/mothers/").text
    assert f'id="news-{update.id}"' in client.get(NEWS).text


def test_it_shows_only_what_is_live_in_the_readers_language(client: FlaskClient, petition: Petition) -> None:
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


def test_it_has_no_page_for_no_news(client: FlaskClient, petition: Petition) -> None:
    assert client.get(NEWS).status_code == 404
    assert client.get("/en/petition/nobody/news/").status_code == 404
    assert "News of the petition" not in client.get("/en/petition/mothers/").text


def test_it_tells_search_engines_of_the_news(client: FlaskClient, petition: Petition) -> None:
    update = PetitionUpdateFactory(petition_id=petition.id)
    withdraw(update.id, "ru")
    pages = client.get("/sitemaps/pages.xml").text
    assert "<loc>http://127.0.0.1:8000/en/petition/mothers/news/</loc>" in pages
    assert "/ru/petition/mothers/news/" not in pages
    assert 'hreflang="ru"' not in client.get(NEWS).text.partition("</head>")[0]
