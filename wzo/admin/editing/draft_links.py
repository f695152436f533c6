"""Links by which somebody without an account reads a draft."""

import secrets

from sqlalchemy import update

from wzo.admin.accounts.actions import log
from wzo.admin.accounts.queries import token_hash
from wzo.admin.editing.kinds import Kind
from wzo.admin.editing.models import DraftLink
from wzo.extensions import db, write_transaction
from wzo.publication import now

DAY = 24 * 60 * 60


def make_draft_link(*, kind: Kind, thing_id: int, language: str, reader: str, days: int, author_id: int) -> str:
    """Let somebody without an account read a draft for some days; returns the word of the link, kept as its hash."""
    word = secrets.token_urlsafe(32)
    with write_transaction():
        db.session.add(
            DraftLink(
                token_hash=token_hash(word),
                kind=kind.key,
                thing_id=thing_id,
                language=language,
                reader=reader[:120],
                made_by=author_id,
                expires_at=now() + days * DAY,
            )
        )
        log(action="draft-link", kind=kind.key, thing_id=thing_id, language=language, days=days)
    return word


def revoke_draft_link(*, kind: Kind, thing_id: int, link_id: int) -> None:
    """Let a link lead nowhere any more."""
    with write_transaction():
        db.session.execute(
            update(DraftLink)
            .where(DraftLink.id == link_id, DraftLink.kind == kind.key, DraftLink.thing_id == thing_id)
            .values(revoked_at=now())
        )
        log(action="revoke-draft-link", kind=kind.key, thing_id=thing_id)
