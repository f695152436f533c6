"""Checks of settings that the operator of a public site should set, although it works without."""

from collections.abc import Iterator

from flask_babel import lazy_gettext

from wzo.config import settings
from wzo.health.findings import Finding, Severity, kind

NO_ALARMS = kind(
    "alarms-off",
    Severity.NOTE,
    lazy_gettext("Nobody is notified when the site stops working."),
    lazy_gettext("Set ALARM_EMAIL or ALARM_WEBHOOK_URL, and let another service monitor /readyz."),
    anchor="mail",
)

NO_SOURCE = kind(
    "source-url-missing",
    Severity.NOTE,
    lazy_gettext("The site does not say where its source code is."),
    lazy_gettext(
        "If you have changed the program, its licence, the AGPL, asks that readers can get your version: set "
        "SOURCE_URL."
    ),
)


def check_operator() -> Iterator[Finding]:
    """Whether a public site sends alarms to anybody, and says where its source code is."""
    config = settings()
    if config.production and not config.source_url:
        yield Finding(NO_SOURCE)
    if config.production and not (config.alarm_email or config.alarm_webhook_url):
        yield Finding(NO_ALARMS)
