"""A site whose petition has many signatures, and what people do there."""

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import CTE, LargeBinary, func, insert, literal_column, select, text, update

from bench.reading import BASE_URL
from wzo import create_app, outbox
from wzo.accounts.models import User, UserSession
from wzo.accounts.queries import hash_token
from wzo.clock import now
from wzo.config import ROOT, load_settings
from wzo.extensions import db, write_transaction
from wzo.petition import queries
from wzo.petition.models import Petition, Signature, SignatureCount, SignatureDay, SignatureState
from wzo.seed.loading import load_seed

JOB_KIND = "bench"
UNLIMITED = "1000000"
# In SQL: a signature's id, 32 random bytes, 192 random bytes, and a day, the last two from the number `i`.
SQL = {
    "sqlite": ("abs(random())", "randomblob(32)", "randomblob(192)", "date('now', -(i % 100) || ' days')"),
    "postgresql": (
        "(random() * 9e18)::bigint",
        "sha256(random()::text::bytea)",
        "decode(repeat(md5(random()::text), 12), 'hex')",
        "current_date - (i % 100)::integer",
    ),
}


@dataclass
class Site:
    """The site with a database of this many signatures and this many jobs that are due in the same second."""

    url: str
    folder: Path
    signatures: int
    jobs: int

    def __post_init__(self) -> None:
        # Everything comes from one address, and none of it must meet the puzzle.
        unlimited = dict.fromkeys(("SIGNATURES_PER_HOUR", "SIGNATURES_PER_HOUR_PER_NETWORK"), UNLIMITED)
        self.environment = {"DATABASE_URL": self.url, "INSTANCE_PATH": str(self.folder), **unlimited}
        self.app: Flask = create_app(load_settings(self.environment))
        self.client = self.app.test_client()
        self.client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        with self.app.app_context():
            upgrade(str(ROOT / "migrations"))
            load_seed()
            petition = db.session.query(Petition).first()
            self.petition_id, self.slug = petition.id, petition.slug
            self._fill()
            self._sign_in()
        self.actions: dict[str, Callable[[], object]] = {
            "sign": self._sign,
            "public count": lambda: self._get(f"/petition/{self.slug}/count.json"),
            "public names": self._in_app(lambda: queries.get_recent_public_names(self.petition_id)),
            "petition's public page": lambda: self._get(f"/ru/petition/{self.slug}/"),
            "petition's page in the panel": lambda: self._get(f"/admin/petition/{self.petition_id}/"),
            "claim a job": self._in_app(self._claim),
            "recount": self._in_app(lambda: queries.recount(self.petition_id)),
        }

    def time(self, name: str) -> float:
        """Measure an action, in milliseconds."""
        start = time.perf_counter()
        self.actions[name]()
        return (time.perf_counter() - start) * 1000

    def export(self) -> tuple[float, float, list[float]]:
        """Export in a process of its own; returns seconds, peak memory in MB, and how long signing took meanwhile."""
        out = self.folder / f"{secrets.token_hex(4)}.jsonl"
        command = [sys.executable, "-m", "flask", "--app", "wzo", "petition", "export", self.slug, str(out)]
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL)
        memory, meanwhile = 0.0, []
        while process.poll() is None:
            memory = max(memory, peak_memory(process.pid))
            meanwhile.append(self.time("sign"))
        seconds = time.perf_counter() - start
        assert process.returncode == 0, "the export has failed"
        out.unlink()
        return seconds, memory, meanwhile

    def _fill(self) -> None:
        """Insert the signatures with their counts, and the jobs."""
        with write_transaction():
            dialect = db.engine.dialect.name
            if dialect == "sqlite":
                # The keys are random: the pages of the indexes have to stay in memory while they are filled.
                db.session.execute(text("PRAGMA cache_size = -1000000"))
            columns = {"petition_id": str(self.petition_id), **signature_columns(*SQL[dialect])}
            values = [literal_column(sql).label(name) for name, sql in columns.items()]
            # In the order of the primary key, which is the quickest.
            rows = select(*values).select_from(numbers(self.signatures)).order_by("id")
            db.session.execute(insert(Signature).from_select(list(columns), rows))
            confirmed = Signature.state == SignatureState.CONFIRMED
            days = select(Signature.petition_id, Signature.confirmed_on, literal_column("0"), func.count())
            days = days.where(confirmed).group_by(Signature.petition_id, Signature.confirmed_on)
            db.session.execute(insert(SignatureDay).from_select(["petition_id", "day", "shard", "confirmed"], days))
            total = select(Signature.petition_id, literal_column("0"), func.count()).where(confirmed)
            total = total.group_by(Signature.petition_id)
            db.session.execute(insert(SignatureCount).from_select(["petition_id", "shard", "confirmed"], total))
            for _ in range(self.jobs):
                outbox.enqueue(JOB_KIND, {})
            db.session.flush()
            db.session.execute(update(outbox.Job).values(due_at=now()))
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # As autovacuum does within minutes.
            connection.exec_driver_sql("VACUUM ANALYZE" if dialect == "postgresql" else "ANALYZE")

    def _sign_in(self) -> None:
        token = secrets.token_urlsafe(32)
        user = User(name="Bench", email="bench@example.org", role="administrator", language="en")
        db.session.add(user)
        db.session.flush()
        db.session.add(UserSession(token_hash=hash_token(token), user_id=user.id))
        db.session.commit()
        with self.client.session_transaction(base_url=BASE_URL) as session:
            session["_user_id"] = token

    def _sign(self) -> None:
        person = {"name": "Anna", "email": f"{secrets.token_hex(8)}@example.org", "country": "RU"}
        response = self.client.post(f"/en/petition/{self.slug}/sign", data=person, base_url=BASE_URL)
        assert response.status_code == 303, response.status

    def _get(self, path: str) -> None:
        response = self.client.get(path, base_url=BASE_URL)
        assert response.status_code == 200, (path, response.status)

    def _in_app(self, action: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            with self.app.app_context():
                action()

        return run

    def _claim(self) -> None:
        with write_transaction():
            assert outbox.claim(JOB_KIND)


def signature_columns(key: str, hashed: str, sealed: str, day: str) -> dict[str, str]:
    """The columns of the signatures, in SQL: of a hundred one is pending, and of three one shows a name."""
    pending = "i % 100 = 1"
    columns = Signature.__table__.columns
    hashes = {it.name: hashed for it in columns if isinstance(it.type, LargeBinary) and not it.nullable}
    return {
        **hashes,
        "id": key,
        "state": f"CASE WHEN {pending} THEN 'pending' ELSE 'confirmed' END",
        "pending_ciphertext": f"CASE WHEN {pending} THEN {sealed} END",
        "sealed": f"CASE WHEN NOT {pending} THEN {sealed} END",
        "public_name": f"CASE WHEN i % 3 = 0 AND NOT {pending} THEN 'Name ' || i END",
        "signed_on": day,
        "confirmed_on": f"CASE WHEN NOT {pending} THEN {day} END",
    }


def numbers(count: int) -> CTE:
    """The numbers from 1 to `count` as rows with a column `i`."""
    rows = select(literal_column("1").label("i")).cte("numbers", recursive=True)
    return rows.union_all(select(rows.c.i + 1).where(rows.c.i < count))


def peak_memory(process_id: int) -> float:
    """The most memory that a process has used so far, in MB; 0 once it has ended."""
    status = Path(f"/proc/{process_id}/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.M)
    return int(found[1]) / 1024 if found else 0.0
