"""The backup that the worker makes each night, if BACKUP_URL is set."""

import logging
import secrets
from datetime import UTC, date, datetime, timedelta

from wzo.backup.actions import back_up_to_store
from wzo.backup.stores import BackupStore
from wzo.clock import now, start_of_today
from wzo.config import settings
from wzo.media.store import StoreUnavailable

# After midnight UTC, the rows of the day before are rewritten in the order of their keys: see petition/row_order.py.
EARLIEST = timedelta(hours=1, minutes=15)
# Each worker waits for a random time within this window, so that two workers do not back up at once.
WINDOW = timedelta(hours=3, minutes=30)
PAUSE_AFTER_FAILURE = timedelta(hours=1)
# In seconds.
INTERVAL = 5 * 60

log = logging.getLogger(__name__)


class NightlyBackup:
    """Makes a backup each night; if no worker ran then, as soon as one does."""

    def __init__(self) -> None:
        self.delay = EARLIEST + timedelta(seconds=secrets.randbelow(int(WINDOW.total_seconds())))
        self.done_on: date | None = None
        self.not_before = datetime.min.replace(tzinfo=UTC)

    def step(self) -> float:
        """Make the backup if it is due; returns after how many seconds to call this again."""
        try:
            if self._is_due():
                # Whatever goes wrong, a large backup is not begun again and again.
                day, self.not_before = now().date(), now() + PAUSE_AFTER_FAILURE
                result = back_up_to_store(BackupStore(settings().backup_url), keep=settings().backup_keep)
                self.done_on = day
                if result.summary.missing:
                    log.warning(
                        "The backup lacks the content of %d pictures, documents or recordings, which is not in "
                        "MEDIA_URL or was replaced meanwhile.",
                        result.summary.missing,
                    )
        except StoreUnavailable:
            log.error("The backup could not be made: BACKUP_URL cannot be reached. The next attempt is in an hour.")
            self.not_before = now() + PAUSE_AFTER_FAILURE
        return INTERVAL

    def _is_due(self) -> bool:
        timestamp = now()
        if self.done_on == timestamp.date() or timestamp < max(start_of_today() + self.delay, self.not_before):
            return False
        newest = next(iter(BackupStore(settings().backup_url).all()), None)
        if newest and newest.created_at.date() == timestamp.date():
            self.done_on = timestamp.date()
        return self.done_on != timestamp.date()
