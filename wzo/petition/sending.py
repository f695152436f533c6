"""Records that e-mails to signers were sent: the 48 hours of a link and the mailbox's 24 begin only then."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from wzo.clock import now, today
from wzo.config import settings
from wzo.crypto import decrypt, encrypt
from wzo.email_addresses import canonical_email
from wzo.extensions import db
from wzo.petition.mailboxes import record_email
from wzo.petition.models import Signature, SignatureState
from wzo.petition.pending import LINK_LIFETIME
from wzo.petition.tokens import derive_link_key, hash_link


def record_sent(contents: Sequence[dict[str, Any]]) -> None:
    """Record that e-mails were sent just now, in the caller's transaction.

    Mailboxes are locked before signatures, and both in order, as everywhere.
    """
    record_email(settings().signature_hmac_key, {canonical_email(content["to"]) for content in contents})
    _start_links({content["signature_id"]: content for content in contents if content["link"]})


def _start_links(contents: Mapping[int, dict[str, Any]]) -> None:
    """Start the time in which the links and codes of pending signatures are valid."""
    key, expires_at = settings().signature_hmac_key, int((now() + LINK_LIFETIME).timestamp())
    pending = db.session.execute(
        select(Signature.id, Signature.link_hash, Signature.pending_ciphertext)
        .where(Signature.id.in_(list(contents)), Signature.state == SignatureState.PENDING)
        .order_by(Signature.id)
        .with_for_update()
    )
    started = []
    for row in pending:
        content = contents[row.id]
        if row.link_hash == hash_link(key, content["link"], content["language"]):
            link_key = derive_link_key(key, content["link"])
            submitted = {**decrypt(link_key, row.pending_ciphertext), "expires_at": expires_at}
            started.append({"id": row.id, "pending_ciphertext": encrypt(link_key, submitted), "mailed_on": today()})
    if started:
        # By primary key: https://docs.sqlalchemy.org/en/21/orm/queryguide/dml.html#orm-bulk-update-by-primary-key
        db.session.execute(update(Signature), started)
