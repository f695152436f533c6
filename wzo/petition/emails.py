"""The e-mails to signers. They do not mention the petition: the mail provider must not learn what it is about."""

from enum import StrEnum

from flask import render_template
from flask_babel import force_locale, gettext

from wzo import mail
from wzo.codes import format_code
from wzo.config import settings
from wzo.petition.pending import PendingSecrets
from wzo.petition.tokens import create_token


class SignerEmail(StrEnum):
    """The e-mails that a signer can get; the values are the names of their templates."""

    CONFIRM = "confirm"
    STILL_WAITING = "still_waiting"
    ALREADY_CONFIRMED = "already_confirmed"


def enqueue_email(
    template: SignerEmail, *, to: str, language: str, signature_id: int, pending_secrets: PendingSecrets | None = None
) -> None:
    """Put an e-mail in the signer's language on the outbox, in the caller's transaction."""
    config = settings()
    key, site = config.signature_hmac_key, config.mail_site_url
    with force_locale(language):
        mail.enqueue(
            to=to,
            subject=gettext("Your confirmation"),
            text=render_template(
                f"email/{template}.txt",
                confirm_url=f"{site}/c/{pending_secrets.link}" if pending_secrets else "",
                code=format_code(pending_secrets.code) if pending_secrets else "",
                withdraw_url=f"{site}/w/{create_token(key, 'withdraw', signature_id, language)}",
                not_me_url=f"{site}/n/{create_token(key, 'not-me', signature_id, language)}",
            ),
        )
