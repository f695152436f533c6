"""The letters that a signer gets. They say nothing of a petition: the mail provider must not learn the cause."""

from enum import StrEnum

from flask import render_template
from flask_babel import force_locale, gettext

from wzo import mail
from wzo.codes import format_code
from wzo.config import settings
from wzo.petition.tokens import make_token


class SignerEmail(StrEnum):
    """The three things that a letter may have to tell; the names are those of the templates."""

    CONFIRM = "confirm"
    STILL_WAITING = "still_waiting"
    ALREADY_CONFIRMED = "already_confirmed"


def enqueue_email(letter: SignerEmail, *, to: str, language: str, signature_id: int, code: str | None) -> None:
    """Put a letter in the signer's language into the outbox, within the current transaction."""
    config = settings()
    key, site = config.signature_hmac_key, config.mail_site_url
    with force_locale(language):
        mail.enqueue(
            to=to,
            subject=gettext("Your confirmation"),
            text=render_template(
                f"email/{letter}.txt",
                confirm_url=f"{site}/c/{code}",
                code=format_code(code) if code else "",
                withdraw_url=f"{site}/w/{make_token(key, 'withdraw', signature_id, language)}",
                not_me_url=f"{site}/n/{make_token(key, 'not-me', signature_id, language)}",
            ),
        )
