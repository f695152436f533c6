"""Checks of every page of the panel, in both languages, as an administrator sees it."""

import re
from email.message import Message
from functools import cache

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import test_every_page as net
from tests.admin.crawl import crawl
from tests.admin.editing.edit_page import COMPLETE, EditPage, age_factor, create, refresh_factor
from tests.conftest import SignIn
from tests.html import parse
from tests.running_site import RawResponse
from tests.site_pages import Page
from wzo.i18n import LANGUAGES

CHECKS = (
    net.has_no_syntax_errors,
    net.has_one_heading_of_the_first_level,
    net.has_headings_in_steps,
    net.has_unique_ids,
    net.refers_to_what_exists,
    net.describes_its_pictures,
    net.labels_its_fields,
    net.labels_its_options,
    net.holds_nothing_inline,
    net.is_in_its_language,
)
# The parts of a page that differ from one session to the next, and from one editor of the tests to the next.
OF_THIS_RUN = re.compile(
    rb'(?<=name="csrf_token" value=")[^"]*|(?<=name="edit_session" value=")[^"]*|(?<=[Ee]ditor[- ])[0-9]+'
)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_sound_on_every_page(
    app: Flask, client: FlaskClient, sign_in: SignIn, content: None, language: str
) -> None:
    sign_in(client, "administrator", language)

    def get(path: str) -> tuple[int, bytes]:
        response = client.get(path)
        return response.status_code, response.data

    pages = crawl(app, get) | made_pages(client)
    endpoints = {app.url_map.bind("127.0.0.1").match(path.split("?")[0].split(" ")[0])[0] for path in pages}
    assert len(endpoints) >= 19
    previews = [path for path in pages if "/preview/" in path]
    helpless = [path for path, body in pages.items() if b'class="page-help"' not in body]
    assert [path for path in helpless if path not in previews and not path.startswith("/admin/help/")] == []
    found = [fault for path, body in pages.items() for fault in faults(path, language, OF_THIS_RUN.sub(b"", body))]
    assert found == []


@cache
def faults(path: str, language: str, body: bytes) -> list[str]:
    """What is wrong with a page; most are the same on both databases."""
    sent = net.Sent(Page(path, language, path), RawResponse(200, Message(), body), parse(body))
    # A preview has the language of the text.
    checks = [check for check in CHECKS if not ("/preview/" in path and check is net.is_in_its_language)]
    return [f"{path} {fault}" for check in checks for fault in check(sent)]


def made_pages(client: FlaskClient) -> dict[str, bytes]:
    """Pages that no link leads to: a refused publication, a conflict, a new draft, a new draft link, the last step."""
    page = create(client)
    stopped = page.press("publish:ru en")
    page.open().fill({**COMPLETE, "ru.body": "Раз. ![](/media/x.jpg)"}).press()
    one, other = EditPage(client, page.path).open(), EditPage(client, page.path).open()
    one.fill({"ru.title": "Моя"}).press()
    conflict = other.fill({"ru.title": "Твоя"}).press()
    assert (stopped.status_code, conflict.status_code) == (422, 409)
    data = {"csrf_token": page.value("csrf_token"), "language": "ru", "days": "7"}
    link = client.post(page.path + "links/", data=data, follow_redirects=True)
    return {
        f"{page.path} stopped": stopped.data,
        f"{page.path} conflict": conflict.data,
        f"{page.path} link": link.data,
        page.path: client.get(page.path).data,
        f"{page.path}publish": client.get(last_step(page)).data,
        f"{page.path}history/": client.get(f"{page.path}history/").data,
        "/admin/search/?q=раз": client.get("/admin/search/?q=раз").data,
    }


def last_step(page: EditPage) -> str:
    """The path of the page that publishes once the second factor has been confirmed."""
    age_factor()
    path: str = page.open().fill({"ru.body": "Раз."}).press("publish:ru").location
    refresh_factor()
    return path
