"""Inviting editors and setting up their accounts."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.admin.editors import authenticator_code, post
from wzo.accounts.models import User
from wzo.extensions import db

NEW_PASSWORD = "seven oars below the bridge"


def run(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def path_of(link: str) -> str:
    found = re.search(r"(/admin/set-up/[a-z2-7]{32}/)", link)
    assert found, link
    return found[1]


def set_up(client: FlaskClient, path: str, **fields: str) -> "tuple[str, int, str]":
    """Fill in the set-up page; returns the authenticator secret, the status and the text of the response."""
    page = client.get(path)
    assert page.status_code == 200, page.text
    secret = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page.text))
    assert len(secret) == 32
    filled = {"name": "Anna", "timezone": "Europe/Riga", "password": NEW_PASSWORD, "code": authenticator_code(secret)}
    response = post(client, path, **{**filled, **fields})
    return secret, response.status_code, response.text


def users() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(User)) or 0


def invite(client: FlaskClient, email: str = "new@example.org") -> str:
    """Invite an editor; returns the path of the link that is shown."""
    response = post(client, "/admin/users/invite/", name="New", email=email, role="publisher", language="ru")
    assert response.location == "/admin/users/link/", response.text
    return path_of(client.get("/admin/users/link/").text)


def set_up_or_gone(client: FlaskClient, path: str) -> int:
    try:
        return set_up(client, path)[1]
    except AssertionError:
        return 410
