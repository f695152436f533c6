"""The newsletter: its text in a language, and the message to one signer."""

import hashlib
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

from wzo_offline.sealed_export import Signature
from wzo_offline.sent_log import SentLog

SUBJECT = "Subject:"
UNSUBSCRIBE = {
    "ru": "Чтобы не получать больше новостей, откройте ссылку и нажмите кнопку:",
    "en": "To get no more news, open this link and press the button:",
}


class Newsletter(NamedTuple):
    """The newsletter in one language, and the log of those to whom it was sent."""

    subject: str
    text: str
    sent_log: SentLog


def read_newsletter(path: Path) -> Newsletter:
    """Read a file whose first line is “Subject: …” and the rest the text. Raises ValueError, saying what is wrong."""
    first, _, text = path.read_text(encoding="utf-8-sig").partition("\n")
    subject = first.removeprefix(SUBJECT).strip()
    if not first.startswith(SUBJECT) or not subject:
        raise ValueError(f"the first line of {path} must be “{SUBJECT} …”")
    if not text.strip():
        raise ValueError(f"{path} has no text after its first line")
    return Newsletter(subject, text.strip(), SentLog(Path(f"{path}.sent")))


def build_message(newsletter: Newsletter, signer: Signature, sender: str) -> EmailMessage:
    """The message to one signer, with a link of their own to withdraw consent.

    Mail providers offer that link as a button, and press it for the reader (RFC 8058). The id depends on the newsletter
    and the signer, so that a second copy is recognised as one.
    """
    url = f"{signer['unsubscribe_url']}?lang={signer['language']}"
    identity = hashlib.sha256("\0".join((signer["receipt"], newsletter.subject, newsletter.text)).encode()).hexdigest()[
        :24
    ]
    local, _, domain = signer["email"].rpartition("@")
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(username=local, domain=_in_ascii(domain))
    message["Subject"] = newsletter.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{identity}@{sender.rpartition('@')[2].strip('>')}>"
    message["List-Unsubscribe"] = f"<{url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(f"{newsletter.text}\n\n{UNSUBSCRIBE[signer['language']]}\n{url}\n")
    return message


def _in_ascii(domain: str) -> str:
    """A domain in the form that every mail server takes, if it has one."""
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain
