"""Checks the health of the site in the background, and raises alarms.

A thread in each web process and in the worker does it, so that an alarm is raised whichever process dies; alarms.py
ensures that only one process sends it.
"""

import logging
import threading
import time
from collections import Counter

from flask import Flask

from wzo.config import settings
from wzo.extensions import db
from wzo.health import alarms, messages
from wzo.health.checks import find_problems
from wzo.health.database import BEHIND, NO_TABLES, UNREACHABLE
from wzo.health.findings import FINDING_KINDS, Finding
from wzo.health.local_alarms import LocalAlarm
from wzo.tracebacks import describe_error

# Seconds.
INTERVAL = 5.0
RETRY_INTERVAL = 60.0
# Only a finding of this many checks in a row raises an alarm: a process may just be restarting.
FAILURES_BEFORE_ALARM = 4

log = logging.getLogger(__name__)


class HealthMonitor:
    """Raises an alarm for each kind of finding that persists, and sends a message when it is resolved."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.seen: Counter[str] = Counter()
        self.retry_at = 0.0
        folder = app.extensions["settings"].instance_path
        self.local = {kind.key: LocalAlarm(folder, kind.key) for kind in (UNREACHABLE, NO_TABLES, BEHIND)}

    def start(self) -> None:
        """Check again and again in a thread. In a forked process, this must happen after the fork."""
        threading.Thread(target=self._run, name="health monitor", daemon=True).start()

    def check_once(self) -> None:
        """Run the checks, and send the messages that are due."""
        with self.app.app_context():
            try:
                self._notify(find_problems())
            finally:
                db.session.remove()

    def _notify(self, problems: list[Finding]) -> None:
        found: dict[str, list[Finding]] = {}
        for problem in problems:
            found.setdefault(problem.key, []).append(problem)
        self.seen = Counter({key: self.seen[key] + 1 for key in found})
        persistent = {
            key: it for key, it in found.items() if self.seen[key] >= FAILURES_BEFORE_ALARM and it[0].is_alarm
        }
        for key, alarm in self.local.items():
            if key in persistent and self._may_try() and alarm.claim() and not self._send(persistent[key]):
                alarm.release()
        if self.local.keys().isdisjoint(found):
            self._notify_via_database(found, persistent)

    def _notify_via_database(self, found: dict[str, list[Finding]], persistent: dict[str, list[Finding]]) -> None:
        resolved = [key for key, alarm in self.local.items() if alarm.close()]
        known = {alarm.key: alarm for alarm in alarms.get_alarms()}
        for key, findings in persistent.items():
            is_due = key not in known or known[key].is_due
            if is_due and self._may_try() and alarms.claim(key) and not self._send(findings):
                alarms.release(key)
        if any(it.is_open and it.key not in found for it in known.values()):
            resolved += alarms.close_others(found)
        for key in resolved:
            if key in FINDING_KINDS:
                messages.send(messages.about_resolution(FINDING_KINDS[key]), settings())

    def _may_try(self) -> bool:
        return time.monotonic() >= self.retry_at

    def _send(self, findings: list[Finding]) -> bool:
        is_sent = messages.send(messages.about(findings), settings())
        if not is_sent:
            self.retry_at = time.monotonic() + RETRY_INTERVAL
        return is_sent

    def _run(self) -> None:
        while True:
            try:
                self.check_once()
            except Exception as error:
                # Whatever it was, the next check is another attempt.
                log.error("The health could not be checked: %s", describe_error(error))
            time.sleep(INTERVAL)


def start_monitoring(app: Flask) -> None:
    """Monitor the health in this process, if there is anybody to notify."""
    config = app.extensions["settings"]
    if config.alarm_email or config.alarm_webhook_url:
        HealthMonitor(app).start()
