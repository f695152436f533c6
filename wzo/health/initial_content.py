"""Whether initial content is public that no editor has confirmed."""

from collections.abc import Iterator

from flask_babel import lazy_gettext, lazy_ngettext

from wzo.accounts.models import Role
from wzo.config import settings
from wzo.health.findings import Finding, Severity, kind
from wzo.seed.confirmation import find_unconfirmed

UNCONFIRMED = kind(
    "initial-content-unconfirmed",
    Severity.WARNING,
    lazy_gettext("Initial content is public that no editor has confirmed: %(texts)s."),
    lazy_gettext(
        "Read these texts: they name people. Publish a text after changing it, or confirm it as it is; when all are "
        "right, “flask --app wzo content confirm --yes” does the same."
    ),
    message_for_others=lazy_gettext(
        "Initial content is public that no editor has confirmed: %(texts)s. Read these texts: they name people. "
        "Publish a text after changing it, or confirm it as it is."
    ),
    role_of_others=Role.PUBLISHER,
    endpoint="admin.status.initial_content",
)


def check_initial_content() -> Iterator[Finding]:
    """Whether any text of the initial content is live that nobody has confirmed."""
    number = len(find_unconfirmed())
    if number:
        texts = lazy_ngettext("%(num)d text", "%(num)d texts", num=number)
        yield Finding(
            UNCONFIRMED, values={"texts": texts}, severity_here=None if settings().production else Severity.NOTE
        )
