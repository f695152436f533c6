"""Administration: an editor who loses the role or the account also loses its sessions and links."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import UserFactory
from tests.times import at
from wzo.accounts import administration, invitations
from wzo.accounts.administration import CannotChangeOwnAccount, NoLongerAdministrator
from wzo.accounts.models import Invitation, Role, User, UserSession
from wzo.accounts.queries import find_invitation, hash_token
from wzo.extensions import db


@pytest.fixture
def administrator(app: Flask) -> int:
    """The administrator who acts."""
    return int(UserFactory(role=Role.ADMINISTRATOR).id)


@pytest.fixture
def other(app: Flask) -> int:
    """Another administrator, who is signed in twice."""
    user_id = int(UserFactory(role=Role.ADMINISTRATOR).id)
    for token in ("one", "two"):
        db.session.add(UserSession(token_hash=hash_token(token), user_id=user_id))
    db.session.commit()
    return user_id


def create_invitation(by: int, email: str = "new@example.org", role: str = Role.ADMINISTRATOR) -> str:
    return invitations.invite(name="New", email=email, role=role, language="en", created_by=by)


def sessions(user_id: int) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(UserSession.user_id == user_id)) or 0


LOSSES = {
    "demoted to publisher": lambda user_id, by: administration.change_role(user_id=user_id, role=Role.PUBLISHER, by=by),
    "demoted to writer": lambda user_id, by: administration.change_role(user_id=user_id, role=Role.WRITER, by=by),
    "closed": lambda user_id, by: administration.disable(user_id=user_id, by=by),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_it_voids_links_that_an_editor_created_or_received(administrator: int, other: int, loss: str) -> None:
    made_by_them = create_invitation(other)
    made_for_them = invitations.create_reset_link(user_id=other, created_by=administrator)
    of_somebody_else = create_invitation(administrator, "third@example.org")
    LOSSES[loss](other, administrator)
    assert find_invitation(made_by_them) is None
    assert find_invitation(made_for_them) is None
    assert find_invitation(of_somebody_else) is not None
    assert sessions(other) == 0


def test_it_keeps_used_links_for_the_record(administrator: int, other: int) -> None:
    create_invitation(other)
    db.session.query(Invitation).update({"used_at": at(1)})
    db.session.commit()
    administration.disable(user_id=other, by=administrator)
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_it_changes_nothing_if_the_role_is_the_same(administrator: int, other: int) -> None:
    token = create_invitation(other)
    administration.change_role(user_id=other, role=Role.ADMINISTRATOR, by=administrator)
    assert find_invitation(token) is not None
    assert sessions(other) == 2


def test_it_ends_all_sessions(administrator: int, other: int) -> None:
    assert administration.end_all_sessions(user_id=other, by=administrator) == 2
    assert sessions(other) == 0


def test_it_starts_a_reenabled_account_without_sessions(administrator: int, other: int) -> None:
    administration.disable(user_id=other, by=administrator)
    administration.enable(user_id=other, by=administrator)
    assert sessions(other) == 0
    db.session.rollback()
    assert db.session.get_one(User, other).disabled_at is None


ACTS = {
    "role": lambda user_id, by: administration.change_role(user_id=user_id, role=Role.WRITER, by=by),
    "disable": lambda user_id, by: administration.disable(user_id=user_id, by=by),
    "enable": lambda user_id, by: administration.enable(user_id=user_id, by=by),
    "end sessions": lambda user_id, by: administration.end_all_sessions(user_id=user_id, by=by),
}


@pytest.mark.parametrize("act", ACTS)
def test_it_refuses_editors_themselves_and_everyone_but_administrators(
    administrator: int, other: int, act: str
) -> None:
    with pytest.raises(CannotChangeOwnAccount):
        ACTS[act](administrator, administrator)
    for columns in (
        {"role": Role.PUBLISHER},
        {"role": Role.WRITER},
        {"role": Role.ADMINISTRATOR, "disabled_at": at(1)},
    ):
        former = int(UserFactory(**columns).id)
        with pytest.raises(NoLongerAdministrator):
            ACTS[act](other, former)
    assert sessions(other) == 2


def test_it_replaces_an_earlier_invitation_or_reset(administrator: int, other: int) -> None:
    first, second = create_invitation(administrator), create_invitation(administrator)
    assert find_invitation(first) is None
    assert find_invitation(second) is not None
    old, new = (invitations.create_reset_link(user_id=other, created_by=administrator) for _ in range(2))
    assert find_invitation(old) is None
    assert find_invitation(new) is not None
