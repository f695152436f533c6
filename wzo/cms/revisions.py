"""Shared by every action on drafts: the lock on an object, its revisions, its schedule, its pictures and files."""

import json
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from wzo.cms import live_fields, queries
from wzo.cms.content_types import ContentType
from wzo.cms.fields import Field, Fields
from wzo.cms.models import SHARED, ContentItem, DraftState, Revision
from wzo.cms.queries import LOCALES, Draft
from wzo.cms.status import reference_language
from wzo.errors import WzoError
from wzo.extensions import db, upsert
from wzo.files.formats import keys_in as file_keys_in
from wzo.files.reference_index import file_uses
from wzo.media.reference_index import ReferenceIndex, picture_uses
from wzo.media.renditions import keys_in as picture_keys_in


class DoesNotExist(WzoError):
    """An object does not exist, no longer exists, or is in the bin."""

    status = 404


def lock(content_type: ContentType, object_id: int, *, in_trash: bool = False) -> ContentItem:
    """Lock an object, so that one editor at a time writes to it.

    Raises DoesNotExist if there is none, or if it is in the bin (with `in_trash`: if it is not).
    """
    key = {"content_type": content_type.key, "object_id": object_id}
    db.session.execute(upsert(ContentItem).values(**key).on_conflict_do_nothing())
    item = db.session.scalars(select(ContentItem).filter_by(**key).with_for_update()).one()
    if (item.deleted_at is not None) != in_trash or live_fields.get_object(content_type, object_id) is None:
        raise DoesNotExist
    return item


def lock_draft(content_type: ContentType, object_id: int) -> Draft:
    """Lock an object, start its history where it has none yet, and load its draft. Raises DoesNotExist."""
    lock(content_type, object_id)
    start_history(content_type, object_id)
    return queries.get_draft(content_type, object_id)


def start_history(content_type: ContentType, object_id: int) -> None:
    """Record how an object was before it is first edited: all locales at once, so that they fit together."""
    known = queries.get_draft_states(content_type, object_id)
    missing = [locale for locale in LOCALES if locale not in known]
    if not missing:
        return
    languages = live_fields.get_live_languages(content_type, object_id)
    states = dict(known)
    for locale in missing:
        fields = queries.complete(content_type, locale, live_fields.read_live(content_type, object_id, locale))
        revision_id = add_revision(content_type, object_id, locale, fields, edit_session="", author_id=None)
        is_live = locale in languages or (locale == SHARED and languages)
        states[locale] = DraftState(
            content_type=content_type.key,
            object_id=object_id,
            locale=locale,
            latest_revision_id=revision_id,
            live_revision_id=revision_id if is_live else None,
        )
        db.session.add(states[locale])
    for code in languages:
        if code in missing and (reference := reference_language(code)) in languages:
            states[code].source_revision_id = states[reference].latest_revision_id
    db.session.flush()


def add_revision(
    content_type: ContentType,
    object_id: int,
    locale: str,
    fields: Fields,
    *,
    edit_session: str,
    author_id: int | None,
    conflicting: bool = False,
) -> int:
    """Add a revision of a locale; returns its id."""
    revision = Revision(
        content_type=content_type.key,
        object_id=object_id,
        locale=locale,
        fields=json.dumps(fields, ensure_ascii=False),
        edit_session=edit_session[:32],
        author_id=author_id,
        conflicting=conflicting,
    )
    db.session.add(revision)
    db.session.flush()
    return revision.id


def save_revision(draft: Draft, changed: dict[str, Fields], *, edit_session: str, author_id: int | None) -> Draft:
    """Save fields as the latest revision of their locales; returns the draft with them."""
    revision_ids = {
        locale: add_revision(
            draft.content_type, draft.id, locale, fields, edit_session=edit_session, author_id=author_id
        )
        for locale, fields in changed.items()
    }
    for locale, revision_id in revision_ids.items():
        draft.states[locale].latest_revision_id = revision_id
        draft.states[locale].publish_error = ""
    db.session.flush()
    return Draft(
        draft.content_type,
        draft.id,
        {**draft.fields, **changed},
        {**draft.revision_ids, **revision_ids},
        draft.states,
    )


def cancel_schedule(states: Mapping[str, DraftState], languages: Sequence[str]) -> None:
    """Cancel the scheduled publication of some languages of an object, given the states of its locales."""
    for code in languages:
        if code in states:
            states[code].scheduled_revision_id = states[code].go_live_at = states[code].scheduled_by = None
            states[code].publish_error = ""
    if SHARED in states and not any(state.go_live_at for state in states.values()):
        states[SHARED].scheduled_revision_id = None
    db.session.flush()


def update_uses(draft: Draft) -> None:
    """Record which pictures and files an object uses, in its draft and live: readers can see only the latter."""
    content_type = draft.content_type
    languages = live_fields.get_live_languages(content_type, draft.id)
    recorded = [(uses, keys_of, uses.get_keys(content_type.key, draft.id)) for uses, keys_of in _USES]
    for locale in LOCALES:
        is_live = locale in languages or (locale == SHARED and languages)
        live = live_fields.read_live(content_type, draft.id, locale) if is_live else {}
        for in_live, fields in ((False, draft.fields[locale]), (True, live)):
            values = [(field, fields.get(field.name, "")) for field in content_type.fields_for(locale)]
            for uses, keys_of, known in recorded:
                keys = {key for field, value in values for key in keys_of(field, value)}
                if keys != known.get((locale, in_live), set()):
                    uses.record(
                        content_type=content_type.key, object_id=draft.id, locale=locale, live=in_live, keys=keys
                    )


def _picture_keys(field: Field, value: str) -> set[str]:
    return {value} if field.kind == "picture" else picture_keys_in(value) if field.is_markdown else set()


def _file_keys(field: Field, value: str) -> set[str]:
    return file_keys_in(value) if field.is_markdown else set()


_USES: tuple[tuple[ReferenceIndex, Callable[[Field, str], set[str]]], ...] = (
    (picture_uses, _picture_keys),
    (file_uses, _file_keys),
)
