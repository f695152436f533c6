"""Writes of the panel at the same time: none gets in another's way for good, on PostgreSQL.

Each pair of representative routes runs at once. The transactions are slowed down a little, so that one that takes its
locks in another order than the rest meets the other for certain.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from itertools import combinations_with_replacement
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, text, update
from werkzeug.test import TestResponse

from tests.admin.editors import PASSWORD, Editor, make_editor, own_token, post
from tests.conftest import SignIn, make_client
from tests.factories import PetitionFactory, ThemeFactory, UserFactory
from wzo import transaction_retries
from wzo.accounts.models import Invitation, RateLimit, User, UserSession
from wzo.audit import check_chain
from wzo.clock import now
from wzo.extensions import db
from wzo.media.models import Picture

pytestmark = pytest.mark.slow

# How long, in seconds, a statement that writes holds its locks before the next one.
PAUSE = 0.005
WRITES = ("INSERT", "UPDATE", "DELETE")


class World:
    """An administrator, and Anna with several sessions, whose account and content they change."""

    def __init__(self, app: Flask, sign_in: SignIn) -> None:
        self.sign_in, self.pause = sign_in, PAUSE
        self.anna: Editor = make_editor("administrator", name="Anna")
        self.annas = [make_client(app) for _ in range(3)]
        self.administrator, self.stranger = make_client(app), make_client(app)
        sign_in(self.administrator, "administrator")
        self.clients = [*self.annas, self.administrator]
        self.themes = [ThemeFactory().id for _ in range(2)]
        self.petition = PetitionFactory().id
        self.picture = Picture(key="0" * 32, name="a.jpg", width=100, height=100)
        db.session.add(self.picture)
        db.session.commit()
        self.picture_id = self.picture.id
        self.tokens: dict[int, str] = {}

    def reset(self) -> None:
        """Sign everybody in, whatever happened before."""
        db.session.rollback()
        for model in (UserSession, RateLimit, Invitation):
            db.session.execute(delete(model))
        anna = {"role": "administrator", "disabled_at": None, "totp_step": 0}
        db.session.execute(update(User).where(User.id == self.anna.id).values(anna))
        db.session.commit()
        for client in self.annas:
            self.sign_in.start_session(client, db.session.get_one(User, self.anna.id))
        self.sign_in.start_session(self.administrator, UserFactory(role="administrator"))
        self.tokens = {id(client): own_token(client) for client in self.clients}
        db.session.rollback()

    def post(self, client: FlaskClient, path: str, **fields: Any) -> TestResponse:
        return client.post(path, data={"csrf_token": self.tokens[id(client)], **fields})


Write = Callable[[World], TestResponse]


def of_anna(path: str, session: int = 0, **fields: Any) -> Write:
    return lambda world: world.post(world.annas[session], path, **fields)


def of_administrator(path: str, **fields: Any) -> Write:
    def write(world: World) -> TestResponse:
        names = {"anna": world.anna.id, "theme": world.themes[0], "petition": world.petition, "pic": world.picture_id}
        values = {name: value.format(**names) for name, value in fields.items()}
        return world.post(world.administrator, path.format(**names), **values)

    return write


def sign_in(world: World) -> TestResponse:
    client = make_client(world.stranger.application)
    assert post(client, "/admin/sign-in/", email=world.anna.email, password=PASSWORD).status_code == 303
    return post(client, "/admin/sign-in/code/", code=world.anna.code())


TODAY = now().date().isoformat()
# Representative of the routes that write: one for each way in which rows are locked. Writes to accounts and writes to
# content have only the audit log in common.
TO_ACCOUNTS: dict[str, Write] = {
    "sign in": sign_in,
    "new recovery codes": of_anna("/admin/account/recovery-codes/new/"),
    "new recovery codes elsewhere": of_anna("/admin/account/recovery-codes/new/", session=1),
    "sign out": of_anna("/admin/sign-out/", session=1),
    "end the other sessions": of_anna("/admin/account/sessions/end-others/", session=2),
    "a wrong code": of_anna("/admin/factor/", session=2, factor_code="000000"),
    "role of another": of_administrator("/admin/users/{anna}/role/", role="publisher"),
    "disable another": of_administrator("/admin/users/{anna}/disable/"),
    "reset another": of_administrator("/admin/users/{anna}/reset/"),
    "end sessions of another": of_administrator("/admin/users/{anna}/sign-out/"),
    "invite": of_administrator(
        "/admin/users/invite/", name="New", email="new@example.org", role="writer", language="en"
    ),
}
TO_CONTENT: dict[str, Write] = {
    "create": of_administrator("/admin/themes/"),
    "save": of_administrator(
        "/admin/themes/{theme}/", **{"ru.title": "Тема", "en.title": "Theme", "edit_session": "a"}
    ),
    "unpublish": of_administrator("/admin/themes/{theme}/unpublish"),
    "publish together": of_administrator("/admin/themes/bulk", do="publish", chosen="{theme}"),
    "move": of_administrator("/admin/themes/{theme}/move", step="1"),
    "link to a draft": of_administrator("/admin/themes/{theme}/links/", language="en", days="1"),
    "describe a picture": of_administrator("/admin/pictures/{pic}/", focus_x="50", focus_y="50", alt_ru="A"),
    "pause a petition": of_administrator("/admin/petition/{petition}/pause/"),
    "resume a petition": of_administrator("/admin/petition/{petition}/resume/"),
    "signatures on paper": of_administrator("/admin/petition/{petition}/paper/add/", number="1", day=TODAY, note="a"),
    "countries": of_administrator("/admin/petition/{petition}/countries/save/", table="", day=""),
}
WRITES_OF_PANEL = {**TO_ACCOUNTS, **TO_CONTENT}
# One after the other, they would take too long: of routes that lock the same rows in the same way, one is enough.
PAIRS = [
    *combinations_with_replacement(
        ["sign in", "new recovery codes", "sign out", "end the other sessions", "disable another", "reset another"], 2
    ),
    *combinations_with_replacement(
        ["save", "unpublish", "move", "describe a picture", "pause a petition", "signatures on paper", "countries"], 2
    ),
    ("new recovery codes", "unpublish"),
    ("disable another", "invite"),
]


@pytest.fixture
def world(app: Flask, sign_in: SignIn) -> World:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    return World(app, sign_in)


@pytest.fixture
def slow_writes(world: World) -> Iterator[None]:
    """Let each statement that writes take a little longer, and deadlocks be found soon."""

    def wait(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(WRITES) or "FOR NO KEY UPDATE" in statement:
            time.sleep(world.pause)

    def find_deadlocks_soon(timeout: str) -> None:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ALTER SYSTEM SET deadlock_timeout = '{timeout}'"))
            connection.execute(text("SELECT pg_reload_conf()"))

    find_deadlocks_soon("50ms")
    engine = db.engine
    event.listen(engine, "after_cursor_execute", wait)
    yield
    event.remove(engine, "after_cursor_execute", wait)
    find_deadlocks_soon("1s")


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """The conflicts that occurred, although what failed was tried again."""
    found: list[BaseException] = []
    is_conflict = transaction_retries.is_conflict

    def note(error: Any) -> bool:
        if is_conflict(error):
            found.append(error)
        return is_conflict(error)

    monkeypatch.setattr(transaction_retries, "is_conflict", note)
    return found


def at_once(world: World, *writes: Write) -> list[int]:
    """Run some writes at the same time; returns the statuses of their responses."""
    statuses: list[int] = []
    barrier = threading.Barrier(len(writes))

    def run(write: Write) -> None:
        barrier.wait()
        # Some take their first lock where others take their last.
        time.sleep(random.uniform(0, 4 * world.pause))
        statuses.append(write(world).status_code)

    threads = [threading.Thread(target=run, args=(write,)) for write in writes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


@pytest.mark.parametrize("name", WRITES_OF_PANEL)
def test_it_accepts_each_write_alone(world: World, name: str) -> None:
    world.reset()
    assert WRITES_OF_PANEL[name](world).status_code in ((403,) if name == "a wrong code" else (200, 303))


@pytest.mark.usefixtures("slow_writes")
def test_it_lets_no_two_writes_deadlock(world: World, met: list[BaseException]) -> None:
    failed, deadlocked = [], []
    for first, second in PAIRS:
        world.reset()
        statuses = at_once(world, WRITES_OF_PANEL[first], WRITES_OF_PANEL[second])
        if len(statuses) < 2 or max(statuses) >= 500:
            failed.append((first, second, statuses))
        if met:
            deadlocked.append((first, second))
            met.clear()
    assert (failed, deadlocked) == ([], [])
    db.session.rollback()
    assert check_chain().broken_id is None


@pytest.mark.usefixtures("slow_writes")
def test_it_ends_every_session_that_signs_out_beside_new_recovery_codes(world: World, met: list[BaseException]) -> None:
    sign_outs = [of_anna("/admin/sign-out/", session=session) for session in (1, 1, 2, 2)]
    for _ in range(10):
        world.reset()
        assert at_once(world, TO_ACCOUNTS["new recovery codes"], *sign_outs) == [303] * 5
        db.session.rollback()
        assert [it.user_id for it in db.session.query(UserSession) if it.user_id == world.anna.id] == [world.anna.id]
    assert met == []


# Tables of accounts whose rows are changed several at a time, so that the account must be locked before.
OF_ACCOUNT = re.compile(r"(?:UPDATE|INTO|FROM) (user_sessions|recovery_codes|passkeys|invitations)\b")


@pytest.mark.parametrize("name", WRITES_OF_PANEL)
def test_it_takes_locks_in_one_order(world: World, name: str) -> None:
    world.reset()
    transactions: list[list[str]] = [[]]

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(WRITES) or "FOR " in statement or "advisory" in statement:
            transactions[-1].append(" ".join(statement.split()))

    def begin(connection: object) -> None:
        transactions.append([])

    listeners = (db.engine, "after_cursor_execute", note), (db.engine, "begin", begin)
    for listener in listeners:
        event.listen(*listener)
    WRITES_OF_PANEL[name](world)
    for listener in listeners:
        event.remove(*listener)
    for statements in transactions:
        # First the account, then what belongs to it.
        changed = [it for it in statements if it.startswith(WRITES) and OF_ACCOUNT.search(it)]
        if len(changed) > 1 and "INSERT INTO invitations" not in changed[-1]:
            first = statements.index(changed[0])
            assert any("FROM users" in it and "FOR NO KEY UPDATE" in it for it in statements[:first]), statements
        # The log comes last.
        logged = [index for index, it in enumerate(statements) if "pg_advisory_xact_lock" in it]
        assert len(logged) < 2
        if logged:
            assert {it.split(" (")[0] for it in statements[logged[0] + 1 :]} == {"INSERT INTO audit_entries"}
    assert any(transactions)
