"""Alarms: sent by one of many processes, daily while the fault lasts, and nothing personal in them."""

import dataclasses
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import update

from tests.conftest import own_database
from tests.health.conftest import HealthySite
from tests.health.webhook import Webhook
from tests.running_site import RunningSite, wait_for
from tests.smtp_server import Behaviour, SmtpServer
from wzo import create_app, heartbeat
from wzo.clock import now
from wzo.extensions import db, write_transaction
from wzo.health import monitor
from wzo.health.alarms import INTERVAL, REMINDER
from wzo.health.monitor import FAILURES_BEFORE_ALARM, RETRY_INTERVAL, HealthMonitor, start_monitoring
from wzo.heartbeat import STALE_AFTER

STOPPED = "worker-stopped"


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


@pytest.fixture
def mail_server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def alarmed(site: HealthySite, webhook: Webhook, mail_server: SmtpServer) -> HealthySite:
    site.change(alarm_webhook_url=webhook.url, smtp_url=mail_server.url)
    for path in site.settings.instance_path.glob("alarm-*"):
        path.unlink()
    return site


def beat(site: HealthySite, ago: timedelta = timedelta(0)) -> None:
    """Let the worker's last heartbeat be some time ago."""
    with site.app.app_context(), write_transaction():
        db.session.execute(update(heartbeat.Heartbeat).values(seen_at=now() - ago))


def check(one: HealthMonitor, times: int = FAILURES_BEFORE_ALARM) -> None:
    for _ in range(times):
        one.check_once()


def test_it_raises_an_alarm_for_what_persists_and_reports_when_it_is_resolved(
    alarmed: HealthySite, webhook: Webhook, mail_server: SmtpServer
) -> None:
    own = HealthMonitor(alarmed.app)
    check(own)
    beat(alarmed, STALE_AFTER)
    check(own, FAILURES_BEFORE_ALARM - 1)
    # It may just be restarting.
    assert webhook.events == []
    check(own, 5)
    assert webhook.events == [(STOPPED, "open")]
    beat(alarmed)
    check(own)
    assert webhook.events == [(STOPPED, "open"), (STOPPED, "closed")]
    assert mail_server.recipients == ["operator@example.org"] * 2
    subjects = [it.message["Subject"] for it in mail_server.received]
    assert subjects == [f"[localhost] {STOPPED}", f"[localhost] {STOPPED}: OK"]
    text = mail_server.received[0].message.get_content()
    for sentence in ("Фоновый процесс не работает", "The worker has been down", "Start the worker", STOPPED):
        assert sentence in text
        assert sentence in webhook.received[0]["text"] or sentence == STOPPED


@pytest.mark.slow
def test_it_raises_one_alarm_among_many_processes(alarmed: HealthySite, webhook: Webhook) -> None:
    settings = alarmed.app.extensions["settings"]
    monitors = [HealthMonitor(create_app(settings)) for _ in range(4)]
    beat(alarmed, STALE_AFTER)
    for _ in range(FAILURES_BEFORE_ALARM + 1):
        threads = [threading.Thread(target=one.check_once) for one in monitors]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert webhook.events == [(STOPPED, "open")]
    beat(alarmed)
    for one in monitors:
        one.check_once()
    assert webhook.events == [(STOPPED, "open"), (STOPPED, "closed")]


def test_it_repeats_an_alarm_after_an_hour_at_the_earliest_and_a_day_at_the_latest(
    alarmed: HealthySite, webhook: Webhook
) -> None:
    own = HealthMonitor(alarmed.app)
    with time_machine.travel(now(), tick=False) as clock:

        def stop_and_check() -> int:
            """How many alarms have been raised now that the worker is stopped."""
            beat(alarmed, STALE_AFTER)
            check(own)
            return webhook.events.count((STOPPED, "open"))

        def go_on() -> None:
            beat(alarmed)
            check(own)

        assert stop_and_check() == 1
        go_on()
        clock.shift(INTERVAL - timedelta(minutes=1))
        assert stop_and_check() == 1
        clock.shift(timedelta(minutes=1))
        assert stop_and_check() == 2
        clock.shift(REMINDER - timedelta(minutes=1))
        assert stop_and_check() == 2
        clock.shift(timedelta(minutes=1))
        assert stop_and_check() == 3


def test_it_tries_again_when_an_alarm_could_not_be_sent(
    alarmed: HealthySite, webhook: Webhook, mail_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.behaviour = Behaviour(replies={"MAIL": "554 5.7.1 no"})
    webhook.status = 500
    own = HealthMonitor(alarmed.app)
    beat(alarmed, STALE_AFTER)
    check(own, FAILURES_BEFORE_ALARM + 2)
    assert webhook.events == []
    webhook.status = 200
    check(own)
    # Not before some time has passed.
    assert webhook.events == []
    monkeypatch.setattr(own, "retry_at", time.monotonic() - RETRY_INTERVAL)
    check(own)
    assert webhook.events == [(STOPPED, "open")]


def test_it_raises_an_alarm_while_the_database_is_down(alarmed: HealthySite, webhook: Webhook) -> None:
    settings = alarmed.app.extensions["settings"]
    url = (
        "sqlite:////nowhere/wzo.sqlite3" if settings.database_url.startswith("sqlite") else "postgresql://127.0.0.1:1/x"
    )
    monitors = [HealthMonitor(create_app(dataclasses.replace(settings, database_url=url))) for _ in range(2)]
    for one in monitors:
        check(one, FAILURES_BEFORE_ALARM + 1)
    assert webhook.events == [("database-unreachable", "open")]
    # The database is back.
    check(HealthMonitor(alarmed.app))
    assert webhook.events == [("database-unreachable", "open"), ("database-unreachable", "closed")]
    # It goes down again at once.
    check(monitors[0])
    assert len(webhook.events) == 2


def test_it_raises_no_alarm_for_what_is_not_an_error(alarmed: HealthySite, webhook: Webhook) -> None:
    alarmed.change(source_url=None, mail_from="petition@example.org")
    check(HealthMonitor(alarmed.app))
    assert webhook.events == []


def test_it_monitors_only_if_somebody_is_notified(site: HealthySite) -> None:
    def threads() -> int:
        return sum(it.name == "health monitor" for it in threading.enumerate())

    before = threads()
    site.change(alarm_email=None)
    start_monitoring(site.app)
    assert threads() == before


def test_it_raises_an_alarm_within_five_minutes() -> None:
    assert STALE_AFTER + timedelta(seconds=monitor.INTERVAL * (FAILURES_BEFORE_ALARM + 1)) < timedelta(minutes=5)


@pytest.mark.browser  # Needs no Chromium, but real processes, which are as slow.
def test_it_reports_once_that_a_worker_was_killed(
    request: pytest.FixtureRequest, tmp_path: Path, webhook: Webhook, mail_server: SmtpServer
) -> None:
    with own_database("postgresql", request, tmp_path) as url:
        site = RunningSite(url)
        site.environ |= {
            "ALARM_EMAIL": "operator@example.org",
            "ALARM_WEBHOOK_URL": webhook.url,
            "SMTP_URL": mail_server.url,
            "WEB_CONCURRENCY": "3",
            "LOG_FORMAT": "json",
        }
        with site:
            wait_for("a heartbeat", lambda: has_heartbeat(site))
            site.processes["worker"].kill()
            site.processes["worker"].wait()
            # As if this much time had passed since.
            with site.writing():
                db.session.execute(update(heartbeat.Heartbeat).values(seen_at=now() - STALE_AFTER))
                db.session.commit()
            wait_for("an alarm", lambda: webhook.events)
            # Each of the processes checks again.
            time.sleep(monitor.INTERVAL * 2)
            assert webhook.events == [(STOPPED, "open")]
            site.restart("worker")
            wait_for("the end of the alarm", lambda: len(webhook.events) > 1)
            wait_for("an e-mail about each", lambda: len(mail_server.received) > 1)
            assert webhook.events == [(STOPPED, "open"), (STOPPED, "closed")]
            assert mail_server.recipients == ["operator@example.org"] * 2
            messages = {json.loads(line)["message"] for name in site.processes for line in site.log(name).splitlines()}
            assert "The worker is running." in messages


def has_heartbeat(site: RunningSite) -> bool:
    with site.inside():
        found = heartbeat.get_heartbeat() is not None
        db.session.rollback()
        return found
