"""Whether there is a recent backup in BACKUP_URL, where the worker makes one each night."""

from collections.abc import Iterator
from datetime import timedelta

from flask_babel import lazy_gettext

from wzo.backup.stores import newest_backup_time
from wzo.clock import now
from wzo.config import settings
from wzo.health.findings import Finding, Severity, kind
from wzo.media.store import StoreUnavailable

# From one night's backup to the next are 28 hours at most, and a large one takes some hours.
MAX_AGE = timedelta(hours=36)
_BACK_UP = lazy_gettext(
    "See whether the worker is running and what its log says of the backup. “flask --app wzo backup” makes one at once."
)
UNREACHABLE = kind(
    "backups-unreachable",
    Severity.WARNING,
    lazy_gettext("The backups in %(subject)s cannot be listed."),
    lazy_gettext(
        "See whether the storage provider has an outage, and whether BACKUP_URL, BACKUP_KEY_ID and BACKUP_SECRET are "
        "right. The key must be allowed to list, write and delete."
    ),
    alarm=True,
)
OLD = kind(
    "backup-old", Severity.WARNING, lazy_gettext("The newest backup was made on %(subject)s."), _BACK_UP, alarm=True
)
# A new site is notified once, before its first night: a key that may list but not write must not stay unnoticed.
NONE = kind(
    "backup-missing", Severity.WARNING, lazy_gettext("There is no backup in %(subject)s yet."), _BACK_UP, alarm=True
)


def probe_backups() -> Iterator[Finding]:
    """Whether the newest backup is recent, if backups are made at all."""
    url = settings().backup_url
    if not url:
        return
    location = url.partition("?")[0]
    try:
        newest = newest_backup_time()
    except StoreUnavailable:
        yield Finding(UNREACHABLE, location)
        return
    if newest is None:
        yield Finding(NONE, location)
    elif newest < now() - MAX_AGE:
        yield Finding(OLD, newest.date().isoformat())
