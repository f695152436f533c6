"""The edit page as an editor uses it: open it, fill it in, press a button."""

import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from tests.conftest import Installation, SignIn, make_client
from tests.times import at
from wzo.accounts.models import User, UserSession
from wzo.cms.content_types import registry
from wzo.cms.lists import get_items
from wzo.extensions import db

COMPLETE = {
    "ru.title": "Матери и дети",
    "ru.summary": "О детях в колониях.",
    "ru.body": "Первый абзац.",
    "en.title": "Mothers and children",
    "en.summary": "On children in colonies.",
    "en.body": "The first paragraph.",
    "shared.notice": "none",
    "shared.consent": "nobody",
}


class _Fields(HTMLParser):
    """Reads the fields of one form as a browser would send them."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.wanted = form
        self.inside = False
        self.values: list[tuple[str, str]] = []
        self.area: str | None = None
        self.select: str | None = None
        self.first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        it = dict(attrs)
        if tag == "form":
            self.inside = it.get("id") == self.wanted
        if not self.inside:
            return
        name = it.get("name") or ""
        if tag == "input" and name:
            kind = it.get("type", "text")
            if kind not in ("file", "submit") and (kind not in ("checkbox", "radio") or "checked" in it):
                self.values.append((name, it.get("value") or ""))
        elif tag == "textarea":
            self.area = name
            self.values.append((name, ""))
        elif tag == "select":
            self.select, self.first = name, None
        elif tag == "option" and self.select and ("selected" in it or self.first is None):
            self.first = it.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.area:
            name, value = self.values[-1]
            self.values[-1] = (name, value + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            name, value = self.values[-1]
            # The first line break after the tag is not part of the text.
            self.values[-1] = (name, value.removeprefix("\n"))
            self.area = None
        elif tag == "select" and self.select:
            self.values.append((self.select, self.first or ""))
            self.select = None
        elif tag == "form":
            self.inside = False


@dataclass
class EditPage:
    """The edit page of an object, as open in one browser."""

    client: FlaskClient
    path: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    text: str = ""

    def open(self) -> "EditPage":
        response = self.client.get(self.path)
        assert response.status_code == 200, response.status_code
        return self.read(response.text)

    def read(self, text: str) -> "EditPage":
        parser = _Fields("edit")
        parser.feed(text)
        self.text, self.fields = text, {}
        for name, value in parser.values:
            self.fields.setdefault(name, []).append(value)
        return self

    def fill(self, values: dict[str, str]) -> "EditPage":
        for name, value in values.items():
            assert name in self.fields, name
            self.fields[name] = [value]
        return self

    def press(self, do: str = "save") -> Any:
        return self.client.post(self.path, data={**self.fields, "do": do})

    def value(self, name: str) -> str:
        return self.fields[name][-1]


def create(client: FlaskClient, content_type: str = "stories") -> EditPage:
    """Create an object and open its edit page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"/admin/{content_type}/").text)
    assert token
    response = client.post(f"/admin/{content_type}/", data={"csrf_token": token[1]})
    assert response.status_code == 303
    return EditPage(client, response.location).open()


def post(page: EditPage, path: str, **data: Any) -> Any:
    """Press a button of another form of the same page."""
    return page.client.post(page.path + path, data={"csrf_token": page.value("csrf_token"), **data})


STORY_PATH = "/ru/stories/mothers-and-children/"


STORIES = registry["stories"]


@pytest.fixture
def page(
    app: Flask, client: FlaskClient, sign_in: SignIn, installation: Installation, request: pytest.FixtureRequest
) -> EditPage:
    """A complete draft of a story, opened by the publisher who wrote it."""
    if {"content", "petition"}.isdisjoint(request.fixturenames):
        installation.fill(write_story)
    else:
        write_story()
    [item] = get_items(STORIES, limit=1)
    sign_in.start_session(client, db.session.scalars(select(User)).one())
    return EditPage(client, f"/admin/{STORIES.key}/{item.id}/").open()


def write_story() -> None:
    """Write a complete draft of a story as a new publisher, through the panel."""
    client = make_client(current_app._get_current_object())  # type: ignore[attr-defined]
    SignIn()(client, "publisher")
    create(client).fill(COMPLETE).press()
    db.session.rollback()
    db.session.execute(delete(UserSession))
    db.session.commit()


def age_factor() -> None:
    """As if the second factor had been confirmed an hour ago."""
    db.session.execute(update(UserSession).values(factor_at=at(time.time() - 3600)))
    db.session.commit()


def refresh_factor() -> None:
    """As if it had just been confirmed."""
    db.session.execute(update(UserSession).values(factor_at=at(time.time())))
    db.session.commit()


def id_of(page: EditPage) -> int:
    return int(page.path.rstrip("/").rsplit("/", 1)[1])


def in_days(days: int) -> float:
    return time.time() + days * 24 * 60 * 60
