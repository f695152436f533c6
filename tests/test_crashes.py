"""Processes are killed at any moment: nothing acknowledged is lost, and nothing is done twice."""

import random
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import func, select, update

from tests.petition.signing import ANNA, code
from tests.running_site import RunningSite, wait_for
from tests.times import at
from wzo.extensions import db
from wzo.outbox import Job
from wzo.petition import queries
from wzo.petition.models import Petition, Signature

pytestmark = pytest.mark.browser  # Needs no Chromium, but real processes, which are as slow.
SIGNERS = 60
KILLS = 6


def test_it_loses_and_repeats_nothing_when_processes_are_killed(empty_database_url: str) -> None:
    chance = random.Random(7)
    acknowledged: list[str] = []

    def sign(site: RunningSite, number: int) -> None:
        address = f"person{number}@example.org"
        try:
            form = {**ANNA, "email": address}
            response = site.ask("/en/petition/mothers/sign", form, network=f"127.0.1.{number + 1}")
        except OSError:
            return  # Its process was killed, so the signature was never acknowledged.
        if response.status == 303:
            acknowledged.append(address)

    def sign_all(site: RunningSite) -> None:
        for number in range(SIGNERS):
            sign(site, number)

    with RunningSite(empty_database_url) as site:
        signing = threading.Thread(target=sign_all, args=(site,))
        signing.start()
        for kill in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.4))
            site.kill_a_web_process(chance) if kill % 2 else site.kill_and_restart("worker")
        signing.join()
        assert acknowledged

        def everything_is_done() -> bool:
            with site.inside():
                # Jobs claimed by a dead worker are released after two minutes; here, at once.
                db.session.execute(update(Job).values(due_at=at(0)))
                db.session.commit()
                left = db.session.scalar(select(func.count()).select_from(Job))
            return left == 0

        wait_for("an empty outbox", everything_is_done)
        emails = Counter(email["To"] for email in site.emails())
        assert set(acknowledged) <= set(emails)
        assert sum(emails.values()) - len(emails) <= KILLS, "at most one e-mail more for each kill"
        for email in site.emails():
            site.ask("/en/petition/mothers/code", {"code": code(email)})
        with site.inside():
            petition = db.session.scalars(select(Petition)).one()
            assert db.session.scalar(select(func.count()).select_from(Signature)) == len(emails)
            assert queries.get_count(petition.id, None).confirmed == queries.recount(petition.id) == len(emails)
