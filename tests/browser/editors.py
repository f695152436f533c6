"""Editors on a running site, who sign in through its real pages."""

import secrets
import time
from typing import NamedTuple

import pyotp
from flask import current_app
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect
from sqlalchemy import select, update

from tests.admin.editors import PASSWORD, make_editor
from tests.running_site import RunningSite
from tests.site_database import SiteDatabase
from wzo.accounts.models import User, UserSession
from wzo.accounts.queries import hash_token
from wzo.extensions import db

HOME = {"ru": "Сегодня", "en": "Today"}


class Account(NamedTuple):
    """An editor's credentials."""

    email: str
    password: str
    totp_secret: str


def create_editor(site: SiteDatabase, role: str = "administrator", language: str = "en", name: str = "Anna") -> Account:
    """Create an editor in the database of a running site."""
    email = f"{secrets.token_hex(4)}@example.org"
    with site.writing():
        editor = make_editor(role=role, language=language, name=name, email=email)
    return Account(email, PASSWORD, editor.secret)


def session_cookie(site: RunningSite, account: Account) -> dict[str, str]:
    """The cookie of a new session of an editor, as the sign-in sets it."""
    token = secrets.token_urlsafe(32)
    with site.writing():
        user_id = db.session.scalars(select(User.id).where(User.email == account.email)).one()
        db.session.add(UserSession(token_hash=hash_token(token), user_id=user_id))
        db.session.commit()
        serializer = SecureCookieSessionInterface().get_signing_serializer(current_app)
        assert serializer
        value = str(serializer.dumps({"_user_id": token}))
        return {"name": current_app.config["SESSION_COOKIE_NAME"], "value": value, "url": site.url}


def next_code(site: RunningSite, account: Account) -> str:
    """A code that this editor can use now, whichever codes were used before."""
    with site.writing():
        db.session.execute(update(User).where(User.email == account.email).values(totp_step=0))
        db.session.commit()
    return pyotp.TOTP(account.totp_secret).at(int(time.time()))


def sign_in(page: Tab, site: RunningSite, account: Account, path: str = "/admin/", url: str | None = None) -> None:
    """Sign in through both pages, and arrive at `path`. `url`: another URL of the site."""
    page.goto(f"{url or site.url}{path}")
    enter_credentials(page, site, account)
    page.wait_for_url(f"{url or site.url}{path}")


def enter_credentials(page: Tab, site: RunningSite, account: Account) -> None:
    """Fill both pages of the sign-in that is open."""
    page.locator("[name=email]").fill(account.email)
    page.locator("[name=password]").fill(account.password)
    page.locator("[name=password]").press("Enter")
    code = page.locator("[name=code]")
    expect(code).to_be_visible()
    code.fill(next_code(site, account))
    code.press("Enter")
