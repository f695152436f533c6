"""Throwing things away, having them back, and erasing what nobody wanted back."""

from sqlalchemy import delete, func, select

from wzo.admin.accounts.actions import log
from wzo.admin.editing import live
from wzo.admin.editing.history import begin_history, lock
from wzo.admin.editing.kinds import KINDS, Kind
from wzo.admin.editing.models import DraftLink, Edition, Piece, Revision
from wzo.admin.editing.publishing import take_down_now
from wzo.admin.editing.queries import get_editions
from wzo.errors import NotThere
from wzo.extensions import db, write_transaction
from wzo.i18n import LANGUAGES
from wzo.media.actions import forget_uses
from wzo.petition.models import Petition, PetitionUpdate, Signature, SignatureCount, SignatureDay
from wzo.publication import FormerAddress, now
from wzo.search.actions import content_changed
from wzo.stories.models import Story

DAY = 24 * 60 * 60
# How long what was thrown away can be had back, and how long the saves within a sitting are kept.
TRASH_KEPT = 30 * DAY
SAVES_KEPT = 2 * DAY
BATCH = 500


class InUse(Exception):
    """What was to be thrown away is still needed: it is part of the design, or people have signed it."""


class NotAllowed(Exception):
    """This needs a publisher: readers see it, or soon will."""


def throw_away(*, kind: Kind, thing_id: int, author_id: int, may_publish: bool) -> None:
    """Put a thing into the trash and take it down; it can be had back for 30 days. Raises InUse, NotAllowed."""
    with write_transaction():
        piece = lock(kind, thing_id)
        begin_history(kind, thing_id)
        if kind.fixed or (kind.model is Petition and _was_signed(thing_id)):
            raise InUse
        due = any(edition.due_at for edition in get_editions(kind, thing_id).values())
        if not may_publish and (due or live.live_languages(kind, thing_id)):
            raise NotAllowed
        piece.was_live = " ".join(take_down_now(kind, thing_id, list(LANGUAGES)))
        piece.deleted_at, piece.deleted_by = now(), author_id
        log(action="throw-away", kind=kind.key, thing_id=thing_id)


def _was_signed(petition_id: int) -> bool:
    """Whether anybody ever signed a petition, even if they withdrew."""
    return any(
        db.session.scalar(select(model.petition_id).where(model.petition_id == petition_id).limit(1)) is not None
        for model in (Signature, SignatureCount, SignatureDay)
    )


def put_back(*, kind: Kind, thing_id: int) -> list[str]:
    """Take a thing out of the trash, as a draft; returns the languages in which it was live before."""
    with write_transaction():
        piece = lock(kind, thing_id, in_trash=True)
        was_live = piece.was_live.split()
        piece.deleted_at = piece.deleted_by = None
        piece.was_live = ""
        log(action="put-back", kind=kind.key, thing_id=thing_id)
    return was_live


def prune() -> None:
    """Erase what lay in the trash for 30 days, and the saves within a sitting that ended long ago."""
    old = db.session.execute(select(Piece.kind, Piece.thing_id).where(Piece.deleted_at < now() - TRASH_KEPT)).all()
    for key, thing_id in old:
        with write_transaction():
            try:
                piece = lock(KINDS[key], thing_id, in_trash=True)
            except NotThere:
                continue
            if (piece.deleted_at or now()) < now() - TRASH_KEPT:
                _erase(KINDS[key], thing_id)
    _prune_saves()
    with write_transaction():
        db.session.execute(delete(DraftLink).where(DraftLink.expires_at < now() - TRASH_KEPT))


def _prune_saves() -> None:
    """Erase saves in batches, so that nobody waits long."""
    last = select(func.max(Revision.id)).group_by(
        Revision.kind, Revision.thing_id, Revision.part, Revision.sitting, Revision.author_id, Revision.aside
    )
    over = select(Revision.id).where(
        Revision.saved_at < now() - SAVES_KEPT, Revision.name == "", Revision.id.not_in(last)
    )
    for column in (Edition.head_id, Edition.live_id, Edition.against_id, Edition.due_id):
        over = over.where(Revision.id.not_in(select(column).where(column.is_not(None))))
    gone = list(db.session.scalars(over))
    for start in range(0, len(gone), BATCH):
        with write_transaction():
            db.session.execute(delete(Revision).where(Revision.id.in_(gone[start : start + BATCH])))


def _erase(kind: Kind, thing_id: int) -> None:
    """Erase a thing with all that is known of it."""
    content_changed()
    if kind.model is Petition:
        for update_id in db.session.scalars(
            select(PetitionUpdate.id).where(PetitionUpdate.petition_id == thing_id)
        ).all():
            _erase(KINDS["updates"], update_id)
    forget_uses(kind=kind.key, thing_id=thing_id)
    for model in (Edition, Revision, DraftLink, FormerAddress, Piece):
        db.session.execute(delete(model).where(model.kind == kind.key, model.thing_id == thing_id))
    if kind.key == "series":
        for story in db.session.scalars(select(Story).where(Story.series_id == thing_id)):
            story.series_id = story.part = None
    if (thing := live.get_thing(kind, thing_id)) is not None:
        db.session.delete(thing)
    log(action="erase", kind=kind.key, thing_id=thing_id)
