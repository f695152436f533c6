"""Notices at the top of every page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.factories import NoticeFactory
from wzo.extensions import db
from wzo.pages.models import Notice, NoticeText
from wzo.publication import State


@contextmanager
def database_down() -> Iterator[None]:
    """No statement reaches the database."""

    def refuse(*arguments: object) -> None:
        raise OperationalError("", {}, Exception("down"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize("path", ["/en/", "/en/stories/", "/en/kept/", "/en/donate/"])
def test_it_shows_a_notice_on_every_page_in_the_readers_language(client: FlaskClient, path: str) -> None:
    notice = NoticeFactory(texts__title="We move tonight", texts__body="Back **tomorrow**.")
    db.session.get_one(NoticeText, {"notice_id": notice.id, "language": "ru"}).state = State.DRAFT
    db.session.commit()
    page = client.get(path).text.replace("\xa0", " ")
    assert "We move tonight" in page
    assert "Back <strong>tomorrow</strong>." in page
    assert "We move tonight" not in client.get(path.replace("/en/", "/ru/")).text.replace("\xa0", " ")


def test_it_hides_a_notice_after_its_last_day(client: FlaskClient) -> None:
    NoticeFactory(until=date(2026, 11, 24), texts__title="Tonight")
    for timestamp, shown in (("2026-11-24T23:59:00Z", True), ("2026-11-25T00:01:00Z", False)):
        with time_machine.travel(timestamp, tick=False):
            assert ("Tonight" in client.get("/en/stories/").text) is shown


def test_it_updates_and_removes_a_notice_at_once(client: FlaskClient) -> None:
    notice = NoticeFactory(texts__title="First")
    assert "First" in client.get("/en/stories/").text
    db.session.get_one(NoticeText, {"notice_id": notice.id, "language": "en"}).title = "Second"
    db.session.commit()
    page = client.get("/en/stories/").text
    assert "Second" in page
    assert "First" not in page
    db.session.delete(db.session.get_one(Notice, notice.id))
    db.session.commit()
    assert "Second" not in client.get("/en/stories/").text


def test_it_queries_no_notices_while_nothing_changes(client: FlaskClient) -> None:
    NoticeFactory()
    client.get("/en/kept/")
    sent: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        client.get("/en/kept/")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    # What it reads without SQLAlchemy is the content version.
    assert not sent


def test_it_serves_pages_without_notices_while_the_database_is_down(client: FlaskClient) -> None:
    NoticeFactory(texts__title="Tonight")
    with database_down():
        response = client.get("/en/kept/")
        assert client.get("/en/stories/").status_code == 503
    assert response.status_code == 200
    assert "Tonight" not in response.text
    assert "Tonight" in client.get("/en/kept/").text


def test_it_shows_no_notice_on_error_pages(client: FlaskClient) -> None:
    NoticeFactory(texts__title="Tonight")
    response = client.get("/en/nowhere/")
    assert response.status_code == 404
    assert "Tonight" not in response.text
