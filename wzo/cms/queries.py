"""Queries for drafts and their history."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_

from wzo.accounts.models import User
from wzo.clock import MAX_CLOCK_DIFFERENCE, now
from wzo.cms.content_types import ContentType
from wzo.cms.fields import Fields
from wzo.cms.live_fields import get_object, read_live
from wzo.cms.models import SHARED, ContentItem, DraftLink, DraftState, Revision
from wzo.extensions import AnyRow, db
from wzo.i18n import LANGUAGES, current_language
from wzo.publication import Redirect

LOCALES = (SHARED, *LANGUAGES)


@dataclass(frozen=True)
class Draft:
    """A content object as it is being edited: by locale its fields, their revision (0 if never edited) and state."""

    content_type: ContentType
    id: int
    fields: dict[str, Fields]
    revision_ids: dict[str, int]
    states: dict[str, DraftState] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Its title in the editor's language, else in another."""
        return in_own_language({code: self.fields[code][self.content_type.title] for code in LANGUAGES})


def in_own_language(titles: Mapping[str, str]) -> str:
    """The title in the editor's language, else in the first that has one."""
    return titles.get(current_language()) or next(filter(None, titles.values()), "")


def get_draft_or_404(content_type: ContentType, object_id: int, *, in_trash: bool = False) -> Draft:
    """The draft of an object; 404 if there is no such object, or it is in the bin."""
    if get_object(content_type, object_id) is None:
        abort(404)
    item = get_content_item(content_type, object_id)
    if (item is not None and item.deleted_at is not None) != in_trash:
        abort(404)
    return get_draft(content_type, object_id)


def get_draft(content_type: ContentType, object_id: int) -> Draft:
    """The draft of an object that is known to exist. A locale that was never edited is as it is live."""
    states = get_draft_states(content_type, object_id)
    revision_ids = {locale: states[locale].latest_revision_id or 0 if locale in states else 0 for locale in LOCALES}
    fields = {
        locale: complete(
            content_type,
            locale,
            read_fields(revision_ids[locale]) if revision_ids[locale] else read_live(content_type, object_id, locale),
        )
        for locale in LOCALES
    }
    return Draft(content_type, object_id, fields, revision_ids, states)


def complete(content_type: ContentType, locale: str, fields: Fields) -> Fields:
    """Fields, with an empty value for those that the content type has gained since, without those that it has lost."""
    return {field.name: fields.get(field.name, "") for field in content_type.fields_for(locale)}


def get_content_item(content_type: ContentType, object_id: int) -> ContentItem | None:
    """The CMS's record of an object."""
    return db.session.get(ContentItem, {"content_type": content_type.key, "object_id": object_id})


def get_draft_states(content_type: ContentType, object_id: int) -> dict[str, DraftState]:
    """The state of each locale that was edited."""
    rows = db.session.scalars(
        select(DraftState).where(DraftState.content_type == content_type.key, DraftState.object_id == object_id)
    )
    return {row.locale: row for row in rows}


def read_fields(revision_id: int | None) -> Fields:
    """The fields of a revision; empty if there is none."""
    text = db.session.scalar(select(Revision.fields).where(Revision.id == revision_id)) if revision_id else None
    fields: Fields = json.loads(text) if text else {}
    return fields


def get_base(content_type: ContentType, object_id: int, locale: str, revision_id: int) -> Fields:
    """The fields of a base revision; those of the oldest revision if it is unknown or of another locale."""
    of_locale = (
        Revision.content_type == content_type.key,
        Revision.object_id == object_id,
        Revision.locale == locale,
        Revision.conflicting.is_(False),
    )
    text = db.session.scalar(
        select(Revision.fields).where(*of_locale, Revision.id <= revision_id).order_by(Revision.id.desc()).limit(1)
    ) or db.session.scalar(select(Revision.fields).where(*of_locale).order_by(Revision.id).limit(1))
    fields: Fields = json.loads(text) if text else {}
    return complete(content_type, locale, fields)


def get_last_of_session(
    content_type: ContentType, object_id: int, locale: str, revision_id: int, *, edit_session: str, author_id: int
) -> int:
    """The last of the revisions that an edit session has saved directly after a base revision; else that one."""
    later = select(Revision.id, Revision.edit_session, Revision.author_id).where(
        Revision.content_type == content_type.key,
        Revision.object_id == object_id,
        Revision.locale == locale,
        Revision.conflicting.is_(False),
        Revision.id > revision_id,
    )
    for row in db.session.execute(later.order_by(Revision.id)) if revision_id else ():
        if (row.edit_session, row.author_id) != (edit_session[:32], author_id):
            break
        revision_id = row.id
    return revision_id


def get_history(content_type: ContentType, object_id: int, locale: str) -> Sequence[AnyRow]:
    """The history of a locale, newest first: the last revision of each edit session, named ones, conflicting ones.

    Columns: id, saved_at, name, conflicting, author (a name).
    """
    of_locale = (
        Revision.content_type == content_type.key,
        Revision.object_id == object_id,
        Revision.locale == locale,
    )
    last = (
        select(func.max(Revision.id))
        .where(*of_locale)
        .group_by(Revision.edit_session, Revision.author_id, Revision.conflicting)
    )
    return db.session.execute(
        select(Revision.id, Revision.saved_at, Revision.name, Revision.conflicting, User.name.label("author"))
        .outerjoin(User, User.id == Revision.author_id)
        .where(*of_locale, or_(Revision.id.in_(last), Revision.name != ""))
        .order_by(Revision.id.desc())
    ).all()


def get_revision_or_404(content_type: ContentType, object_id: int, revision_id: int) -> Revision:
    """A revision of an object."""
    return db.session.scalars(
        select(Revision).where(
            Revision.id == revision_id,
            Revision.content_type == content_type.key,
            Revision.object_id == object_id,
        )
    ).first() or abort(404)


def get_names(ids: Iterable[int | None]) -> dict[int, str]:
    """The names of editors by their ids."""
    wanted = {user_id for user_id in ids if user_id}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def objects_in_trash(content_type: ContentType) -> Any:
    """A subquery: the ids of a content type's objects that are in the bin."""
    return select(ContentItem.object_id).where(
        ContentItem.content_type == content_type.key, ContentItem.deleted_at.is_not(None)
    )


def existing_ids(content_type: ContentType, ids: Iterable[int]) -> set[int]:
    """Which of these objects exist outside the bin."""
    model = content_type.model
    return set(
        db.session.scalars(
            select(model.id).where(model.id.in_(list(ids)), model.id.not_in(objects_in_trash(content_type)))
        )
    )


def get_slug(content_type: ContentType, object_id: int) -> str:
    """The slug that an object has on the site, perhaps a placeholder."""
    return str(db.session.scalar(select(content_type.model.slug).where(content_type.model.id == object_id)))


def find_by_slug(content_type: ContentType, slug: str) -> int | None:
    """The object that has this slug, or had it."""
    found = db.session.scalar(select(content_type.model.id).where(content_type.model.slug == slug))
    return found or db.session.scalar(
        select(Redirect.object_id).where(Redirect.content_type == content_type.key, Redirect.slug == slug)
    )


def _is_valid_link() -> ColumnElement[bool]:
    # One that was created in the future dates from before the clock was set back.
    created_in_the_past = DraftLink.created_at <= now() + MAX_CLOCK_DIFFERENCE
    return and_(DraftLink.revoked_at.is_(None), DraftLink.expires_at > now(), created_in_the_past)


def get_draft_links(content_type: ContentType, object_id: int) -> Sequence[DraftLink]:
    """The valid links to a draft."""
    return db.session.scalars(
        select(DraftLink)
        .where(
            DraftLink.content_type == content_type.key,
            DraftLink.object_id == object_id,
            _is_valid_link(),
        )
        .order_by(DraftLink.id)
    ).all()


def get_draft_link(token_hash: bytes) -> DraftLink | None:
    """A draft link by its token's hash, if it is still valid."""
    return db.session.scalars(select(DraftLink).where(DraftLink.token_hash == token_hash, _is_valid_link())).first()


def get_due() -> Sequence[AnyRow]:
    """The scheduled texts that are due: content_type, object_id, locale; the earliest first."""
    return db.session.execute(
        select(DraftState.content_type, DraftState.object_id, DraftState.locale)
        .where(DraftState.go_live_at <= now())
        .order_by(DraftState.go_live_at, DraftState.content_type, DraftState.object_id, DraftState.locale)
    ).all()


def any_is_scheduled(objects: Iterable[AnyRow]) -> bool:
    """Whether any of some objects, rows with `content_type` and `object_id`, is to be published at a set time."""
    wanted = [(it.content_type, it.object_id) for it in objects]
    key = tuple_(DraftState.content_type, DraftState.object_id)
    found = exists().where(key.in_(wanted), DraftState.go_live_at.is_not(None))
    return bool(wanted) and bool(db.session.scalar(select(found)))
