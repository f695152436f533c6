"""News of a petition, as readers get them."""

from datetime import date

from flask.testing import FlaskClient

from tests.factories import PetitionFactory, PetitionUpdateFactory
from wzo.extensions import db
from wzo.petition.models import Petition, PetitionUpdateText
from wzo.publication import State

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
