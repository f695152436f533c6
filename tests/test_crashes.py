"""Processes are killed for real, at any moment: nothing that was acknowledged is lost, and nothing doubles."""

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

pytestmark = pytest.mark.browser  # Not for Chromium, but as slow: real processes.
SIGNERS = 60
KILLS = 6


def test_a_killed_worker_and_killed_web_processes_lose_and_double_nothing(empty_database_url: str) -> None:
    acknowledged: list[str] = []

    def sign(site: RunningSite, number: int) -> None:
        address = f"person{number}@example.org"
        try:
            answer = site.ask("/en/petition/mothers/sign", {**ANNA, "email": address})
        except OSError:
            return  # Its process was killed under it: nobody said thank you.
        if answer.status == 303:
            acknowledged.append(address)

    def sign_all(site: RunningSite) -> None:
        for number in range(SIGNERS):
            sign(site, number)

    with RunningSite(empty_database_url) as site:
        signing = threading.Thread(target=sign_all, args=(site,))
        signing.start()
        for kill in range(KILLS):
            time.sleep(random.uniform(0.05, 0.4))
            site.kill_a_web_process() if kill % 2 else site.kill_and_restart("worker")
        signing.join()
        assert acknowledged

        def everything_is_done() -> bool:
            with site.inside():
                # What a dead worker had taken comes back in two minutes; here, at once.
                db.session.execute(update(Job).values(due_at=at(0)))
                db.session.commit()
                left = db.session.scalar(select(func.count()).select_from(Job))
            return left == 0

        wait_for("an empty outbox", everything_is_done)
        letters = Counter(letter["To"] for letter in site.letters())
        assert set(acknowledged) <= set(letters)
        assert sum(letters.values()) - len(letters) <= KILLS, "at most one letter more for each kill"
        for letter in site.letters():
            site.ask("/en/petition/mothers/code", {"code": code(letter)})
        with site.inside():
            petition = db.session.scalars(select(Petition)).one()
            assert db.session.scalar(select(func.count()).select_from(Signature)) == len(letters)
            assert queries.get_count(petition.id, None).confirmed == queries.recount(petition.id) == len(letters)
