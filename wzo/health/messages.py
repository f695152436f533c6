"""Messages to the operator, by e-mail and by a webhook. Nothing in them is about a visitor or a signer."""

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit

from flask_babel import gettext

from wzo import mail
from wzo.config import Settings
from wzo.health.findings import Finding, FindingKind
from wzo.i18n import LANGUAGES, in_language
from wzo.smtp import MailUnanswered, NotSent

WEBHOOK_TIMEOUT = 10

log = logging.getLogger(__name__)


class Message(NamedTuple):
    """A message about an alarm: its kind, whether it is still open, and a text in every language."""

    kind: FindingKind
    is_open: bool
    text: str


def about(findings: list[Finding]) -> Message:
    """The message that something was found; all findings are of one kind."""
    kind = findings[0].kind
    return Message(
        kind, True, _in_every_language(lambda: "\n".join([*(it.title for it in findings), findings[0].remedy]))
    )


def about_resolution(kind: FindingKind) -> Message:
    """The message that a finding is resolved."""
    return Message(kind, False, _in_every_language(lambda: gettext("“%(key)s” is resolved.", key=kind.key)))


def send(message: Message, settings: Settings) -> bool:
    """Send a message in each way that is set; returns whether one of them worked."""
    # The webhook first: a mail server that hangs takes minutes.
    sent = [_post(message, settings), _mail(message, settings)]
    return any(sent)


def _in_every_language(say: Callable[[], str]) -> str:
    texts = []
    for language in LANGUAGES:
        with in_language(language):
            texts.append(say())
    return "\n\n".join(texts)


def _site(settings: Settings) -> str:
    """The name of the site that mail providers may know."""
    return urlsplit(settings.mail_site_url).hostname or ""


def _mail(message: Message, settings: Settings) -> bool:
    if not settings.alarm_email:
        return False
    state = "" if message.is_open else ": OK"
    content = {
        "to": settings.alarm_email,
        "id": mail.generate_id(),
        "subject": f"[{_site(settings)}] {message.kind.key}{state}",
        "text": f"{message.text}\n\ndocs/operations.md, “Health and alarms”: {message.kind.key}\n",
    }
    try:
        with mail.create_mailer(settings) as mailer:
            mailer.send(mail.build_message(content, from_address=settings.mail_from))
    except MailUnanswered:
        # It has probably arrived, and a second one would be one too many.
        return True
    except (NotSent, OSError) as failure:
        log.error(
            "An alarm could not be sent by e-mail: %s",
            failure if isinstance(failure, NotSent) else type(failure).__name__,
        )
        return False
    return True


def _post(message: Message, settings: Settings) -> bool:
    if not settings.alarm_webhook_url:
        return False
    body = {
        "site": _site(settings),
        "key": message.kind.key,
        "severity": message.kind.severity,
        "state": "open" if message.is_open else "closed",
        # By this name, chat services show it.
        "text": message.text,
    }
    request = urllib.request.Request(  # noqa: S310 - the setting is http(s)
        settings.alarm_webhook_url,
        json.dumps(body, ensure_ascii=False).encode(),
        {"Content-Type": "application/json", "User-Agent": "wzo"},
    )
    try:
        with urllib.request.urlopen(request, timeout=WEBHOOK_TIMEOUT):  # noqa: S310
            return True
    except (OSError, HTTPException) as error:
        reason = error.code if isinstance(error, urllib.error.HTTPError) else type(error).__name__
        log.error("An alarm could not be posted to the webhook: %s", reason)
        return False
