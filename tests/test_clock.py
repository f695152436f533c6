"""The clock: what expires does not live longer because the clock was set back."""

import ast
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import literal, select, update

from tests.admin.editors import form_token as csrf_token
from tests.conftest import SignIn
from tests.factories import PetitionFactory, StoryFactory, UserFactory
from wzo import forms, heartbeat
from wzo.accounts import flow_state, invitations, passkeys, queries
from wzo.accounts.models import UserSession
from wzo.accounts.sessions import add_session
from wzo.clock import MAX_CLOCK_DIFFERENCE, Timestamp, is_recent, is_recent_in_sql, now
from wzo.cms import draft_links
from wzo.cms.content_types import registry
from wzo.cms.queries import get_draft_link
from wzo.config import ROOT
from wzo.extensions import db
from wzo.petition import pending, puzzle

HOUR = timedelta(hours=1)
LIFETIME = timedelta(minutes=15)
AGES = [
    (timedelta(0), True),
    (LIFETIME - timedelta(seconds=1), True),
    (LIFETIME, False),
    (timedelta(days=400), False),
    (-MAX_CLOCK_DIFFERENCE, True),
    (-MAX_CLOCK_DIFFERENCE - timedelta(seconds=1), False),
    (-HOUR, False),
]

# Returns whether what was issued before is still valid.
Check = Callable[[], bool]


@pytest.mark.parametrize(("age", "recent"), AGES)
def test_it_knows_what_is_recent(app: Flask, age: timedelta, recent: bool) -> None:
    with time_machine.travel(datetime(2026, 11, 29, 12, tzinfo=UTC), tick=False):
        since = now() - age
        assert is_recent(since, LIFETIME) == recent
        assert is_recent(since.timestamp(), LIFETIME) == recent
        condition = is_recent_in_sql(literal(since, Timestamp()), LIFETIME)
        assert (db.session.scalar(select(literal(1)).where(condition)) == 1) == recent


def session() -> Check:
    token = add_session(UserFactory(), "")
    db.session.commit()
    return lambda: queries.get_session_user(token) is not None


def listed_session() -> Check:
    user = UserFactory()
    add_session(user, "")
    db.session.commit()
    return lambda: bool(queries.get_live_sessions(user.id))


def invitation() -> Check:
    token = invitations.invite(name="A", email="a@example.org", role="writer", language="en", created_by=None)
    return lambda: queries.find_invitation(token) is not None


def draft_link() -> Check:
    story = StoryFactory()
    token = draft_links.create_draft_link(
        content_type=registry["stories"], object_id=story.id, language="en", reader="", days=1, author_id=1
    )
    return lambda: get_draft_link(queries.hash_token(token)) is not None


def flow() -> Check:
    flow_state.save_flow_state("test", value="1")
    return lambda: flow_state.get_flow_state("test") is not None


def passkey_challenge() -> Check:
    first = passkeys._challenge()
    return lambda: passkeys._challenge() == first


def used_passkey_challenge() -> Check:
    passkeys._challenge()

    def use() -> bool:
        try:
            return bool(passkeys.take_challenge())
        finally:
            passkeys._challenge()

    return use


def form_token() -> Check:
    token = forms.form_token("petition.sign")
    return lambda: forms._is_valid_token("petition.sign", token)


def waited_for_puzzle() -> Check:
    petition = PetitionFactory()
    challenge = puzzle.create_challenge(petition.id, 0)
    return lambda: puzzle._is_valid(petition.id, challenge)


def confirmation_link() -> Check:
    expires_at = int((now() + pending.LINK_LIFETIME).timestamp())
    return lambda: not pending.is_expired({"expires_at": expires_at})


def worker() -> Check:
    heartbeat.beat()
    return lambda: bool((found := heartbeat.get_heartbeat()) and found.is_fresh)


ISSUED = [
    session,
    listed_session,
    invitation,
    draft_link,
    flow,
    passkey_challenge,
    used_passkey_challenge,
    form_token,
    waited_for_puzzle,
    confirmation_link,
    worker,
]


@pytest.mark.parametrize("issue", ISSUED, ids=lambda issue: issue.__name__)
def test_it_fails_closed_when_the_clock_is_set_back(app: Flask, issue: Callable[[], Check]) -> None:
    # The tokens of forms are issued for whole hours, so the clock goes back by more than one.
    with app.test_request_context(), time_machine.travel(datetime(2026, 11, 29, 12, 30, tzinfo=UTC)) as clock:
        is_valid = issue()
        assert is_valid()
        clock.shift(-HOUR - timedelta(minutes=1))
        assert not is_valid()


def test_it_asks_for_the_factor_again_if_it_was_given_in_the_future(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "administrator")
    assert client.get("/admin/users/invite/").status_code == 200
    db.session.execute(update(UserSession).values(factor_at=now() + HOUR))
    db.session.commit()
    assert client.get("/admin/users/invite/").location.startswith("/admin/factor/")
    token = csrf_token(client)
    response = client.post("/admin/account/recovery-codes/new/", data={"csrf_token": token})
    assert response.status_code == 403


# How long somebody took, or has to wait. If the clock was set back, they are suspected, or wait longer.
NOT_FRESHNESS = {"petition/forms.py", "accounts/sessions.py", "health/jobs.py"}


def is_freshness_check(node: ast.Compare) -> bool:
    """Whether a comparison asks how old something is: `now() - since < LIFETIME`, `since > now() - LIFETIME`."""

    def time_before(side: ast.AST) -> str | None:
        if not (isinstance(side, ast.BinOp) and isinstance(side.op, ast.Sub)):
            return None
        is_now = ast.unparse(side.left) in ("now()", "time.time()", "timestamp", "_timestamp()", "datetime.now(UTC)")
        return ast.unparse(side.right) if is_now else None

    def is_constant(text: str | None) -> bool:
        return text is not None and (text.isupper() or text.startswith("timedelta("))

    left, right = time_before(node.left), time_before(node.comparators[0])
    if any(text is not None and not is_constant(text) for text in (left, right)):
        return True
    # The other way round it is about what is old, to be deleted.
    is_greater = isinstance(node.ops[0], ast.Gt | ast.GtE)
    return is_constant(right if is_greater else left)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("now() - row.seen_at < LIFETIME", True),
        ("time.time() - stored['at'] > LIFETIME", True),
        ("Row.at > timestamp - LIFETIME", True),
        ("Row.at < now() - RETENTION", False),
        ("Row.expires_at > now()", False),
    ],
)
def test_it_finds_freshness_checks(text: str, found: bool) -> None:
    (node,) = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Compare))
    assert is_freshness_check(node) == found


@pytest.mark.slow
@pytest.mark.one_database
def test_it_asks_for_freshness_in_one_place() -> None:
    found = {
        f"{name}:{node.lineno}"
        for path in Path(ROOT / "wzo").rglob("*.py")
        if (name := str(path.relative_to(ROOT / "wzo"))) not in {"clock.py", *NOT_FRESHNESS}
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare) and is_freshness_check(node)
    }
    assert found == set()
