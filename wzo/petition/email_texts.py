"""The texts of the e-mails to signers, which editors can change.

An e-mail consists of these paragraphs and of lines that nobody can change: the link, the code, how long they work, and
the ways to erase and withdraw. So an edited e-mail cannot lose what a signer needs, and it cannot address anybody: the
same text, in one language, goes to every address.
"""

import re
import unicodedata
from collections import Counter
from typing import Any, NamedTuple

from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from wzo.extensions import db
from wzo.i18n import in_language
from wzo.petition.models import EmailText
from wzo.petition.neutrality import find_revealing_words

# Web addresses, with or without a scheme, and e-mail addresses.
ADDRESS = re.compile(r"://|www\.|@|\b[a-z0-9-]+\.[a-z]{2,}\b", re.I)
# Placeholders of other programs, which fill in names there.
PLACEHOLDER = re.compile(r"[{}%<>]")


class Part(NamedTuple):
    """A paragraph that can be edited: what it is called, its default text, and how many characters it may have."""

    label: Any
    default: Any
    longest: int


PARTS = {
    "subject": Part(lazy_gettext("Subject of all e-mails"), lazy_gettext("Your confirmation"), 60),
    "greeting": Part(lazy_gettext("Greeting"), lazy_gettext("Hello!"), 80),
    "confirm": Part(
        lazy_gettext("First e-mail"),
        lazy_gettext(
            "This address was entered in a form on a website. If this was you, please confirm: open the link below "
            "and press the button."
        ),
        500,
    ),
    "still_waiting": Part(
        lazy_gettext("Address entered again, not confirmed yet"),
        lazy_gettext(
            "This address was entered in a form on a website again and is still waiting to be confirmed. Here are a "
            "new link and a new code; the earlier ones no longer work. If it was you, open the link and press the "
            "button."
        ),
        500,
    ),
    "already_confirmed": Part(
        lazy_gettext("Address entered again, confirmed already"),
        lazy_gettext(
            "This address was entered in a form on a website again. It is already confirmed, so you need not do "
            "anything."
        ),
        500,
    ),
    "closing": Part(
        lazy_gettext("Closing of all e-mails"),
        lazy_gettext("This is an automatic e-mail; replies are not read."),
        300,
    ),
}


def get_texts(language: str) -> dict[str, str]:
    """The text of each part in a language: that of the editors, else the default one."""
    return get_defaults(language) | get_edited(language)


def get_defaults(language: str) -> dict[str, str]:
    """The default text of each part in a language."""
    with in_language(language):
        return {name: str(part.default) for name, part in PARTS.items()}


def get_edited(language: str) -> dict[str, str]:
    """The texts of the parts that editors have changed in a language."""
    rows = db.session.execute(select(EmailText.part, EmailText.text).where(EmailText.language == language))
    return {part: text for part, text in rows if part in PARTS}


def find_problem(part: str, text: str) -> str:
    """What is wrong with the text of a part, in the editor's language; empty if nothing is."""
    longest = PARTS[part].longest
    if len(text) > longest:
        return str(gettext("Use no more than %(number)s characters.", number=longest))
    # Also what other programs separate lines with: no e-mail can be built with such a subject.
    if len(text.splitlines()) > 1 and part in ("subject", "greeting"):
        return str(gettext("Write it in one line."))
    if ADDRESS.search(text):
        return str(gettext("Leave addresses out: the e-mail has its links already, and filters take others for fraud."))
    if PLACEHOLDER.search(text):
        return str(gettext("Leave braces and percent signs out: nothing is filled in, and everybody gets this text."))
    if words := find_revealing_words(text):
        return str(
            gettext(
                "Those who see the e-mail learn from this what it is about: %(words)s. Leave it out: their provider, "
                "and anyone who looks at their screen, must not learn what they have signed.",
                words=", ".join(words),
            )
        )
    return ""


def find_wrong_alphabet(part: str, text: str, language: str) -> str:
    """An error in the editor's language if a text has no letters of its own language; empty if it has some."""
    usual = Counter(_alphabets(get_defaults(language)[part])).most_common(1)[0][0]
    return "" if usual in _alphabets(text) else str(gettext("Write it in this language."))


def _alphabets(text: str) -> list[str]:
    """The alphabet of each letter of a text, such as LATIN or CYRILLIC."""
    return [unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()]
