"""Problems of the content that only editors can fix: broken links, and entries that nobody has checked for long."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from flask_babel import format_date, gettext, lazy_gettext
from sqlalchemy import or_, select

from wzo.accounts.models import Role
from wzo.clock import today
from wzo.cms.links import get_dead_links
from wzo.config import settings
from wzo.directory.content_types import DIRECTORY
from wzo.directory.queries import get_unchecked_entries
from wzo.donate.content_types import METHODS
from wzo.donate.models import DonationMethod, DonationMethodText
from wzo.extensions import db
from wzo.health.findings import Finding, Severity, in_words, kind
from wzo.i18n import LANGUAGES, current_language
from wzo.publication import State

# How often donation methods must be checked.
CHECK_INTERVAL = timedelta(days=90)
_EDIT = "admin.editing.edit"
_TRY = lazy_gettext("Try the method yourself, set the date under “Last checked”, and publish.")
NEVER_CHECKED = kind(
    "donation-method-never-checked",
    Severity.WARNING,
    lazy_gettext("The donation method “%(subject)s” has never been checked."),
    _TRY,
    role=Role.PUBLISHER,
    endpoint=_EDIT,
)
NOT_CHECKED = kind(
    "donation-method-not-checked",
    Severity.WARNING,
    lazy_gettext("The donation method “%(subject)s” was last checked %(time)s ago."),
    _TRY,
    role=Role.PUBLISHER,
    endpoint=_EDIT,
)
ENTRY_NOT_CHECKED = kind(
    "directory-entry-not-checked",
    Severity.WARNING,
    lazy_gettext("The entry “%(subject)s” of the directory of help must be checked. Last checked: %(day)s."),
    lazy_gettext("See that they can still be reached, set the date under “Last checked”, and publish."),
    role=Role.WRITER,
    endpoint=_EDIT,
)
BROKEN_LINK = kind(
    "broken-link",
    Severity.WARNING,
    lazy_gettext("“%(subject)s” (%(language)s) has a broken link: %(address)s"),
    lazy_gettext("Correct the link or remove it, and publish."),
    role=Role.WRITER,
    endpoint=_EDIT,
)


def check_donation_methods() -> Iterator[Finding]:
    """Live donation methods that nobody has tried for long."""
    day = today()
    live = db.session.execute(
        select(DonationMethod.id, DonationMethod.checked_on, DonationMethodText.title)
        .join(DonationMethodText, DonationMethodText.method_id == DonationMethod.id)
        .where(DonationMethodText.state == State.LIVE)
        .where(or_(DonationMethod.checked_on.is_(None), DonationMethod.checked_on < day - CHECK_INTERVAL))
        # The title in the editor's own language comes first, if there is one.
        .order_by(DonationMethod.position, DonationMethod.id, DonationMethodText.language != current_language())
    )
    for _, rows in groupby(live, key=lambda row: row.id):
        method = next(rows)
        page = {"content_type": METHODS, "object_id": method.id}
        if method.checked_on:
            time = in_words(day - method.checked_on, "day")
            yield Finding(NOT_CHECKED, method.title, {"time": time}, page_arguments=page)
        else:
            yield Finding(NEVER_CHECKED, method.title, page_arguments=page)


def check_directory() -> Iterator[Finding]:
    """Live entries of the directory of help that nobody has checked for as many months as the settings say."""
    unchecked = get_unchecked_entries(before=_months_ago(settings().directory_check_months))
    # The name in the editor's own language comes first, if there is one.
    by_entry = sorted(unchecked, key=lambda row: (row.id, row.language != current_language()))
    for _, rows in groupby(by_entry, key=lambda row: row.id):
        entry = next(rows)
        last = format_date(entry.checked_on, "d MMMM y") if entry.checked_on else gettext("never")
        page = {"content_type": DIRECTORY, "object_id": entry.id}
        yield Finding(ENTRY_NOT_CHECKED, entry.title, {"day": last}, page_arguments=page)


def _months_ago(months: int) -> date:
    """This day a number of months ago; the last day of that month if it is shorter."""
    day = today()
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def check_links() -> Iterator[Finding]:
    """Links in live texts to pages that are not there."""
    for found in get_dead_links():
        language = LANGUAGES[found.language].name if found.language in LANGUAGES else found.language
        values = {"language": language, "address": found.link.address}
        page = {"content_type": found.content_type, "object_id": found.object_id}
        yield Finding(BROKEN_LINK, found.title, values, page_arguments=page)
