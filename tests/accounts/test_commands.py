"""The commands that create accounts."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.accounts.invitations import NEW_PASSWORD, path_of, run, set_up, users
from tests.admin.editors import authenticator_code, enter, is_signed_in
from tests.conftest import make_client
from wzo.accounts.models import User
from wzo.extensions import db


@pytest.mark.slow
@pytest.mark.parametrize("chosen", [0, 1])
def test_it_admits_the_first_editor_by_any_link_that_a_release_has_printed(app: Flask, chosen: int) -> None:
    assert users() == 0
    links = [path_of(run(app, "release")) for _ in range(2)]
    client = make_client(app)
    secret, status, _ = set_up(client, links[chosen], email="First@example.org")
    assert status == 303
    # From now on only editors invite.
    assert [make_client(app).get(link).status_code for link in links] == [410, 410]
    assert is_signed_in(client)
    user = db.session.scalars(select(User)).one()
    assert (user.email, user.role, user.timezone) == ("first@example.org", "administrator", "Europe/Riga")
    assert "set-up" not in run(app, "release")
    assert enter(make_client(app), "first@example.org", NEW_PASSWORD, authenticator_code(secret, 1)).status_code == 303


def test_it_creates_a_link_for_an_editor(app: Flask) -> None:
    printed = run(app, "users", "create", "--name", "Anna", "--email", "anna@example.org", "--role", "writer")
    _, status, _ = set_up(make_client(app), path_of(printed))
    assert status == 303
    db.session.rollback()
    assert db.session.scalars(select(User.role)).one() == "writer"
    again = app.test_cli_runner().invoke(
        args=["users", "create", "--name", "A", "--email", "anna@example.org", "--role", "writer"]
    )
    assert again.exit_code == 1
    assert "already" in again.output
