"""The glossary, and the links to it in texts."""

import re

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import create
from tests.conftest import SignIn
from tests.factories import GlossaryTermFactory, StoryFactory
from tests.html import parse
from wzo.cms.links import check_links
from wzo.extensions import db
from wzo.glossary.models import GlossaryTermText
from wzo.i18n import LANGUAGES
from wzo.markdown import plain_text, render_markdown
from wzo.publication import State

MARKED = "She was in a [remand prison](term:sizo), then in [SIZO](term:sizo) again, and in a [colony](term:colony)."
LINK = "/en/glossary/#term-sizo"


def anchors(client: FlaskClient, path: str) -> list[str]:
    """The links of a page to the glossary's terms."""
    return re.findall(r'href="([^"]*/glossary/#[^"]*)"', client.get(path).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_shows_the_terms_by_the_alphabet_with_anchors(client: FlaskClient, language: str) -> None:
    for slug, title in {"b": "“Ёлка”", "c": "Жара", "a": "Еда"}.items():
        GlossaryTermFactory(slug=slug, texts__title=title)
    root = parse(client.get(f"/{language}/glossary/").data).root
    ids = [it.get("id") for it in root.iter("div") if (it.get("id") or "").startswith("term-")]
    assert ids == ["term-a", "term-b", "term-c"]
    assert [it.get("href") for it in root.iter("a") if (it.get("href") or "").startswith("#term")] == [
        f"#{it}" for it in ids
    ]


def test_it_says_so_where_there_is_no_term(client: FlaskClient) -> None:
    assert "There are no terms here yet." in client.get("/en/glossary/").text.replace("\xa0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_the_address_to_which_texts_link(app: Flask, language: str) -> None:
    with app.test_request_context():
        page = url_for("glossary.index", lang=language)
    assert f'href="{page}#term-sizo"' in render_markdown(MARKED, language)


def test_it_is_linked_where_a_term_occurs_first_on_the_page_in_files_and_in_feeds(client: FlaskClient) -> None:
    StoryFactory(slug="marked", texts__body=MARKED)
    wanted = [LINK, "/en/glossary/#term-colony"]
    assert anchors(client, "/en/stories/marked/") == wanted
    for path in ("/en/stories/marked/offline.html", "/en/feed.xml"):
        shown = client.get(path).text
        assert all(link in shown for link in wanted), path
        assert "term:" not in shown, path
    # Who has it in a letter cannot look a term up.
    printed = client.get("/en/stories/marked/print/").text
    assert "term" not in printed[printed.index("She was in") :]
    assert plain_text(MARKED) == "She was in a remand prison, then in SIZO again, and in a colony."


@pytest.mark.parametrize(
    ("text", "html"),
    {
        "[**SIZO**](term:sizo)": "<strong>SIZO</strong></a>",
        "[SIZO[^1]](term:sizo)\n\n[^1]: Note.": "SIZO",
        "[SIZO](term:)": "SIZO",
        "[SIZO](term:../admin)": "SIZO",
        "[](term:sizo)": "",
        "[SIZO](TERM:sizo)": "SIZO",
    }.items(),
)
def test_it_renders_no_other_address_than_that_of_a_term(app: Flask, text: str, html: str) -> None:
    rendered = render_markdown(text, "en")
    assert html in rendered
    assert {*re.findall(r'href="([^"]*)"', rendered)} <= {LINK, "#note-text-1", "#mark-text-1"}


@pytest.mark.slow
def test_it_survives_ten_saves(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = create(client).fill({"en.title": "A story", "en.body": MARKED})
    for number in range(10):
        page.fill({"en.summary": f"Summary {number}."}).press()
        page.open()
    assert page.value("en.body") == MARKED


def test_it_offers_its_links_on_the_edit_page(client: FlaskClient, sign_in: SignIn) -> None:
    GlossaryTermFactory(slug="sizo", texts__title="SIZO")
    GlossaryTermFactory(slug="draft", texts__title="Draft", texts__state=State.DRAFT)
    sign_in(client, "writer")
    shown = create(client).text
    assert '<option value="term:sizo" lang="en">SIZO</option>' in shown
    assert "<code>[SIZO](term:sizo)</code>" in shown.partition("<noscript>")[2]
    assert "term:draft" not in shown


@pytest.mark.usefixtures("content")
def test_it_explains_every_word_that_the_initial_content_marks(client: FlaskClient) -> None:
    marked = anchors(client, "/en/stories/outcasts-4/") + anchors(client, "/ru/projects/prison-court-death/")
    assert [it.partition("#term-")[2] for it in marked] == [
        *("lowest-caste", "echr", "fsin", "sizo", "colony", "release-on-grounds-of-illness", "onk")
    ]


def test_it_is_a_broken_link_where_the_term_is_not_live(client: FlaskClient) -> None:
    term = GlossaryTermFactory(slug="sizo")
    GlossaryTermFactory(slug="colony")
    assert check_links(MARKED, "en") == []
    db.session.get_one(GlossaryTermText, {"term_id": term.id, "language": "en"}).state = State.DRAFT
    db.session.commit()
    assert [link.address for link in check_links(MARKED, "en")] == ["term:sizo", "term:sizo"]
    assert check_links(MARKED, "ru") == []


def test_it_is_found_by_search_and_in_the_sitemap(client: FlaskClient) -> None:
    GlossaryTermFactory(slug="sizo", texts__full_form="Petiolatum prison")
    assert LINK in client.get("/en/stories/?q=petiolatum").text
    assert "/en/glossary/" in client.get("/sitemaps/pages.xml").text
