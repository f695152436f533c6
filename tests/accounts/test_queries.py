"""Sessions and links are valid to the last second of their time, and no longer."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.admin.editors import authenticator_code
from tests.factories import UserFactory
from tests.times import at
from wzo.accounts import invitations, queries, sessions, two_factor
from wzo.accounts.models import Invitation, User, UserSession
from wzo.accounts.queries import get_live_sessions, get_session_user, hash_token
from wzo.audit import AuditEntry
from wzo.clock import now
from wzo.extensions import db

NOON = "2026-11-24 12:00"
MINUTE, HOUR = 60, 60 * 60
DAY = 24 * HOUR


@pytest.fixture
def user(app: Flask) -> User:
    with time_machine.travel(NOON, tick=False):
        user: User = UserFactory(email="anna@example.org")
        db.session.add(UserSession(token_hash=hash_token("token"), user_id=user.id))
        db.session.commit()
    return user


def is_live(app: Flask, user_id: int) -> bool:
    with app.test_request_context():
        found = get_session_user("token")
        listed = get_live_sessions(user_id)
        assert bool(found) is bool(listed)
        return found is not None


def rows(model: type[object]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(("seconds", "live"), [(0, True), (30 * MINUTE - 1, True), (30 * MINUTE, False)])
def test_it_ends_an_idle_session(app: Flask, user: User, seconds: int, live: bool) -> None:
    user_id = user.id
    with time_machine.travel(NOON, tick=False) as clock:
        clock.shift(seconds)
        assert is_live(app, user_id) is live
        sessions.prune()
        assert rows(UserSession) == live


@pytest.mark.parametrize(("seconds", "live"), [(8 * HOUR - 1, True), (8 * HOUR, False)])
def test_it_ends_a_session_in_use_too(app: Flask, user: User, seconds: int, live: bool) -> None:
    user_id = user.id
    with time_machine.travel(NOON, tick=False) as clock:
        clock.shift(seconds)
        db.session.query(UserSession).update({"seen_at": now()})
        db.session.commit()
        assert is_live(app, user_id) is live
        sessions.prune()
        assert rows(UserSession) == live


def test_it_finds_no_session_of_a_disabled_account(app: Flask, user: User) -> None:
    user.disabled_at = at(1)
    db.session.commit()
    with time_machine.travel(NOON, tick=False), app.test_request_context():
        assert get_session_user("token") is None


@pytest.mark.parametrize(("seconds", "valid"), [(DAY - 1, True), (DAY, False)])
@pytest.mark.parametrize("link_type", ["invitation", "reset", "first"])
def test_it_expires_a_link_after_a_day(app: Flask, link_type: str, seconds: int, valid: bool) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        if link_type == "invitation":
            token = invitations.invite(
                name="A", email="a@example.org", role="writer", language="en", created_by=UserFactory().id
            )
        elif link_type == "reset":
            token = invitations.create_reset_link(user_id=UserFactory().id, created_by=None)
        else:
            token = invitations.create_first_invitation() or ""
        clock.shift(seconds)
        assert (queries.find_invitation(token) is not None) is valid
        # The link is checked again when it is used.
        if valid:
            use(token)
            assert queries.find_invitation(token) is None
        else:
            with pytest.raises(invitations.InvalidInvitation):
                use(token)


def use(token: str) -> None:
    secret = two_factor.generate_secret()
    made = invitations.accept_invitation(
        token=token,
        name="Anna",
        email="new@example.org",
        password="seven oars below the bridge",
        secret=secret,
        code=authenticator_code(secret),
        language="en",
        timezone="UTC",
    )
    assert made
    assert len(made[1]) == 10


@pytest.mark.parametrize(("seconds", "remaining"), [(8 * DAY, 1), (8 * DAY + 1, 0)])
def test_it_stores_an_expired_link_for_a_week(app: Flask, seconds: int, remaining: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        invitations.create_reset_link(user_id=UserFactory().id, created_by=None)
        clock.shift(seconds)
        sessions.prune()
        assert rows(Invitation) == remaining
    assert rows(AuditEntry) == 1
