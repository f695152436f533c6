"""Erasing the order of signing from the disk; `make forensics` prints what it finds, with a thousand people."""

import os
import random
import secrets
import struct
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import ColumnElement, select, text, update

from tests.conftest import CapturedEmails, RunWorker, transaction
from tests.disk import Hint, find_hints
from tests.petition.signing import add_confirmed, code, confirm
from wzo.extensions import db
from wzo.petition import row_order
from wzo.petition.actions import submit_signature
from wzo.petition.admission import Attempt
from wzo.petition.models import Mailbox, Petition, RowRewrite, Signature
from wzo.petition.unsubscribing import unsubscribe

SIGNERS = int(os.environ.get("SIGNERS", "120"))
# Pure chance deviates this far in one of a million measurements.
MAX_SIGMAS = 5


def submit(number: int) -> None:
    submit_signature(
        slug="mothers",
        language="en",
        name=f"Marked {number}",
        email=f"marked-{number}@example.org",
        country="",
        show_name=number % 2 == 0,
        wants_news=False,
        attempt=Attempt(network_bucket=number % 64),
    )


def sign_one_by_one(petition: Petition, run_worker: RunWorker) -> list[bytes]:
    """Let people sign one after the other; returns the hashes of their addresses."""
    known, hashes = set[bytes](), []
    for number in range(SIGNERS):
        submit(number)
        run_worker()
        hashes += [one for one in db.session.scalars(select(Signature.email_hash)) if one not in known]
        known.update(hashes)
        db.session.rollback()
    return hashes


def confirm_one_by_one(emails: CapturedEmails) -> list[int]:
    """Confirm in a random order; returns the position of each in it."""
    codes = {email["To"]: code(email) for email in emails.all()}
    order = random.Random(2).sample(range(SIGNERS), SIGNERS)
    for number in order:
        confirm(codes[f"marked-{number}@example.org"])
    return [order.index(number) for number in range(SIGNERS)]


def marks(hashes: Sequence[bytes]) -> dict[str, list[bytes]]:
    """The bytes by which each of these people can be found in the files."""
    pack = ">q" if db.engine.dialect.name == "sqlite" else "<q"
    rows = {row.email_hash: row for row in db.session.scalars(select(Signature))}
    return {
        "email_hash": list(hashes),
        "id": [struct.pack(pack, rows[one].id) for one in hashes],
        "code_hash": [rows[one].code_hash for one in hashes],
        "sealed": [(rows[one].sealed or b"")[-32:] for one in hashes],
    }


def strongest(hints: Sequence[Hint]) -> float:
    return max(abs(hint.sigmas) for hint in hints)


@pytest.mark.slow
def test_it_leaves_no_order_on_the_disk(
    today: date, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    row_order.rewrite_rows()
    hashes = sign_one_by_one(petition, run_worker)
    orders = {"signing": list(range(SIGNERS)), "confirming": confirm_one_by_one(emails)}
    before = {name: list(find_hints(marks(hashes), order)) for name, order in orders.items()}
    with time_machine.travel(today + timedelta(days=1)):
        row_order.rewrite_rows()
    after = {name: list(find_hints(marks(hashes), order)) for name, order in orders.items()}
    for name in orders:
        report(f"{db.engine.dialect.name}, {SIGNERS} signers: order of {name}", before[name], after[name])
    # The order was there, so this test can find it. On SQLite, the pages show that of confirming above all.
    expected = orders if db.engine.dialect.name == "postgresql" else ["confirming"]
    assert all(strongest(before[name]) > MAX_SIGMAS for name in expected)
    assert [hint for hints in after.values() for hint in hints if abs(hint.sigmas) > MAX_SIGMAS] == []


def report(title: str, before: list[Hint], after: list[Hint]) -> None:
    """Print a table of rank correlations, and how many standard deviations each is away from pure chance."""
    lines: dict[str, list[str]] = {hint.location: [] for hint in [*before, *after]}
    for hints in (before, after):
        found = {hint.location: f"{hint.correlation:+.3f} | {hint.sigmas:+.1f}" for hint in hints}
        for location, cells in lines.items():
            cells.append(found.get(location, " | "))
    rows = [f"| {location} | {' | '.join(cells)} |" for location, cells in lines.items()]
    head = ["| location | in the day | σ | when it is over | σ |", "| --- | --: | --: | --: | --: |"]
    print("", title, *head, *rows, sep="\n")  # noqa: T201


def stored() -> list[Any]:
    db.session.rollback()
    return [
        db.session.execute(select(db.metadata.tables[name]).order_by(text("1"))).all()
        for name in ("signatures", "mailboxes", "signature_counts", "signature_days")
    ]


def test_it_changes_nothing_else(petition: Petition, today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_order, "BATCH_SIZE", 7)
    for days in (0, 1, 40):
        add_confirmed(petition, today - timedelta(days=days), 20)
    db.session.add_all(
        Mailbox(email_hash=secrets.token_bytes(32), mailed_on=today, blocked=number % 2 == 0) for number in range(20)
    )
    db.session.commit()
    before = stored()
    row_order.rewrite_rows()
    assert stored() == before


@pytest.mark.slow
def test_it_runs_within_the_hour_and_catches_up(
    petition: Petition, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewritten: list[set[date]] = []

    def spy(model: type[Signature], batch: ColumnElement[bool]) -> int:
        if model is Signature:
            rewritten.append(set(db.session.scalars(select(Signature.confirmed_on).where(batch))))
        return 0

    monkeypatch.setattr(row_order, "_rewrite", spy)
    days = [today + timedelta(days=number) for number in range(-1, 4)]
    for day in days:
        add_confirmed(petition, day)
    noon = datetime.combine(today, time(12), UTC)
    # The worker calls it every quarter of an hour, or a moment later.
    for later in (timedelta(0), timedelta(minutes=30), timedelta(minutes=45), timedelta(days=2), timedelta(days=3)):
        with time_machine.travel(noon + later):
            row_order.rewrite_rows()
    # Everything at first, then the day, then what the worker missed, and each day once more when it is over.
    assert rewritten == [{*days}, {*days[1:]}, {*days[1:]}, {*days[3:]}]


def test_it_does_not_reveal_the_day_of_unsubscribing(petition: Petition, today: date) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("Rows have no position of their own there, and no transaction number.")
    signers = add_confirmed(petition, today - timedelta(days=40), 4)
    for number, each in enumerate(signers):
        with time_machine.travel(today + timedelta(days=number)):
            row_order.rewrite_rows()
            unsubscribe(each)
    assert len(transactions()) > 1
    with time_machine.travel(today + timedelta(days=9)):
        row_order.rewrite_rows()
    assert len(transactions()) == 1


def transactions() -> set[str]:
    """The numbers of the transactions that wrote signatures, which PostgreSQL reveals to everybody who may read."""
    found = set(db.session.scalars(text("SELECT xmin::text FROM signatures")))
    db.session.rollback()
    return found


def test_it_gives_up_while_others_use_the_rows_and_tries_again(
    app: Flask, petition: Petition, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("All who write wait for one lock, for as long as it takes.")
    monkeypatch.setattr(row_order, "LOCK_TIMEOUT", 50)
    (signature_id,) = add_confirmed(petition, today)
    with transaction(app) as other:
        other.execute(update(Signature).where(Signature.id == signature_id).values(public_name="Anna"))
        row_order.rewrite_rows()
        assert not done_until()
    with time_machine.travel(today + timedelta(days=1)):
        row_order.rewrite_rows()
        assert done_until() == today + timedelta(days=1)


def done_until() -> date | None:
    db.session.rollback()
    return db.session.scalar(select(RowRewrite.done_until))


@pytest.mark.slow
def test_it_loses_no_confirmation_meanwhile(
    app: Flask, petition: Petition, run_worker: RunWorker, emails: CapturedEmails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_order, "INTERVAL", timedelta(0))
    for number in range(20):
        submit(number)
    run_worker()
    codes, failures, done = [code(email) for email in emails.all()], list[BaseException](), threading.Event()

    def rewrite_again_and_again() -> None:
        try:
            with app.app_context():
                while not done.is_set():
                    row_order.rewrite_rows()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=rewrite_again_and_again)
    thread.start()
    try:
        for each in codes:
            confirm(each)
    finally:
        done.set()
        thread.join()
    db.session.rollback()
    states = db.session.scalars(select(Signature.state)).all()
    assert (failures, list(states)) == ([], ["confirmed"] * 20)
