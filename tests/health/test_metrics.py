"""The figures of the site: numbers and ages, and nothing about one visitor."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.exc import OperationalError

from tests.factories import PetitionFactory
from tests.health.conftest import HealthySite
from tests.petition.signing import add_confirmed
from wzo import outbox
from wzo.clock import now, today
from wzo.extensions import db, write_transaction
from wzo.health import metrics
from wzo.health.checks import find_problems
from wzo.health.findings import FINDING_KINDS
from wzo.health.metrics import HELP, render_metrics
from wzo.outbox import Job

LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? -?[0-9.e+]+')


def read(site: HealthySite) -> dict[str, float]:
    """The samples by name and labels."""
    with site.app.app_context():
        text = render_metrics(find_problems())
    assert text.endswith("\n")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_it_counts_jobs_signatures_and_findings(site: HealthySite) -> None:
    with site.app.app_context(), time_machine.travel(now(), tick=False) as clock:
        petition = PetitionFactory(slug="mothers")
        add_confirmed(petition, today(), 3)
        db.session.commit()
        with write_transaction():
            outbox.enqueue("mail", {"to": "a@example.org"})
            outbox.enqueue("mail", {"to": "b@example.org"})
            db.session.add(Job(kind="mail", failure="550", failed_on=today()))
        clock.shift(timedelta(minutes=17, seconds=31))
        samples = read(site)
    assert samples['wzo_jobs{kind="mail",state="pending"}'] == 2
    assert samples['wzo_jobs{kind="mail",state="dead"}'] == 1
    # In whole minutes: seconds would reveal when somebody has signed.
    assert samples['wzo_jobs_oldest_seconds{kind="mail"}'] == 17 * 60
    assert samples['wzo_signatures{petition="mothers"}'] == 3
    assert samples['wzo_finding{key="worker-stopped"}'] == 1
    assert samples['wzo_finding{key="disk-full"}'] == 0
    assert sum(name.startswith("wzo_finding") for name in samples) == len(FINDING_KINDS)


def test_it_describes_every_figure(site: HealthySite) -> None:
    with site.app.app_context():
        text = render_metrics([])
    assert {name.partition("{")[0] for name in read(site)} <= {*HELP}
    for name in HELP:
        assert f"# HELP {name} " in text
        assert f"# TYPE {name} gauge\n" in text


def test_it_counts_findings_without_the_database(site: HealthySite, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("SELECT 1", {}, Exception())

    monkeypatch.setattr(metrics, "get_queues", fail)
    samples = read(site)
    assert {name.partition("{")[0] for name in samples} == {"wzo_finding"}
