"""Whether card donations are possible, and real."""

from collections.abc import Iterator

from flask_babel import lazy_gettext

from wzo.donate.content_types import METHODS
from wzo.donate.stripe_client import accepts_cards, uses_test_key
from wzo.health.findings import Finding, Severity, kind

_METHODS = "admin.editing.index"
NO_KEYS = kind(
    "card-donations-off",
    Severity.NOTE,
    lazy_gettext("Card donations are off because the Stripe keys are missing from the server’s settings."),
    lazy_gettext("If you want them, set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET as the README says."),
    endpoint=_METHODS,
)
TEST_KEY = kind(
    "stripe-test-key",
    Severity.ERROR,
    lazy_gettext("Stripe is using a test key: card donations look real, but no money is taken."),
    lazy_gettext("Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET to those of the live mode."),
    endpoint=_METHODS,
    alarm=False,
)


def check_cards() -> Iterator[Finding]:
    """Whether Stripe's keys are there, and are not test keys on a public site."""
    page = {"content_type": METHODS}
    if not accepts_cards():
        yield Finding(NO_KEYS, page_arguments=page)
    elif uses_test_key():
        yield Finding(TEST_KEY, page_arguments=page)
