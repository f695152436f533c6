"""Validates e-mail addresses, and finds their canonical form: one person, one signature."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from wzo.invisible_characters import has_invisible_characters
from wzo.mailbox_aliases import canonical_spelling

MAX_LENGTH = 254  # The limit of RFC 5321.
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN", "HEBREW", "ARABIC", "CHEROKEE")


class InvalidEmail(ValueError):
    """The address cannot be used; the subclass says why."""


class MalformedEmail(InvalidEmail):
    """The text is not an e-mail address."""


class DeceptiveEmail(InvalidEmail):
    """The address contains invisible characters, or letters of two alphabets in one label."""


def clean_email(text: str) -> str:
    """Validate an address and return it trimmed, in NFKC, with its domain in ASCII.

    Raises MalformedEmail or DeceptiveEmail.
    """
    if len(text) > MAX_LENGTH:
        raise MalformedEmail
    text = unicodedata.normalize("NFKC", text).strip().strip("\u200b\u200e\u200f\u2060\ufeff").strip()
    if has_invisible_characters(text):
        raise DeceptiveEmail
    try:
        email = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise MalformedEmail from error
    if "=?" in email.local_part:
        # Mail programs would decode this as an encoded word (RFC 2047), and so as another address.
        raise DeceptiveEmail
    for label in (email.local_part, *email.domain.split(".")):
        if len(_scripts(label)) > 1:
            raise DeceptiveEmail
    return f"{email.local_part}@{email.ascii_domain}"


def canonical_email(email: str) -> str:
    """Return the one spelling that identifies a mailbox, for an address that `clean_email` returned."""
    local, _, domain = email.rpartition("@")
    return canonical_spelling(unicodedata.normalize("NFKC", local.lower()), domain.lower())


def _scripts(label: str) -> set[str]:
    """The scripts of the letters in a label; all scripts without look-alikes count as one."""
    found = set()
    for letter in filter(str.isalpha, label):
        script = unicodedata.name(letter, "").split(" ")[0]
        found.add(script if script in SCRIPTS else "OTHER")
    return found
