"""The web addresses that people enter: none leads to a script, whatever the field, the page or the draft."""

import re
import tracemalloc
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.cms.objects import create_draft, types
from tests.conftest import SignIn
from tests.html import parse
from wzo.accounts.models import Role
from wzo.cms import drafts
from wzo.cms.checks import blocking
from wzo.cms.content_types import ContentType, registry
from wzo.cms.draft_links import create_draft_link
from wzo.cms.models import SHARED
from wzo.cms.queries import get_draft
from wzo.content_version import bump_content_version
from wzo.donate.models import DonationMethod
from wzo.extensions import db, write_transaction
from wzo.i18n import LANGUAGES
from wzo.mentions.models import Mention
from wzo.petition.models import PetitionThreshold
from wzo.web_addresses import is_web_address, web_address

pytestmark = pytest.mark.one_database

EVIL = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "javascript://example.org/%0aalert(1)",
    "javascript&colon;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://",
    "http://[",
    "http://a:b",
    "https://exa\u200bmple.org",
    "https://example.org\\@evil.example",
    "ftp://example.org/",
)
GOOD = (
    "https://example.org",
    "http://example.org:8080/a?b=c#d",
    "https://пример.рф/страница",
    "http://abcdefghijklmnop.onion/",
    "https://example.org/a%20b",
    "https://[2001:db8::1]/",
)
ADDRESSES = ("href", "src", "action", "formaction", "poster", "srcset", "data", "cite", "background")
HARMLESS = re.compile(r"(https?://[^\s\\]|mailto:|tel:|[/?#](?![/\\])|#?$|[\w.-]+[/?#]|[\w.-]+$)")


@pytest.mark.parametrize("address", EVIL)
def test_it_refuses_what_is_no_web_address(address: str) -> None:
    assert not is_web_address(address)
    assert web_address(address) == ""


@pytest.mark.parametrize("address", GOOD)
def test_it_accepts_web_addresses(address: str) -> None:
    assert is_web_address(address)
    assert web_address(f" {address}\n") == address


def dangerous(html: bytes) -> Iterator[str]:
    """The attributes of a page that make a browser go elsewhere than to a web page, a mailbox or a telephone."""
    for element in parse(html).root.iter():
        for name, value in element.attrib.items() if isinstance(element.tag, str) else ():
            # A browser leaves these characters out before it looks for the scheme.
            if (element.tag, name) == ("img", "src") and value.startswith("data:image/svg+xml;base64,"):
                # A picture in a single file; an SVG in an <img> runs no scripts.
                continue
            if name in ADDRESSES and not HARMLESS.match(re.sub(r"[\x00-\x20]", "", value)):
                yield f"{element.tag} {name}={value!r}"
            if name.startswith("on"):
                yield f"{element.tag} {name}"


def test_it_keeps_no_long_text_in_memory() -> None:
    """A pasted picture may be an address of megabytes."""
    tracemalloc.start()
    for number in range(10):
        assert web_address(f"data:image/png;base64,{number}{'A' * 1_000_000}") == ""
        assert not is_web_address(f"data:image/png;base64,{number}{'B' * 1_000_000}")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000


def test_it_finds_dangerous_attributes() -> None:
    for address in ("javascript:x", " java\tscript:x", "//evil", "data:x"):
        assert list(dangerous(f'<a href="{address}">x</a>'.encode())), address
    for address in ("/a", "#a", "?a", "a/b", "https://a", "mailto:a@b", ""):
        assert not list(dangerous(f'<a href="{address}">x</a>'.encode())), address


def fill(content_type: ContentType, object_id: int, address: str) -> None:
    """Enter an address into every field of an object that takes text, and as a link in Markdown."""
    markdown = f"[x]({address}) [y](<{address}>) <{address}> ![z]({address})\n\n{address}\n\n[l]: {address}\n\n[l]"
    values = {
        locale: {
            field.name: address if field.kind == "url" else markdown
            for field in content_type.fields_for(locale)
            if field.kind == "url" or (locale != SHARED and field.kind in ("text", "textarea", "markdown"))
        }
        for locale in (SHARED, *LANGUAGES)
    }
    draft = get_draft(content_type, object_id)
    drafts.save(
        content_type=content_type,
        object_id=object_id,
        values=values,
        base_revision_ids=draft.revision_ids,
        edit_session="evil",
        author_id=1,
    )


def addresses_for(content_type: ContentType) -> tuple[str, ...]:
    return EVIL[:2] if any(field.kind == "url" for field in content_type.fields()) else EVIL[:1]


@pytest.mark.slow
@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("key", types())
def test_it_shows_no_script_in_any_draft(client: FlaskClient, sign_in: SignIn, key: str) -> None:
    sign_in(client, Role.WRITER)
    content_type = registry[key]
    object_id = create_draft(content_type)
    for address in addresses_for(content_type):
        fill(content_type, object_id, address)
        token = create_draft_link(
            content_type=content_type, object_id=object_id, language="en", reader="", days=1, author_id=1
        )
        edit = f"/admin/{key}/{object_id}/"
        pages = [f"{edit}preview/{code}/" for code in LANGUAGES] + [f"/draft/{token}/", edit, f"{edit}history/"]
        for path in pages:
            response = client.get(path)
            assert response.status_code in (200, 409), path
            assert list(dangerous(response.data)) == [], (path, address)


@pytest.mark.slow
@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("key", [key for key in types() if any(it.kind == "url" for it in registry[key].fields())])
def test_it_publishes_no_script(app: Flask, key: str) -> None:
    content_type = registry[key]
    object_id = create_draft(content_type)
    assert blocking(get_draft(content_type, object_id), list(LANGUAGES)) == []
    for address in EVIL[:4]:
        fill(content_type, object_id, address)
        fields = {it.field.rpartition(".")[2] for it in blocking(get_draft(content_type, object_id), list(LANGUAGES))}
        assert {it.name for it in content_type.fields() if it.kind == "url"} <= fields


@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_shows_no_script_from_the_database(client: FlaskClient) -> None:
    live = ((Mention, "url"), (Mention, "archive_url"))
    shared = ((DonationMethod, "url"), (PetitionThreshold, "source_url"))
    paths = [
        "/en/",
        "/en/projects/last-hope/",
        "/en/mentions/",
        "/en/team/",
        "/en/feed.xml",
        "/en/petition/mothers/",
        "/en/donate/?from=elsewhere",
    ]
    paths += [f"/en/stories/outcasts-4/{page}" for page in ("", "print/", "offline.html")]
    for address in EVIL[:3]:
        with write_transaction():
            bump_content_version()
            for model, column in (*live, *shared):
                db.session.execute(update(model).values({column: address}))
        for path in paths:
            response = client.get(path)
            assert response.status_code == 200, path
            assert list(dangerous(response.data)) == [], (path, address)
