"""Accessibility of the petition in the panel: axe, narrow screens, both languages and colour schemes."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import current_app
from playwright.sync_api import Browser
from sqlalchemy import select

from tests.browser.accessibility import find_faults_in_both_schemes
from tests.factories import UserFactory
from tests.petition.signing import add_confirmed
from tests.running_site import RunningSite
from wzo.accounts.models import UserSession
from wzo.accounts.queries import hash_token
from wzo.extensions import db
from wzo.petition.models import Petition

NARROW = 320


@pytest.fixture(scope="module")
def petition_path(shared_site: RunningSite) -> Iterator[str]:
    """The path of a petition that was signed today."""
    with shared_site.inside():
        petition = db.session.scalars(select(Petition)).first()
        assert petition
        add_confirmed(petition, datetime.now(UTC).date(), 3)
        yield f"/admin/petition/{petition.id}/"


def session_cookie(site: RunningSite, language: str) -> str:
    """The session cookie of an administrator who has just signed in."""
    with site.writing():
        user = UserFactory(email=f"{secrets.token_hex(4)}@example.org", role="administrator", language=language)
        token = secrets.token_urlsafe(32)
        db.session.add(UserSession(token_hash=hash_token(token), user_id=user.id))
        db.session.commit()
        signer = current_app.session_interface.get_signing_serializer(current_app)  # type: ignore[attr-defined]
        return str(signer.dumps({"_user_id": token}))


def test_it_passes_axe_on_a_narrow_screen(
    browser: Browser, shared_site: RunningSite, petition_path: str, language: str
) -> None:
    context = browser.new_context(locale=language, viewport={"width": NARROW, "height": 900}, bypass_csp=True)
    cookie = session_cookie(shared_site, language)
    context.add_cookies([{"name": "wzo", "value": cookie, "url": shared_site.url}])
    tab = context.new_page()
    faults = []
    for path in ("/admin/petition/", f"{petition_path}?count=again", f"{petition_path}invalidate/"):
        response = tab.goto(shared_site.url + path)
        assert response
        assert response.status == 200
        for summary in tab.locator(".chart summary").all():
            summary.click()
        faults += [f"{path}: {it}" for it in find_faults_in_both_schemes(tab)]
    context.close()
    assert faults == []
