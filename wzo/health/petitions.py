"""Whether people can sign this hour, and whether their e-mails arrive."""

from collections.abc import Iterator

from flask_babel import lazy_gettext
from sqlalchemy import select

from wzo.accounts.models import Role
from wzo.extensions import db
from wzo.health.findings import Finding, Severity, kind
from wzo.i18n import current_language
from wzo.petition.confirmations import find_low_rate
from wzo.petition.models import Petition, PetitionText
from wzo.petition.submission_limits import get_site_usage
from wzo.templating import number

_RAISE = lazy_gettext(
    "If these are real people, raise SIGNATURES_PER_HOUR and restart the web process. If not, wait for the next hour."
)
REACHED = kind(
    "submission-limit-reached",
    # Robots can bring it about, and the site is ready all the same.
    Severity.WARNING,
    lazy_gettext(
        "This hour’s limit on signatures is reached (%(used)s of %(limit)s): nobody can sign before the next hour."
    ),
    _RAISE,
    anchor="mail",
    message_for_others=lazy_gettext(
        "So many people have signed in this hour that nobody else can before the next one. If they are real people, "
        "tell an administrator."
    ),
    alarm=True,
)
NEARLY_REACHED = kind(
    "submission-limit-nearly-reached",
    Severity.WARNING,
    lazy_gettext(
        "This hour’s limit on signatures is nearly reached (%(used)s of %(limit)s). When it is, nobody can "
        "sign before the next hour."
    ),
    _RAISE,
    anchor="mail",
    message_for_others=lazy_gettext(
        "So many people have signed in this hour that soon nobody else can before the next one. If they are real "
        "people, tell an administrator."
    ),
)
FEW_CONFIRM = kind(
    "few-confirm",
    Severity.WARNING,
    lazy_gettext(
        "Of the %(signed)s people who signed “%(subject)s” lately, only %(percent)s %% have confirmed: their e-mails "
        "may not arrive."
    ),
    lazy_gettext("The petition’s page says what to check."),
    role=Role.PUBLISHER,
    endpoint="admin.petition.show",
    anchor="confirmations",
)


def check_submission_limit() -> Iterator[Finding]:
    """Whether this hour's limit on signatures is nearly reached."""
    usage = get_site_usage()
    if usage.is_nearly_used_up:
        values = {"used": number(usage.used), "limit": number(usage.limit)}
        yield Finding(REACHED if usage.is_used_up else NEARLY_REACHED, values=values)


def check_confirmations() -> Iterator[Finding]:
    """Petitions whose signers have confirmed unusually rarely lately."""
    for petition in db.session.execute(select(Petition.id, Petition.slug, Petition.retention)):
        low = None if petition.retention else find_low_rate(petition.id)
        if low:
            values = {"signed": number(low.signed), "percent": low.percent}
            yield Finding(
                FEW_CONFIRM, _title(petition.id) or petition.slug, values, page_arguments={"petition_id": petition.id}
            )


def _title(petition_id: int) -> str | None:
    """A petition's title in the current language if there is one."""
    titles = (
        select(PetitionText.title)
        .where(PetitionText.petition_id == petition_id)
        .order_by(PetitionText.language != current_language())
    )
    return db.session.scalar(titles.limit(1))
