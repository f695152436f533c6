"""Signers and an editor on Heroku, with builds, restarts, `config:set` and a rollback: `make heroku-drill`.

Two web dynos and two workers share PostgreSQL, a bucket and a mail server. What they keep on their own disks is gone
at every restart; the petition and the panel must not notice.
"""

import argparse
import re
import tempfile
from pathlib import Path

from sqlalchemy import select

from bench.reading import databases
from tests.browser.editors import create_editor, session_cookie
from tests.heroku import FORMATION, HerokuApp, bucket
from tests.media.samples import small
from tests.petition.signing import code
from tests.running_site import START_TIMEOUT, wait_for
from tests.versions import add_migration, copy_tree
from wzo.extensions import db
from wzo.media.models import Picture

PEOPLE = 6


class Visit:
    """What signers and an editor do, whichever dynos they meet."""

    def __init__(self, app: HerokuApp) -> None:
        self.app = app
        self.signed: list[str] = []
        self.confirmed: set[str] = set()
        cookie = session_cookie(app, create_editor(app))
        self.editor = {"Cookie": f"{cookie['name']}={cookie['value']}"}

    def sign(self) -> None:
        """Sign as some more people."""
        for _ in range(PEOPLE):
            email = f"person{len(self.signed)}@example.org"
            form = {"name": "Anna", "email": email, "country": "RU"}
            assert self.app.ask("/en/petition/mothers/sign", form).status == 303
            self.signed.append(email)

    def confirm(self) -> None:
        """Confirm with the codes of the e-mails; each person gets one, and both web dynos show the new count."""
        wait_for("all e-mails", lambda: set(self.app.mail.recipients) >= set(self.signed), START_TIMEOUT)
        for it in list(self.app.mail.received):
            if it.recipient not in self.confirmed:
                assert self.app.ask("/en/petition/mothers/code", {"code": code(it.message)}).status == 303
                self.confirmed.add(it.recipient)
        assert sorted(self.app.mail.recipients) == sorted(self.signed), "one e-mail each"
        for dyno in FORMATION[:2]:
            wait_for(f"the count of {dyno}", lambda dyno=dyno: self._count(dyno) == len(self.signed))

    def add_picture(self) -> str:
        """Upload a picture over one dyno; returns its path, at which the other has it."""
        page = self.app.ask("/admin/pictures/", headers=self.editor, dyno="web.1")
        token = re.search(rb'name="csrf_token" value="([^"]+)"', page.body)
        assert token, page.status
        self.editor = {"Cookie": page.headers["Set-Cookie"].partition(";")[0]}
        parts = (
            *(b'--limit\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n', token[1]),
            *(b'\r\n--limit\r\nContent-Disposition: form-data; name="pictures"; filename="w.jpg"\r\n', b""),
            *(b"Content-Type: image/jpeg\r\n\r\n", small(), b"\r\n--limit--\r\n"),
        )
        form = {"Content-Type": "multipart/form-data; boundary=limit", "Referer": f"{self.app.url}/admin/pictures/"}
        sent = self.app.ask("/admin/pictures/upload/", b"".join(parts), {**self.editor, **form}, dyno="web.1")
        assert sent.status == 303, sent.body
        with self.app.inside():
            key = db.session.scalars(select(Picture.key)).one()
            db.session.rollback()
        shown = self.app.ask("/admin/pictures/", headers=self.editor, dyno="web.2").body.decode()
        path = re.search(rf'/[^"\s]*{key}[^"\s]*\.(?:webp|jpe?g|png)', shown)
        assert path, shown
        return path[0]

    def check(self, picture: str) -> None:
        """Both web dynos know the editor and have the picture."""
        for dyno in FORMATION[:2]:
            assert self.app.ask("/admin/", headers=self.editor, dyno=dyno).status == 200
            assert self.app.ask(picture, headers=self.editor, dyno=dyno).status == 200

    def _count(self, dyno: str) -> int:
        found = re.search(rb'"signatures":\s*(\d+)', self.app.ask("/petition/mothers/count.json", dyno=dyno).body)
        return int(found[1]) if found else -1


def play(folder: Path, database_url: str, *, full: bool) -> None:
    """Play it; raises AssertionError where the petition or the panel notices a restart. `full`: builds and versions."""
    first = copy_tree(folder / "v1")
    with bucket() as endpoint, HerokuApp(folder, database_url, endpoint) as app:
        if full:
            app.build(first)
        app.deploy(first)
        visit = Visit(app)
        visit.sign()
        visit.confirm()
        picture = visit.add_picture()
        visit.check(picture)
        visit.sign()
        # The latest signatures are in the queue while everything restarts with an empty disk.
        app.config_set(SIGNATURES_PER_HOUR="19999")
        visit.check(picture)
        visit.confirm()
        if full:
            second = copy_tree(folder / "v2")
            add = 'op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))'
            add_migration(second / "migrations", add, only_adds=True)
            app.build(second)
            app.deploy(second)
            visit.sign()
            assert "because they only add" in app.deploy(first)
            visit.check(picture)
            visit.confirm()
        del app.environ["DATABASE_URL"]
        refused = app.run_dyno("release")
        assert refused.returncode == 1
        assert "DATABASE_URL must be set" in refused.stdout


def main() -> None:
    """Play all of it."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None).parse_args()
    with tempfile.TemporaryDirectory(prefix="wzo-heroku-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "databases").mkdir()
        with databases("postgresql", folder / "databases", ["heroku"]) as (url,):
            play(folder, url, full=True)
    print("Nothing was lost over builds, restarts with empty disks, config:set, an upgrade and a rollback.")


if __name__ == "__main__":
    main()
