"""The contact for reports of vulnerabilities, and whether its date still holds.

The date is a setting and is not computed: so a person looks, once a year, whether somebody still reads what arrives
there. A computed date would announce an abandoned mailbox for ever.
"""

from datetime import timedelta
from enum import StrEnum

from wzo.clock import today
from wzo.config import settings

# RFC 9116 recommends less than a year.
LONGEST = timedelta(days=366)
REMINDER = timedelta(days=30)


class ContactState(StrEnum):
    """Whether there is a contact, and whether it holds; NEEDS_DATE: for less than 30 days, or more than a year."""

    MISSING = "missing"
    EXPIRED = "expired"
    NEEDS_DATE = "needs-date"
    VALID = "valid"


def contact_uri() -> str | None:
    """The contact as a URI: `mailto:…` or `https://…`; None if none is set."""
    contact = settings().security_contact
    return f"mailto:{contact}" if contact and "@" in contact else contact


def contact_state() -> ContactState:
    """The state of the contact today; it holds until the end of its day."""
    expires = settings().security_contact_expires
    if expires is None:
        return ContactState.MISSING
    if expires < today():
        return ContactState.EXPIRED
    return ContactState.VALID if REMINDER < expires - today() <= LONGEST else ContactState.NEEDS_DATE
