"""Looks at the health of the site beside the requests, and raises alarms.

A thread in each web process and in the worker does it, so that an alarm comes whichever of them stops; alarms.py sees
to it that one of them sends it.
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
# Found so often in a row, something is wrong, and not just being restarted.
LOOKS = 4

log = logging.getLogger(__name__)


class Watch:
    """Raises an alarm for each kind of finding that stays, and sends a message when it is over."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.seen: Counter[str] = Counter()
        self.retry_at = 0.0
        folder = app.extensions["settings"].instance_path
        self.local = {kind.key: LocalAlarm(folder, kind.key) for kind in (UNREACHABLE, NO_TABLES, BEHIND)}

    def start(self) -> None:
        """Go on looking in a thread. In a process that is forked, this must happen after the fork."""
        threading.Thread(target=self._run, name="health watch", daemon=True).start()

    def look(self) -> None:
        """Look once, and send what is due."""
        with self.app.app_context():
            try:
                self._tell(find_problems())
            finally:
                db.session.remove()

    def _tell(self, problems: list[Finding]) -> None:
        found: dict[str, list[Finding]] = {}
        for problem in problems:
            found.setdefault(problem.key, []).append(problem)
        self.seen = Counter({key: self.seen[key] + 1 for key in found})
        staying = {key: it for key, it in found.items() if self.seen[key] >= LOOKS and it[0].is_alarm}
        for key, alarm in self.local.items():
            if key in staying and self._may_try() and alarm.claim() and not self._send(staying[key]):
                alarm.give_back()
        if self.local.keys().isdisjoint(found):
            self._tell_by_database(found, staying)

    def _tell_by_database(self, found: dict[str, list[Finding]], staying: dict[str, list[Finding]]) -> None:
        over = [key for key, alarm in self.local.items() if alarm.close()]
        known = {alarm.key: alarm for alarm in alarms.get_alarms()}
        for key, findings in staying.items():
            is_due = key not in known or known[key].is_due
            if is_due and self._may_try() and alarms.claim(key) and not self._send(findings):
                alarms.give_back(key)
        if any(it.is_open and it.key not in found for it in known.values()):
            over += alarms.close_others(found)
        for key in over:
            if key in FINDING_KINDS:
                messages.send(messages.about_end(FINDING_KINDS[key]), settings())

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
                self.look()
            except Exception as error:
                # Whatever it was, the next look is another try.
                log.error("The health could not be watched: %s", describe_error(error))
            time.sleep(INTERVAL)


def start_watching(app: Flask) -> None:
    """Watch the health in this process, if there is anybody to tell."""
    config = app.extensions["settings"]
    if config.alarm_email or config.alarm_webhook_url:
        Watch(app).start()
