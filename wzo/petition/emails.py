"""The e-mails to signers. They do not mention the petition: the mail provider must not learn what it is about.

The outbox holds what an e-mail is composed of; it is composed when it is sent.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from flask import render_template
from sqlalchemy import select

from wzo import mail, outbox
from wzo.codes import CODE_LENGTH, format_code
from wzo.config import settings
from wzo.extensions import db
from wzo.i18n import in_language
from wzo.petition.email_texts import get_texts
from wzo.petition.models import Signature
from wzo.petition.pending import PendingSecrets
from wzo.petition.sending import record_sent
from wzo.petition.tokens import create_token, hash_link

JOB_KIND = "signer-mail"


class SignerEmail(StrEnum):
    """The e-mails that a signer can get; the values are the names of their templates."""

    CONFIRM = "confirm"
    STILL_WAITING = "still_waiting"
    ALREADY_CONFIRMED = "already_confirmed"


def enqueue_email(
    template: SignerEmail,
    *,
    to: str,
    language: str,
    signature_id: int,
    pending_secrets: PendingSecrets | None,
    deduplication_key: bytes,
) -> None:
    """Put an e-mail to a signer on the outbox, in the caller's transaction, unless one to the mailbox is waiting."""
    content = {
        "id": mail.generate_id(),
        "template": template,
        "to": to,
        "language": language,
        "signature_id": signature_id,
        "link": pending_secrets.link if pending_secrets else "",
        "code": pending_secrets.code if pending_secrets else "",
    }
    outbox.enqueue(JOB_KIND, content, deduplication_key=deduplication_key)


def compose(content: dict[str, Any]) -> dict[str, str]:
    """Compose an e-mail in the signer's language: `id`, `to`, `subject` and `text`."""
    key, signature_id, language = settings().signature_hmac_key, content["signature_id"], content["language"]
    texts = get_texts(language)
    text = _render(
        SignerEmail(content["template"]),
        language,
        texts,
        link=content["link"],
        code=content["code"],
        withdraw=create_token(key, "withdraw", signature_id, language),
        not_me=create_token(key, "not-me", signature_id, language),
    )
    return {"id": content["id"], "to": content["to"], "subject": texts["subject"], "text": text}


def preview(template: SignerEmail, language: str, texts: Mapping[str, str]) -> str:
    """The text of an e-mail with these texts of its parts, and with links and a code that do not work."""
    return _render(template, language, texts, link="…", code="0" * CODE_LENGTH, withdraw="…", not_me="…")


def _render(
    template: SignerEmail, language: str, texts: Mapping[str, str], *, link: str, code: str, withdraw: str, not_me: str
) -> str:
    site = settings().mail_site_url
    with in_language(language):
        return render_template(
            f"email/{template}.txt",
            texts=texts,
            confirm_url=f"{site}/c/{link}",
            code=format_code(code),
            withdraw_url=f"{site}/w/{withdraw}",
            not_me_url=f"{site}/n/{not_me}",
        )


def find_obsolete(contents: Sequence[dict[str, Any]]) -> set[int]:
    """The positions of e-mails whose signature has been erased, or whose link has been replaced."""
    ids = [content["signature_id"] for content in contents]
    found = db.session.execute(select(Signature.id, Signature.link_hash).where(Signature.id.in_(ids)))
    hashes = {row.id: row.link_hash for row in found}
    return {index for index, content in enumerate(contents) if not _is_current(content, hashes)}


def _is_current(content: dict[str, Any], hashes: Mapping[int, bytes]) -> bool:
    known = hashes.get(content["signature_id"])
    if known is None or not content["link"]:
        return known is not None
    return known == hash_link(settings().signature_hmac_key, content["link"], content["language"])


SIGNER_EMAILS = mail.MailKind(compose=compose, find_obsolete=find_obsolete, record_sent=record_sent)
