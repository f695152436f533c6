"""Pages that editors add: where they are linked, which addresses they may have, and which pages the site needs."""

from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import EditPage, create, post
from tests.conftest import SignIn
from tests.factories import PageFactory
from tests.html import parse
from tests.pages.test_queries import database_down
from wzo.cms import drafts
from wzo.cms.content_types import registry
from wzo.cms.links import check_links
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.pages.content_types import reserved_slugs
from wzo.pages.models import Page
from wzo.pages.queries import EMBEDDED

PAGES = registry["pages"]
COMPLETE = {
    "ru.title": "Как написать письмо",
    "ru.summary": "О письмах в колонию.",
    "ru.body": "## Что можно\n\nСлова.",
    "en.title": "How to write a letter",
    "en.summary": "On letters to a colony.",
    "en.body": "## What is allowed\n\nWords.",
}
PLACES = {"menu": "header", "footer": "footer"}


def paths_in(client: FlaskClient, landmark: str, path: str) -> list[str]:
    """The paths that the header or the footer of a page links to."""
    (found,) = parse(client.get(path).data).root.iter(landmark)
    return [urljoin(path, link.attrib["href"]) for link in found.iter("a")]


def places_of(client: FlaskClient, slug: str, language: str) -> list[str]:
    """Where the pages of the site link to a page; the list of stories represents all of them."""
    path = f"/{language}/{slug}/"
    return [place for place, it in PLACES.items() if path in paths_in(client, it, f"/{language}/stories/")]


def publish(page: EditPage, **shared: str) -> str:
    """Publish a page in both languages from its edit page; returns what the response says."""
    page.open().fill({f"shared.{name}": value for name, value in shared.items()})
    return str(page.press("publish:ru en").text).replace("\xa0", " ")


@pytest.mark.slow
@pytest.mark.parametrize("place", ["none", *PLACES])
def test_it_is_added_by_an_editor_and_linked_from_its_place(client: FlaskClient, sign_in: SignIn, place: str) -> None:
    sign_in(client, "publisher")
    page = create(client, "pages").fill({**COMPLETE, "shared.place": place})
    page.press("publish:ru en")
    for language in LANGUAGES:
        shown = client.get(f"/{language}/how-to-write-a-letter/")
        assert shown.status_code == 200
        assert COMPLETE[f"{language}.title"] in shown.text.replace("\xa0", " ")
        assert places_of(client, "how-to-write-a-letter", language) == ([place] if place != "none" else [])
    post(page.open(), "unpublish", languages="en")
    assert client.get("/en/how-to-write-a-letter/").status_code == 410
    assert places_of(client, "how-to-write-a-letter", "en") == []
    assert client.get("/ru/how-to-write-a-letter/").status_code == 200


@pytest.mark.parametrize("place", PLACES)
def test_it_keeps_the_order_of_the_list(client: FlaskClient, place: str) -> None:
    pages = {slug: PageFactory(slug=slug, place=place).id for slug in ("first", "second", "third")}
    wanted = ["/en/second/", "/en/third/", "/en/first/"]
    drafts.move(content_type=PAGES, object_id=pages["first"], step=2)
    assert [it for it in paths_in(client, PLACES[place], "/en/stories/") if it in wanted] == wanted


def test_it_marks_the_current_page_in_the_menu(client: FlaskClient) -> None:
    PageFactory(slug="first", place="menu")
    PageFactory(slug="second", place="menu")
    (header,) = parse(client.get("/en/second/").data).root.iter("header")
    assert [it.get("href") for it in header.iter("a") if it.get("aria-current")] == ["/en/second/"]


@pytest.mark.slow
def test_it_redirects_from_the_former_address(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client, "pages").fill(COMPLETE)
    page.press("publish:ru en")
    publish(page, slug="letters")
    response = client.get("/en/how-to-write-a-letter/")
    assert (response.status_code, response.location) == (301, "/en/letters/")
    assert check_links("[x](/en/how-to-write-a-letter/)", "en") == []


@pytest.mark.slow
def test_it_refuses_every_address_of_another_part_of_the_site(client: FlaskClient, app: Flask, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client, "pages").fill(COMPLETE)
    page.press()
    reserved = {slug for slug in reserved_slugs() if slug.isalnum()}
    assert reserved >= {"stories", "projects", "petition", "privacy", "donate", "team", "kept"}
    for slug in reserved:
        assert "Another part of the site has this address" in publish(page, slug=slug), slug
    page.open().fill({"en.title": "Stories", "shared.slug": ""}).press("publish:ru en")
    assert client.get("/en/stories-2/").status_code == 200


@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_keeps_the_pages_that_the_site_needs(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    needed = {page.slug: page.id for page in db.session.scalars(select(Page)) if page.slug in reserved_slugs()}
    assert needed.keys() == {"privacy", *EMBEDDED}
    for slug, page_id in needed.items():
        page = EditPage(client, f"/admin/pages/{page_id}/")
        assert "The site itself needs this page" in publish(page, slug="elsewhere"), slug
        publish(page, slug="")
        post(page.open(), "move-to-trash")
        db.session.rollback()
        assert db.session.get_one(Page, page_id).slug == slug
    assert client.get("/en/privacy/").status_code == 200


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("slug", EMBEDDED)
def test_it_gives_no_page_of_its_own_to_a_text_within_another_page(
    client: FlaskClient, sign_in: SignIn, slug: str
) -> None:
    assert client.get(f"/en/{slug}/").status_code == 404
    assert f"/en/{slug}/" not in client.get("/sitemaps/pages.xml").text
    assert [link.address for link in check_links(f"[x](/en/{slug}/)", "en")] == [f"/en/{slug}/"]
    sign_in(client, "publisher")
    page_id = db.session.scalars(select(Page.id).where(Page.slug == slug)).one()
    assert "part of another page" in publish(EditPage(client, f"/admin/pages/{page_id}/"), place="menu")
    assert places_of(client, slug, "en") == []


def test_it_redirects_to_the_address_with_a_final_slash_only_where_there_is_a_page(client: FlaskClient) -> None:
    PageFactory(slug="letters")
    response = client.get("/en/letters")
    assert (response.status_code, response.location) == (308, "/en/letters/")
    assert client.get("/en/lettres").status_code == 404
    assert client.get("/en/stories").status_code == 308


def test_it_is_found_by_search_and_in_the_sitemap(client: FlaskClient) -> None:
    PageFactory(slug="letters", texts__body="Petiolatum in a parcel.")
    assert "/en/letters/" in client.get("/en/stories/?q=petiolatum").text
    assert "/en/letters/" in client.get("/sitemaps/pages.xml").text


def test_it_serves_pages_without_their_links_while_the_database_is_down(client: FlaskClient) -> None:
    PageFactory(slug="letters", place="menu")
    with database_down():
        assert "/en/letters/" not in paths_in(client, "header", "/en/kept/")
    assert "/en/letters/" in paths_in(client, "header", "/en/kept/")
