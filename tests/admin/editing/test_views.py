"""Editing with plain forms, as in a browser without scripts."""

import json
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.admin.editing.edit_page import COMPLETE, EditPage, create, in_days, post
from tests.conftest import SignIn, make_client
from wzo.admin.editing.forms import MAX_FIELD_LENGTH
from wzo.cms import presence
from wzo.extensions import db


def test_it_merges_changes_to_different_fields(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = create(client).fill(COMPLETE)
    page.press()
    one, other = EditPage(client, page.path).open(), EditPage(client, page.path).open()
    assert one.fill({"ru.title": "Первая"}).press().status_code == 303
    assert other.fill({"ru.summary": "Вторая"}).press().status_code == 303
    page.open()
    assert (page.value("ru.title"), page.value("ru.summary")) == ("Первая", "Вторая")


@pytest.mark.slow
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


def autosave(page: EditPage, fields: dict[str, str], bases: dict[str, str] | None = None) -> Any:
    """The request of the script: the changed fields, and the revisions that the page started from."""
    names = ("csrf_token", "edit_session", "base.shared", "base.ru", "base.en")
    return post(page, "autosave", **{name: page.value(name) for name in names}, **(bases or {}), **fields)


def patch(after: str, start: int, end: int, text: str) -> str:
    return json.dumps([zlib.crc32(after.encode()), [start, end, text]])


def test_it_saves_a_patch(page: EditPage) -> None:
    text = COMPLETE["ru.body"]
    saved = autosave(page, {"patch.ru.body": patch(text + "\U0001f600", len(text), len(text), "\U0001f600")})
    assert saved.status_code == 200
    assert page.open().value("ru.body") == text + "\U0001f600"
    # It was made for another text.
    assert autosave(page, {"patch.ru.body": patch(text, 0, 1, "x")}).status_code == 409
    assert autosave(page, {"patch.ru.nothing": patch(text, 0, 1, "x")}).status_code == 200
    assert page.open().value("ru.body") == text + "\U0001f600"


def test_it_refuses_a_patch_that_makes_a_text_too_long(page: EditPage) -> None:
    long = "а" * MAX_FIELD_LENGTH + COMPLETE["ru.body"]
    assert autosave(page, {"patch.ru.body": patch(long, 0, 0, "а" * MAX_FIELD_LENGTH)}).status_code == 413


def test_it_does_not_conflict_with_a_save_whose_response_was_lost(page: EditPage) -> None:
    for text in ("Последнее", "Последнее слово"):
        saved = autosave(page, {"ru.title": text}).json
        assert saved["conflicts"] == {}
    # Another page of the same editor is another session.
    other = EditPage(page.client, page.path).open()
    autosave(other, {"ru.title": "Другое окно"})
    assert autosave(page, {"ru.title": "Последнее слово!"}).json["conflicts"].keys() == {"ru.title"}


def test_it_returns_the_changes_that_it_made_to_a_text(page: EditPage) -> None:
    saved = autosave(page, {"ru.title": "Пе\u00adре\u00adнос", "ru.summary": "Снег.\r\nДождь."}).json
    assert saved["replacements"] == {"ru.title": [[2, 6, "ре"]]}
    assert page.open().value("ru.title") == "Перенос"


@pytest.mark.slow
def test_it_merges_paragraphs_and_returns_only_those_of_others(page: EditPage) -> None:
    page.fill({"ru.body": "Один.\n\nДва.\n\nТри."}).press()
    page.open()
    other = EditPage(page.client, page.path).open()
    autosave(other, {"ru.body": "Один.\n\nДва.\n\nТри!"})
    saved = autosave(page, {"ru.body": "Раз.\n\nДва.\n\nТри."}).json
    assert (saved["conflicts"], saved["theirs"], saved["merged"]) == ({}, {}, ["ru.body"])
    assert saved["replacements"] == {"ru.body": [[15, 16, "!"]]}
    assert page.open().value("ru.body") == "Раз.\n\nДва.\n\nТри!"
    # Of a text in conflict, the other paragraphs come along, and only the one is shown.
    autosave(other.open(), {"ru.body": "Раз?\n\nДва?\n\nТри!"})
    saved = autosave(page, {"ru.body": "Раз…\n\nДва.\n\nТри!"}).json
    conflict = saved["conflicts"]["ru.body"]
    assert (conflict["shown"], conflict["theirs"]) == ("Раз?", "Раз?\n\nДва?\n\nТри!")
    assert saved["replacements"] == {"ru.body": [[9, 10, "?"]]}


@pytest.mark.slow
def test_it_shows_merged_paragraphs_before_it_publishes(page: EditPage) -> None:
    page.fill({"ru.body": "Один.\n\nДва."}).press()
    page.open()
    autosave(EditPage(page.client, page.path).open(), {"ru.body": "Один.\n\nДва!"})
    assert page.fill({"ru.body": "Раз.\n\nДва."}).press("publish:ru en").status_code == 409
    assert page.open().value("ru.body") == "Раз.\n\nДва!"


@pytest.mark.slow
def test_it_shows_who_else_is_on_the_page(page: EditPage, app: Flask, sign_in: SignIn) -> None:
    other = make_client(app)
    anna = sign_in(other, "writer")
    line = re.compile(r'id="presence"[^>]*>([^<]*)')
    assert line.findall(page.open().text)[0].strip() == ""
    with time_machine.travel(in_days(0), tick=False) as clock:
        opened = EditPage(other, page.path).open()
        assert anna.name in line.findall(page.open().text)[0]
        assert post(opened, "presence").status_code == 200
        clock.shift(90)
        assert anna.name in post(page, "presence").text
        # She has closed it.
        clock.shift(60)
        assert post(page, "presence").text.strip() == ""
        presence.prune()
        assert db.session.scalar(select(func.count()).select_from(presence.Presence)) == 1


@pytest.mark.parametrize(
    ("written", "stored"),
    [("23 июля 2019", "2019-07-23"), ("23.07.2019", "2019-07-23"), ("July 2019", "2019-07"), ("летом", "летом")],
)
def test_it_understands_dates_as_people_write_them(
    client: FlaskClient, sign_in: SignIn, written: str, stored: str
) -> None:
    sign_in(client, "writer")
    page = create(client).fill({**COMPLETE, "shared.published_on": written})
    page.press()
    page.open()
    assert page.value("shared.published_on") == stored
    shown = "enter a date as exactly as you know it" in client.get(page.path).text.replace("\xa0", " ")
    assert shown == (stored == written)
