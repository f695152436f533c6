"""Whether e-mails can be sent, and whether they reveal to mail providers what the petition is about."""

from collections.abc import Iterator

from flask_babel import lazy_gettext

from wzo import outbox
from wzo.accounts.models import Role
from wzo.clock import now
from wzo.config import settings
from wzo.health.findings import Finding, PanelLocation, Severity, in_words, kind
from wzo.heartbeat import get_heartbeat
from wzo.petition.neutrality import find_revealing_settings
from wzo.templating import number

_MAIL: PanelLocation = {
    "anchor": "mail",
    "message_for_others": lazy_gettext(
        "No e-mails are sent at the moment. They will be sent later; tell an administrator."
    ),
    "role_of_others": Role.PUBLISHER,
}
REFUSED = kind(
    "mail-refused",
    Severity.ERROR,
    lazy_gettext(
        "The mail server has refused all e-mails for %(time)s (%(why)s). They are held until it accepts them."
    ),
    lazy_gettext(
        "The mail provider may have reached a limit or blocked the sender: ask it, with the number above. "
        "“flask --app wzo doctor --mail-to ADDRESS” sends a test e-mail."
    ),
    **_MAIL,
)
UNREACHABLE = kind(
    "mail-unreachable",
    Severity.ERROR,
    lazy_gettext("The mail server has been unreachable for %(time)s (%(why)s)."),
    lazy_gettext(
        "See whether the mail provider has an outage, and whether SMTP_URL is right; restart the worker after a "
        "change. “flask --app wzo doctor --mail-to ADDRESS” sends a test e-mail. Nothing is lost."
    ),
    **_MAIL,
)
REJECTED = kind(
    "mail-rejected",
    Severity.WARNING,
    lazy_gettext("E-mails that could not be delivered, because mail servers rejected them: %(number)s."),
    lazy_gettext("Most of these addresses are mistyped. Send them again, or delete them."),
    anchor="mail",
)
REVEALING = kind(
    "setting-reveals-the-topic",
    Severity.ERROR,
    lazy_gettext("%(setting)s is %(value)s: its “%(word)s” reveals to mail providers what their users sign."),
    lazy_gettext("Choose a neutral name."),
    anchor="mail",
    alarm=False,
)


def check_mail() -> Iterator[Finding]:
    """Whether the worker can send e-mails, according to its last heartbeat."""
    heartbeat = get_heartbeat()
    if heartbeat and heartbeat.mail_fails_since:
        found = REFUSED if heartbeat.mail_is_refused else UNREACHABLE
        yield Finding(
            found, values={"time": in_words(now() - heartbeat.mail_fails_since), "why": heartbeat.mail_failure}
        )


def check_rejected() -> Iterator[Finding]:
    """E-mails that were given up."""
    rejected = sum(it.number for it in outbox.get_dead_letters())
    if rejected:
        yield Finding(REJECTED, values={"number": number(rejected)})


def check_neutrality() -> Iterator[Finding]:
    """Settings by which a mail provider would learn what its users sign."""
    for found in find_revealing_settings(settings()):
        severity = None if settings().production else Severity.NOTE
        yield Finding(REVEALING, found.setting, found._asdict(), severity)
