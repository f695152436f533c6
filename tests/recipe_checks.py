"""What must be true before and after each recipe of docs/operations.md: generators that yield once between the two."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tests.admin.editors import Editor, make_editor
from tests.petition.signing import code
from tests.running_site import wait_for
from wzo.clock import today
from wzo.extensions import db
from wzo.key_fingerprints import changed_keys
from wzo.petition.models import Petition
from wzo.petition.queries import get_count, recount
from wzo.petition.signing_state import SigningState, signing_state

if TYPE_CHECKING:
    from tests.recipes import Machine

Check = Callable[["Machine"], Iterator[None]]


def sign(machine: "Machine", address: str) -> None:
    fields = {"name": "Анна", "email": address, "country": "RU"}
    assert machine.site.ask("/en/petition/mothers/sign", fields).status in (200, 303)


def confirm(machine: "Machine", address: str) -> None:
    sign(machine, address)
    typed = {"code": code(machine.site.email_to(address))}
    assert machine.site.ask("/en/petition/mothers/code", typed).status in (200, 303)


def state(machine: "Machine") -> SigningState:
    with machine.site.inside():
        db.session.rollback()
        return signing_state(db.session.scalars(select(Petition)).one())


def nothing(machine: "Machine") -> Iterator[None]:
    """The lines must run, and the site must respond."""
    with machine.site.writing():
        make_editor(email="anna@example.org")
    yield
    assert machine.site.ask("/en/").status == 200


def backup(machine: "Machine") -> Iterator[None]:
    confirm(machine, "before@example.org")
    yield
    assert (machine.data / "today.backup").stat().st_size > 10_000


def restored(machine: "Machine") -> Iterator[None]:
    """The site is as it was when the backup was made, and goes on."""
    confirm(machine, "before@example.org")
    machine.run("wzo-flask backup --to /var/lib/wzo/today.backup && cp /var/lib/wzo/today.backup .")
    confirm(machine, "after@example.org")
    yield
    with machine.site.inside():
        assert recount(1) == get_count(1, None).confirmed == 1
    confirm(machine, "again@example.org")


def moved(machine: "Machine") -> Iterator[None]:
    """Everything is on the new database, and a link from before the move works."""
    confirm(machine, "before@example.org")
    sign(machine, "waits@example.org")
    email = machine.site.email_to("waits@example.org")
    before = machine.settings()["DATABASE_URL"]
    yield
    assert machine.settings()["DATABASE_URL"] != before
    assert machine.site.ask("/en/petition/mothers/code", {"code": code(email)}).status in (200, 303)
    with machine.site.inside():
        assert recount(1) == 2


def rotated(machine: "Machine") -> Iterator[None]:
    """Nothing is noticed of it: what waited is done, and signing is open."""
    editor = _editor(machine)
    machine.site.processes["worker"].terminate()
    machine.site.processes.pop("worker").wait(60)
    sign(machine, "before@example.org")
    yield
    machine.site.email_to("before@example.org")
    confirm(machine, "after@example.org")
    with machine.site.inside():
        assert changed_keys() == frozenset()
    assert _signs_in(machine, editor)


def new_pair(machine: "Machine") -> Iterator[None]:
    confirm(machine, "before@example.org")
    yield
    confirm(machine, "after@example.org")
    machine.run("wzo-flask petition export mothers /etc/wzo/both.jsonl")
    opened = machine.run("wzo-unseal signature-private-key.txt new-private-key.txt both.jsonl")
    assert "before@example.org" in opened
    assert "after@example.org" in opened


def closed(machine: "Machine") -> Iterator[None]:
    confirm(machine, "before@example.org")
    with machine.site.writing():
        db.session.scalars(select(Petition)).one().closed_on = today()
        db.session.commit()
    yield
    assert state(machine) is SigningState.CLOSED
    assert "before@example.org" in machine.run("wzo-unseal signature-private-key.txt /var/lib/wzo/before.jsonl")


def lost(machine: "Machine") -> Iterator[None]:
    """Signing is open again, and an editor gets in by a link or with what there was."""
    with machine.site.writing():
        make_editor(email="anna@example.org")
    yield
    assert state(machine) is SigningState.OPEN
    confirm(machine, "after@example.org")
    link = machine.run("wzo-flask users reset anna@example.org")
    found = re.search(r"/admin/set-up/\S+", link)
    assert found
    assert machine.site.ask(found[0]).status == 200


def other_mail_server(machine: "Machine") -> Iterator[None]:
    """E-mails go out over the new account."""
    with (machine.folder / "environment").open("a") as file:
        file.write("SMTP_URL=smtp://user:old-password@127.0.0.1:9\n")
    yield
    sign(machine, "after@example.org")
    wait_for("an e-mail", lambda: "after@example.org" in machine.smtp.recipients)


def other_domain(machine: "Machine") -> Iterator[None]:
    # In production, what is stored on the disk has to be told.
    with (machine.folder / "environment").open("a") as file:
        file.write(f"SMTP_URL={machine.smtp.url}\nMEDIA_URL={(machine.site.instance / 'media').as_uri()}\n")
    for name in ("STRIPE_API_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"):
        machine.run(f"sed -i '/^{name}=/d' environment")
    yield
    page = machine.site.ask("/en/", headers={"Host": "new.example.org"})
    assert page.status == 200
    assert b"https://new.example.org/en/" in page.body


def _editor(machine: "Machine") -> Editor:
    with machine.site.writing():
        return make_editor(email="anna@example.org")


def _signs_in(machine: "Machine", editor: Editor) -> bool:
    from wzo.accounts.models import User
    from wzo.accounts.two_factor import verify_code

    with machine.site.writing():
        user: Any = db.session.get(User, editor.id)
        return verify_code(user, editor.code())


PLAIN: list[tuple[str, Check, dict[str, str]]] = [("", nothing, {})]
CHECKS: dict[str, list[tuple[str, Check, dict[str, str]]]] = {
    "Backups": [("", backup, {})],
    "Restoring a backup": [("", restored, {})],
    "Recipes": PLAIN,
    "Moving to another host": [("", moved, {})],
    "Rotating `OUTBOX_KEY`, `EDITORS_KEY` or `SECRET_KEY`": [
        (f", {name}", rotated, {"KEY": name}) for name in ("OUTBOX_KEY", "EDITORS_KEY", "SECRET_KEY")
    ],
    "Rotating `SIGNATURE_PUBLIC_KEY`": [("", new_pair, {})],
    "`SIGNATURE_HMAC_KEY` cannot be rotated": [("", closed, {})],
    "Rotating the database's password, and the passwords of other services": [("", other_mail_server, {})],
    "Losing `OUTBOX_KEY`": [("", lost, {})],
    "Losing `EDITORS_KEY`": [("", lost, {})],
    "Losing `SECRET_KEY`": [("", lost, {})],
    "A takedown": PLAIN,
    "A seizure": PLAIN,
    "Mail is blocked": [("", other_mail_server, {})],
    "A domain is blocked": [("", other_domain, {})],
}
