"""Editing with plain forms, as in a browser without scripts."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import COMPLETE, EditPage, create
from tests.conftest import SignIn, make_client


def test_it_merges_changes_to_different_fields(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = create(client).fill(COMPLETE)
    page.press()
    one, other = EditPage(client, page.path).open(), EditPage(client, page.path).open()
    assert one.fill({"ru.title": "Первая"}).press().status_code == 303
    assert other.fill({"ru.summary": "Вторая"}).press().status_code == 303
    page.open()
    assert (page.value("ru.title"), page.value("ru.summary")) == ("Первая", "Вторая")


def test_it_shows_a_three_way_comparison_if_two_change_one_field(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = create(client).fill(COMPLETE)
    page.press()
    one, other = EditPage(client, page.path).open(), EditPage(client, page.path).open()
    one.fill({"ru.title": "Моя"}).press()
    response = other.fill({"ru.title": "Твоя", "ru.summary": "Заодно"}).press()
    assert response.status_code == 409
    assert "Моя" in response.text
    assert "Твоя" in response.text
    page.open()
    assert (page.value("ru.title"), page.value("ru.summary")) == ("Моя", "Заодно")
    assert "not used: another editor" in client.get(page.path + "history/").text


@pytest.mark.slow
def test_it_loses_nothing_when_two_write_in_parallel(client: FlaskClient, sign_in: SignIn, app: Flask) -> None:
    sign_in(client, "writer")
    page = create(client).fill(COMPLETE)
    page.press()
    clients = [make_client(app) for _ in range(2)]
    for one in clients:
        sign_in(one, "writer")

    def write(number: int) -> None:
        mine = EditPage(clients[number], page.path)
        for step in range(8):
            mine.open()
            mine.fill({"ru.body": f"{mine.value('ru.body')} слово{number}{step}"})
            response = mine.press()
            while response.status_code == 409:
                # The conflict is resolved as a person would: with the other text plus one's own word.
                theirs = re.search(
                    r'id="conflict-1".*?Current text, to copy from.*?<p class="change">(.*?)</p>', response.text, re.S
                )
                heads = dict(re.findall(r'name="(base\.\w+)" value="(\d+)"', response.text))
                assert theirs
                data = {
                    "csrf_token": mine.value("csrf_token"),
                    "edit_session": mine.value("edit_session"),
                    **heads,
                    "ru.body": f"{unescape(theirs[1])} слово{number}{step}",
                }
                response = clients[number].post(page.path, data=data)
            assert response.status_code == 303

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(2)))
    words = page.open().value("ru.body").split()
    assert sorted(set(words) & {f"слово{a}{b}" for a in range(2) for b in range(8)}) == sorted(
        f"слово{a}{b}" for a in range(2) for b in range(8)
    )
