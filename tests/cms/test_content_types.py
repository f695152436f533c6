"""Declares a content type, `books`, and tests it from draft to bin."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from tests.admin.editing.edit_page import EditPage, create, post
from tests.conftest import SignIn, make_client
from wzo import create_app
from wzo.cms import scheduling
from wzo.cms.content_types import ContentType, register, registry
from wzo.cms.fields import BODY, SLUG, SUMMARY, TITLE, Field, FieldValue
from wzo.cms.links import check_links
from wzo.config import Settings
from wzo.extensions import Base, db
from wzo.i18n import current_language
from wzo.publication import PublishableText, get_live_languages_or_404

COMPLETE = {
    "ru.title": "Стрекоза",
    "ru.summary": "О стрекозе.",
    "ru.body": "Стрекоза летит над прудом.",
    "en.title": "Zyxomma",
    "en.summary": "About a dragonfly.",
    "en.body": "A zyxomma flies over the pond.",
    "shared.pages": "96",
}


PATHS = {"ru": "/ru/books/zyxomma/", "en": "/en/books/zyxomma/"}


def pages_error(it: FieldValue) -> str:
    return "" if int(it.value) > 3 else f"{it.label}: a leaflet is not a book."


@cache
def books() -> ContentType:
    """The content type. Its tables are declared when a test asks for them: no other test should see them."""

    class Book(Base):
        __tablename__ = "books"

        id: Mapped[int] = mapped_column(primary_key=True)
        slug: Mapped[str] = mapped_column(String(96), unique=True)
        position: Mapped[int]
        pages: Mapped[int | None]

    class BookText(PublishableText, Base):
        __tablename__ = "book_texts"

        book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), primary_key=True)

    return ContentType(
        key="books",
        name="Book",
        plural="Books",
        new_label="New book",
        model=Book,
        text=BookText,
        foreign_key="book_id",
        endpoint="books.show",
        has_page=True,
        searchable=("body",),
        translated_fields=(TITLE, SUMMARY, BODY),
        shared_fields=(Field("pages", "Pages", "number", required=True, validate=pages_error), SLUG),
    )


def views() -> Blueprint:
    bp = Blueprint("books", __name__)

    @bp.get("/<lang:lang>/books/<slug>/")
    def show(slug: str) -> str:
        book, text, language = books().model, books().text, current_language()
        get_live_languages_or_404(book, text, text.book_id, slug, language)
        row = db.session.execute(
            select(text.title, text.body).join(book).where(book.slug == slug, text.language == language)
        ).first() or abort(410)
        return f"<!doctype html><html><body><h1>{row.title}</h1><p>{row.body}</p></body></html>"

    return bp


@pytest.fixture
def app(app: Flask, settings: Settings) -> Iterator[Flask]:
    """The application with the content type, its tables and its page."""
    tables = [books().model.__table__, books().text.__table__]
    # As when the application starts: first the content types, then the routes.
    register(books())
    own = create_app(settings)
    own.testing = True
    own.register_blueprint(views())
    with own.app_context():
        Base.metadata.create_all(db.engine, tables)
        yield own
        db.session.remove()
        Base.metadata.drop_all(db.engine, tables)
        db.engine.dispose()
    del registry["books"]
    for table in reversed(tables):
        Base.metadata.remove(table)


@pytest.fixture
def editor(app: Flask, sign_in: SignIn) -> FlaskClient:
    client = make_client(app)
    sign_in(client, "administrator")
    return client


@pytest.fixture
def page(editor: FlaskClient) -> EditPage:
    return create(editor, "books").fill(COMPLETE)


@pytest.fixture
def live(page: EditPage) -> EditPage:
    assert page.press("publish:ru en").status_code == 303
    return page.open()


def statuses(client: FlaskClient) -> set[int]:
    return {client.get(path).status_code for path in PATHS.values()}


@pytest.mark.slow
def test_it_is_in_the_panel(editor: FlaskClient, page: EditPage) -> None:
    page.press()
    assert 'href="/admin/books/"' in editor.get("/admin/").text
    assert "Zyxomma" in editor.get("/admin/books/").text
    assert "Zyxomma" in editor.get("/admin/translations/").text
    assert page.path in editor.get("/admin/search/?q=zyxomma").text
    assert "Book" in editor.get("/admin/users/log/?type=books").text


def test_it_is_drafted_and_previewed(editor: FlaskClient, client: FlaskClient, page: EditPage) -> None:
    page.press()
    assert page.open().value("en.title") == "Zyxomma"
    assert statuses(client) == {404}
    preview = editor.get(f"{page.path}preview/en/").text
    assert "<h1>Zyxomma</h1>" in preview
    assert "draft-bar" in preview
    assert statuses(client) == {404}


def test_it_is_checked(page: EditPage) -> None:
    response = page.fill({"en.summary": "", "shared.pages": "2"}).press("publish:ru en")
    assert response.status_code == 422
    assert "a leaflet is not a book" in response.text.replace("\u00a0", " ")
    assert 'href="#en.summary"' in response.text
    page.open().fill({**COMPLETE, "en.body": "[Gone](/en/books/gone/)"})
    response = page.press("publish:ru en")
    assert response.status_code == 422
    assert "/en/books/gone/" in response.text


def test_it_is_scheduled(client: FlaskClient, page: EditPage) -> None:
    page.fill({"day": "2030-03-08", "hour": "09:30"}).press("schedule:ru en")
    assert statuses(client) == {404}
    with time_machine.travel("2030-03-08 09:31Z", tick=False):
        assert scheduling.publish_due() == 2
    assert statuses(client) == {200}


@pytest.mark.slow
def test_it_is_published_searched_and_in_the_sitemap(client: FlaskClient, live: EditPage) -> None:
    assert statuses(client) == {200}
    found = client.get("/en/stories/?q=pond").text
    assert f'href="{PATHS["en"]}"' in found
    assert ">Books<" in found
    sitemap = ElementTree.fromstring(client.get("/sitemaps/pages.xml").data)
    urls = {element.text for element in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert {f"http://127.0.0.1:8000{path}" for path in PATHS.values()} <= urls


@pytest.mark.slow
def test_it_is_known_to_the_link_check(app: Flask, live: EditPage) -> None:
    with app.test_request_context():
        assert check_links(f"[Here]({PATHS['en']})", "en") == []
        assert [link.address for link in check_links("[Gone](/en/books/gone/)", "en")] == ["/en/books/gone/"]


@pytest.mark.slow
def test_it_redirects_an_old_slug(client: FlaskClient, live: EditPage) -> None:
    live.fill({"shared.slug": "dragonfly"}).press("publish:ru en")
    response = client.get(PATHS["en"])
    assert (response.status_code, response.location) == (301, "/en/books/dragonfly/")
    assert client.get("/en/books/dragonfly/").status_code == 200


@pytest.mark.slow
def test_it_is_unpublished_everywhere(client: FlaskClient, live: EditPage) -> None:
    assert post(live, "unpublish").status_code == 303
    assert statuses(client) == {410}
    assert PATHS["en"] not in client.get("/en/stories/?q=pond").text
    assert PATHS["en"] not in client.get("/sitemaps/pages.xml").text


@pytest.mark.slow
def test_it_moves_to_the_bin_and_is_restored(editor: FlaskClient, client: FlaskClient, live: EditPage) -> None:
    assert post(live, "move-to-trash").status_code == 303
    assert statuses(client) == {410}
    bin_page = editor.get("/admin/trash/").text
    assert "Zyxomma" in bin_page
    token = re.search(r'name="csrf_token" value="([^"]+)"', bin_page)
    assert token
    assert editor.post(f"{live.path}restore", data={"csrf_token": token[1]}).status_code == 303
    assert live.open().value("en.title") == "Zyxomma"
    assert live.press("publish:ru en").status_code == 303
    assert statuses(client) == {200}


def test_it_has_the_key_of_its_table(app: Flask) -> None:
    with pytest.raises(ValueError, match="books"):
        register(replace(books(), key="volumes"))
    assert "volumes" not in registry
