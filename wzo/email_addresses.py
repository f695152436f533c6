"""One person, one signature: the canonical form of an e-mail address."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from wzo.text import has_invisible_characters

# Providers that deliver several spellings to one mailbox, as their own help pages say: the name under which a
# mailbox is known to us, whether what follows a plus is ignored, and which signs inside the name are ignored.
ALIASES = {
    "googlemail.com": "gmail.com",
    "ya.ru": "yandex.ru",
    "yandex.com": "yandex.ru",
    "yandex.by": "yandex.ru",
    "yandex.kz": "yandex.ru",
    "yandex.ua": "yandex.ru",
    "protonmail.com": "proton.me",
    "protonmail.ch": "proton.me",
    "pm.me": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}
IGNORES_PLUS = {
    "gmail.com",
    "yandex.ru",
    "proton.me",
    "icloud.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "fastmail.com",
    "riseup.net",
    "mailbox.org",
    "zoho.com",
}
IGNORED_SIGNS = {"gmail.com": ".", "proton.me": "._-"}
# At Yandex a dot and a hyphen in the name are the same sign.
SAME_SIGNS = {"yandex.ru": {".": "-"}}

LONGEST = 254  # RFC 5321 leaves no room for more.
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN", "HEBREW", "ARABIC", "CHEROKEE")


class InvalidEmail(ValueError):
    """The address cannot be used; the subclass tells why."""


class MalformedEmail(InvalidEmail):
    """It is not an e-mail address."""


class DeceptiveEmail(InvalidEmail):
    """It holds signs that cannot be seen, or letters of two alphabets in one word."""


def clean_email(text: str) -> str:
    """The address to which mail is sent: trimmed, folded to ordinary letters (NFKC), checked, its domain in ASCII.

    Raises AddressMalformed or AddressDeceptive.
    """
    if len(text) > LONGEST:
        raise MalformedEmail
    text = unicodedata.normalize("NFKC", text).strip().strip("\u200b\u200e\u200f\u2060\ufeff").strip()
    if has_invisible_characters(text):
        raise DeceptiveEmail
    try:
        address = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise MalformedEmail from error
    if "=?" in address.local_part:
        # Mail programs would read this as the encoding of another address.
        raise DeceptiveEmail
    for word in (address.local_part, *address.domain.split(".")):
        if len(_scripts(word)) > 1:
            raise DeceptiveEmail
    return f"{address.local_part}@{address.ascii_domain}"


def canonical_email(address: str) -> str:
    """The one spelling by which a mailbox is recognised, from what `clean_address` gave."""
    local, _, domain = address.rpartition("@")
    domain = ALIASES.get(domain.lower(), domain.lower())
    local = unicodedata.normalize("NFKC", local.lower())
    if domain in IGNORES_PLUS:
        local = local.partition("+")[0] or local
    for sign, same in SAME_SIGNS.get(domain, {}).items():
        local = local.replace(sign, same)
    shorter = local.translate({ord(sign): None for sign in IGNORED_SIGNS.get(domain, "")})
    return f"{shorter or local}@{domain}"


def _scripts(word: str) -> set[str]:
    """The alphabets whose letters stand in a word; letters of none of the look-alike ones count together."""
    found = set()
    for letter in filter(str.isalpha, word):
        script = unicodedata.name(letter, "").split(" ")[0]
        found.add(script if script in SCRIPTS else "OTHER")
    return found
