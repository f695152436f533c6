"""Timestamps as an editor reads and enters them: in the editor's own time zone."""

import re
from datetime import UTC, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from flask_babel import format_date, format_datetime, format_timedelta, get_locale, gettext, lazy_gettext
from flask_login import current_user

from wzo.clock import now
from wzo.errors import WzoError
from wzo.i18n import LANGUAGES, current_language
from wzo.written_days import parse_whole_day

# A time of day: 9, 9:30, 09.30, 9-30.
HOUR = re.compile(r"(\d{1,2})(?:[:.\-]([0-5]\d))?(?::[0-5]\d)?", re.ASCII)


def timezone() -> ZoneInfo:
    """The editor's time zone; UTC if it is unknown here."""
    try:
        return ZoneInfo(getattr(current_user, "timezone", "UTC") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(timestamp: datetime) -> str:
    """A timestamp in the editor's time zone."""
    format_ = LANGUAGES[current_language()].datetime_format
    return str(format_datetime(timestamp.astimezone(timezone()), format_, rebase=False))


def clock(timestamp: datetime) -> str:
    """Its time of day alone: 12:40."""
    return timestamp.astimezone(timezone()).strftime("%H:%M")


class NoSuchTime(WzoError):
    """A time at which clocks go forward, so that it does not exist, or back, so that it exists twice."""

    status = 400
    title = lazy_gettext("Choose another time")

    def __init__(self, timestamp: datetime, *, twice: bool) -> None:
        values = {
            "time": f"{timestamp:%H:%M}",
            "day": format_date(timestamp.date(), "d MMMM y"),
            "city": city(str(timestamp.tzinfo)),
        }
        if twice:
            found = gettext("On %(day)s clocks go back (%(city)s), so there is %(time)s twice.", **values)
        else:
            found = gettext("On %(day)s clocks go forward (%(city)s), so there is no %(time)s.", **values)
        self.advice = " ".join((found, gettext("Choose a time that is an hour earlier or later.")))
        super().__init__()


def parse_local(day: str, hour: str) -> datetime | None:
    """A date and a time, 09:30, in the editor's time zone; None if they are neither. Raises NoSuchTime."""
    on, found = parse_whole_day(day), HOUR.fullmatch(hour.strip() or "09:00")
    if on is None or found is None or int(found[1]) > 23:
        return None
    zone = timezone()
    timestamp = datetime.combine(on, time(int(found[1]), int(found[2] or 0)), zone)
    # A time that does not exist comes back as another one.
    if timestamp.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != timestamp.replace(tzinfo=None):
        raise NoSuchTime(timestamp, twice=False)
    if timestamp.utcoffset() != timestamp.replace(fold=1).utcoffset():
        raise NoSuchTime(timestamp, twice=True)
    return timestamp.astimezone(UTC)


def city(zone: str) -> str:
    """The city that a time zone is named after, in the current language: Moscow; UTC."""
    return zone if "/" not in zone else get_timezone_location(zone, locale=get_locale(), return_city=True)


def current_city() -> str:
    """The city of the editor's time zone."""
    return city(timezone().key)


def timezone_choices() -> list[tuple[str, str]]:
    """The time zones by city, each with its city and country in the current language."""
    return list(_timezone_choices(get_locale()))


@cache
def _timezone_choices(locale: Locale) -> tuple[tuple[str, str], ...]:
    known = available_timezones()
    labels = {
        zone: f"{get_timezone_location(zone, locale=locale, return_city=True)} ({locale.territories[territory]})"
        for zone, territory in get_global("zone_territories").items()
        if zone in known and "/" in zone and territory in locale.territories and territory != "001"
    }
    by_city = sorted(labels.items(), key=lambda it: it[1].replace("ё", "е").replace("Ё", "Е"))
    return ("UTC", "UTC"), *by_city


def canonical_timezone(zone: str) -> str:
    """The name by which CLDR, and so the list of choices, knows a time zone: Europe/Kiev for Europe/Kyiv."""
    return str(get_global("zone_aliases").get(zone, zone))


def since(timestamp: datetime) -> str:
    """How long ago it was, in words: 2 hours."""
    return str(format_timedelta(now() - timestamp, granularity="minute"))
