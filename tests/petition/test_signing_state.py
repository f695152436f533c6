"""Whether a petition can be signed is one answer for stored pages, the form, the post, the API and the panel."""

import contextvars
import dataclasses
from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from tests.petition.signing import ANNA
from wzo import create_app, key_fingerprints
from wzo.config import Settings
from wzo.extensions import db
from wzo.page_cache.middleware import PageCache
from wzo.petition.models import Petition
from wzo.petition.signing_state import SigningState, signing_state

PETITION, FORM = "/en/petition/mothers/", "/en/petition/mothers/sign"
COUNT = "/petition/mothers/count.json"
# By setting: the state with another key.
STATES = {
    "signature_hmac_key": SigningState.WRONG_HMAC_KEY,
    "signature_public_key": SigningState.WRONG_PUBLIC_KEY,
    "outbox_key": SigningState.WRONG_OUTBOX_KEY,
}


class Site:
    """The site as a web server runs it after a start with these settings, with its page cache."""

    def __init__(self, settings: Settings) -> None:
        self.cache = PageCache(create_app(settings))
        self.cache.watcher.has_started = True
        self.notice_changes()

    def notice_changes(self) -> None:
        """What the watcher's thread does each second."""
        self.cache.watcher.check_once()

    def ask(self, path: str, fields: Mapping[str, str] | None = None) -> TestResponse:
        client = Client(self.cache)
        request: Callable[[], TestResponse] = lambda: client.open(  # noqa: E731
            path,
            method="GET" if fields is None else "POST",
            data=fields,
            base_url="http://127.0.0.1:8000",
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        return contextvars.Context().run(request)

    def answers(self) -> dict[str, bool]:
        """What each part of the site says: whether the petition can be signed."""
        count = self.ask(COUNT).get_json()
        return {
            "page": f'data-hx-post="{FORM}"' in self.ask(PETITION).text,
            "form": self.ask(FORM).status_code == 200,
            "API": bool(count["open"]),
            "post": self.ask(FORM, ANNA).status_code == 303,
        }


@pytest.fixture
def site(app: Flask, settings: Settings, petition: Petition) -> Site:
    key_fingerprints.record_missing()
    return Site(settings)


@pytest.mark.slow
@pytest.mark.parametrize("name", STATES)
def test_it_gives_one_answer_after_a_start_with_another_key(
    app: Flask, settings: Settings, site: Site, petition: Petition, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {*site.answers().values()} == {True}
    changed = dataclasses.replace(settings, **{name: b"x" * 32})
    # Both read the pages that the other has stored on disk, if they may.
    assert {*Site(changed).answers().values()} == {False}
    assert {*site.answers().values()} == {True}
    monkeypatch.setitem(app.extensions, "settings", changed)
    assert signing_state(petition) is STATES[name]


def test_it_gives_one_answer_as_soon_as_a_key_is_known(app: Flask, settings: Settings, site: Site) -> None:
    """The first post of a petition records the key; pages that were stored before must not say otherwise."""
    other = Site(dataclasses.replace(settings, signature_hmac_key=b"x" * 32))
    with app.app_context():
        db.session.execute(db.delete(key_fingerprints.KeyFingerprint))
        db.session.commit()
    for one in (site, other):
        one.notice_changes()
        assert one.ask(FORM).status_code == 200
    assert site.ask(FORM, ANNA).status_code == 303
    other.notice_changes()
    assert {*other.answers().values()} == {False}


@pytest.mark.slow
def test_it_opens_again_when_the_key_is_accepted(app: Flask, settings: Settings, site: Site) -> None:
    changed = dataclasses.replace(settings, outbox_key=b"x" * 32)
    other = Site(changed)
    assert {*other.answers().values()} == {False}
    with create_app(changed).app_context():
        key_fingerprints.accept("OUTBOX_KEY")
    for one in (site, other):
        one.notice_changes()
    assert {*other.answers().values()} == {True}
    assert {*site.answers().values()} == {False}
