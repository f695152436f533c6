"""Whether vulnerabilities can be reported privately: the contact in security.txt, and its date."""

from collections.abc import Iterator

from flask_babel import lazy_gettext

from wzo.config import settings
from wzo.health.findings import Finding, FindingKind, Severity, kind
from wzo.security_txt.contact import ContactState, contact_state

SET_DATE = lazy_gettext(
    "Write to that address, see that somebody answers, and set SECURITY_CONTACT_EXPIRES to a day within a year."
)
FINDING_KINDS: dict[ContactState, FindingKind] = {
    ContactState.MISSING: kind(
        "security-contact-missing",
        Severity.NOTE,
        lazy_gettext("Nobody can report a vulnerability of the site privately: there is no security.txt."),
        lazy_gettext("Set SECURITY_CONTACT and SECURITY_CONTACT_EXPIRES."),
    ),
    ContactState.EXPIRED: kind(
        "security-contact-expired",
        Severity.WARNING,
        lazy_gettext("The contact in security.txt expired on %(day)s."),
        SET_DATE,
    ),
    ContactState.NEEDS_DATE: kind(
        "security-contact-date",
        Severity.NOTE,
        lazy_gettext("The contact in security.txt expires on %(day)s: in less than a month, or more than a year."),
        SET_DATE,
    ),
}


def check_security_contact() -> Iterator[Finding]:
    """Whether a public site has a contact for reports of vulnerabilities, and one that still holds."""
    found = FINDING_KINDS.get(contact_state())
    if found and settings().production:
        yield Finding(found, values={"day": settings().security_contact_expires})
