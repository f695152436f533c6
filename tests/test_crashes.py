"""Processes are killed at any moment: nothing acknowledged is lost, and nothing is done twice."""

import random
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import ColumnElement, func, select, update

from tests.petition.signing import ANNA, code
from tests.running_site import RunningSite, wait_for
from tests.times import at
from wzo.clock import now
from wzo.extensions import db
from wzo.outbox import Job
from wzo.petition import queries
from wzo.petition.models import Petition, Signature

pytestmark = pytest.mark.browser  # Needs no Chromium, but real processes, which are as slow.
SIGNERS = 60
KILLS = 6


def count_jobs(site: RunningSite, *conditions: ColumnElement[bool]) -> int:
    with site.inside():
        left = db.session.scalar(select(func.count()).select_from(Job).where(*conditions))
        db.session.rollback()
    return left or 0


def count_due(site: RunningSite) -> int:
    return count_jobs(site, Job.due_at <= now())


def test_it_loses_and_repeats_nothing_when_processes_are_killed(empty_database_url: str) -> None:
    chance = random.Random(7)
    acknowledged: list[str] = []

    def sign(site: RunningSite, number: int) -> None:
        address = f"person{number}@example.org"
        form = {**ANNA, "email": address}
        try:
            response = site.ask("/en/petition/mothers/sign", form, network=f"127.0.1.{number + 1}")
        except ConnectionRefusedError:
            # The server has ended, and will be started again.
            time.sleep(0.1)
            sign(site, number)
        except OSError:
            pass  # Its process was killed, so the signature was never acknowledged.
        else:
            if response.status == 303:
                acknowledged.append(address)

    def sign_all(site: RunningSite) -> None:
        for number in range(SIGNERS):
            sign(site, number)

    with RunningSite(empty_database_url) as site:
        site.start_another_worker()
        signing = threading.Thread(target=sign_all, args=(site,))
        signing.start()
        for kill in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.4))
            site.kill_a_web_process(chance) if kill % 2 else site.kill_and_restart("worker")
        while signing.is_alive():
            site.restart_web_if_it_ended()
            signing.join(0.1)
        site.restart_web_if_it_ended()
        assert acknowledged

        # What the living workers have leased is sent within seconds.
        wait_for("jobs that only dead workers have leased", lambda: count_due(site) == 0)
        time.sleep(3)
        with site.writing():
            # What dead workers have leased is due again after two minutes; here, at once.
            db.session.execute(update(Job).values(due_at=at(0)))
            db.session.commit()
        wait_for("an empty outbox", lambda: count_jobs(site) == 0)
        emails = Counter(email["To"] for email in site.emails())
        assert set(acknowledged) <= set(emails)
        assert sum(emails.values()) - len(emails) <= KILLS, "at most one e-mail more for each kill"
        for email in site.emails():
            site.ask("/en/petition/mothers/code", {"code": code(email)})
        with site.inside():
            petition = db.session.scalars(select(Petition)).one()
            assert db.session.scalar(select(func.count()).select_from(Signature)) == len(emails)
            assert queries.get_count(petition.id, None).confirmed == queries.recount(petition.id) == len(emails)
