"""Drafts: created, saved, restored, sent for review, ordered.

No change is ever lost silently. A save names the revision that the editor started from. A field that another editor
has changed since then is merged, texts paragraph by paragraph, where only one of the two changed it; otherwise it is a
conflict, and the version that was not applied is stored in the history.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from wzo.audit import record
from wzo.clock import now
from wzo.cms import queries
from wzo.cms.content_types import ContentType, LocalizedFields
from wzo.cms.fields import Fields
from wzo.cms.lists import get_items
from wzo.cms.merging import Merge
from wzo.cms.merging import merge as merge_texts
from wzo.cms.models import ContentItem, Revision
from wzo.cms.queries import Draft
from wzo.cms.revisions import add_revision, lock_draft, save_revision, start_history, update_uses
from wzo.content_version import bump_content_version
from wzo.extensions import db, write_transaction
from wzo.invisible_characters import drop_invisible_characters
from wzo.slugs import placeholder
from wzo.transaction_retries import retry_transaction


@dataclass(frozen=True)
class Conflict:
    """A field that two people changed: the value before, the current one, the submitted one; `who` changed it first.

    Of a text, the paragraphs that only one of them changed are merged in all three.
    """

    base: str
    theirs: str
    mine: str
    who: str


@dataclass(frozen=True)
class SaveResult:
    """The result of a save. Fields are named `locale.field`.

    `theirs`: fields that another editor changed meanwhile, and their values; `conflicts`: those that both changed;
    `merged`: texts of which both changed different paragraphs.
    """

    draft: Draft
    theirs: dict[str, str]
    conflicts: dict[str, Conflict]
    merged: dict[str, str]


@dataclass
class _Merge:
    """A locale after a save: the merged fields, those that another editor changed, the conflicts, the merged texts."""

    fields: Fields
    theirs: Fields
    conflicts: dict[str, Conflict]
    merged: Fields


@retry_transaction
def create(*, content_type: ContentType, author_id: int) -> int:
    """Create an object; returns its id. Readers do not see it before it is published. Raises NotReady."""
    with write_transaction():
        # Before the audit log is locked: every change of content takes these two locks in the same order.
        bump_content_version()
        values: dict[str, object] = {}
        if content_type.has_slug:
            values["slug"] = placeholder()
        if content_type.has_order:
            values["position"] = (db.session.scalar(select(func.max(content_type.model.position))) or 0) + 1
        obj = content_type.model(**values, **content_type.initial_values())
        db.session.add(obj)
        db.session.flush()
        object_id: int = obj.id
        db.session.add(ContentItem(content_type=content_type.key, object_id=object_id, created_by=author_id))
        db.session.flush()
        start_history(content_type, object_id)
        record(action="create", object_type=content_type.key, object_id=object_id)
    return object_id


@retry_transaction
def save(
    *,
    content_type: ContentType,
    object_id: int,
    values: LocalizedFields,
    base_revision_ids: Mapping[str, int],
    edit_session: str,
    author_id: int,
    only_changes: bool = False,
) -> SaveResult:
    """Save fields by locale.

    `base_revision_ids`: the revision that the editor started from, by locale or, for a single field, by `locale.field`.
    `only_changes`: the editor has changed all these fields. They then replace what the same edit session saved without
    learning of it, because the page was closed or the connection broke.
    """
    with write_transaction():
        draft = lock_draft(content_type, object_id)
        if only_changes:
            base_revision_ids = {
                name: queries.get_last_of_session(
                    content_type,
                    object_id,
                    name.partition(".")[0],
                    revision_id,
                    edit_session=edit_session,
                    author_id=author_id,
                )
                for name, revision_id in base_revision_ids.items()
            }
        merges = {
            locale: _merge(draft, locale, values.get(locale, {}), base_revision_ids)
            for locale in queries.LOCALES
            if locale in values or locale in base_revision_ids
        }
        for locale, merge in merges.items():
            if merge.conflicts:
                mine = {name: conflict.mine for name, conflict in merge.conflicts.items()}
                _store_conflicting(draft, locale, mine, edit_session, author_id)
        changed = {locale: merge.fields for locale, merge in merges.items() if merge.fields != draft.fields[locale]}
        if changed:
            draft = save_revision(draft, changed, edit_session=edit_session, author_id=author_id)
            update_uses(draft)
        return SaveResult(
            draft,
            {f"{locale}.{name}": value for locale, merge in merges.items() for name, value in merge.theirs.items()},
            {
                f"{locale}.{name}": conflict
                for locale, merge in merges.items()
                for name, conflict in merge.conflicts.items()
            },
            {f"{locale}.{name}": text for locale, merge in merges.items() for name, text in merge.merged.items()},
        )


def _merge(draft: Draft, locale: str, submitted: Fields, base_revision_ids: Mapping[str, int]) -> _Merge:
    current = draft.fields[locale]
    known: dict[int, Fields] = {}
    merge = _Merge(dict(current), {}, {}, {})
    for name, text in submitted.items():
        if not is_field(draft.content_type, locale, name):
            continue
        mine, current_value = _normalize(text), current.get(name, "")
        base_id = base_revision_ids.get(f"{locale}.{name}", base_revision_ids.get(locale, 0))
        if base_id not in known:
            known[base_id] = queries.get_base(draft.content_type, draft.id, locale, base_id)
        base = known[base_id].get(name, "")
        if mine == current_value:
            continue
        if mine == base:
            merge.theirs[name] = current_value
        elif current_value == base:
            merge.fields[name] = mine
        elif (both := _merge_paragraphs(draft.content_type, name, base, mine, current_value)) and not both.conflicts:
            merge.fields[name] = merge.merged[name] = both.text
        else:
            versions = (both.with_base, both.with_theirs, both.text) if both else (base, current_value, mine)
            merge.conflicts[name] = Conflict(*versions, _author_of(draft, locale, name))
    merge.theirs |= _unseen(draft, locale, submitted, base_revision_ids)
    return merge


def _merge_paragraphs(content_type: ContentType, name: str, base: str, mine: str, theirs: str) -> Merge | None:
    """Both versions of a text merged; None if the field has no paragraphs."""
    field = next(field for field in content_type.fields() if field.name == name)
    return merge_texts(base, mine, theirs) if field.kind in ("textarea", "markdown") else None


def _unseen(draft: Draft, locale: str, submitted: Fields, base_revision_ids: Mapping[str, int]) -> Fields:
    """The fields that were not submitted, and that another editor has changed since the page showed them.

    The page must learn of them: its next save starts from the latest revision, which holds them.
    """
    base_id, current = base_revision_ids.get(locale), draft.fields[locale]
    if base_id is None or base_id == draft.revision_ids[locale]:
        return {}
    base = queries.get_base(draft.content_type, draft.id, locale, base_id)
    names = {**base, **current}.keys() - submitted.keys()
    return {name: current.get(name, "") for name in names if base.get(name, "") != current.get(name, "")}


def _store_conflicting(draft: Draft, locale: str, mine: Fields, edit_session: str, author_id: int) -> None:
    """Store the conflicting values that were submitted, with those from earlier in the same edit session."""
    earlier = select(Revision.fields).where(
        Revision.content_type == draft.content_type.key,
        Revision.object_id == draft.id,
        Revision.locale == locale,
        Revision.conflicting,
        Revision.edit_session == edit_session[:32],
        Revision.author_id == author_id,
    )
    last = json.loads(db.session.scalar(earlier.order_by(Revision.id.desc()).limit(1)) or "{}")
    if {**last, **mine} != last:
        add_revision(
            draft.content_type,
            draft.id,
            locale,
            {**last, **mine},
            edit_session=edit_session,
            author_id=author_id,
            conflicting=True,
        )


@retry_transaction
def restore_revision(*, content_type: ContentType, object_id: int, revision_id: int, author_id: int) -> None:
    """Make an earlier revision the latest; the present one stays in the history."""
    with write_transaction():
        draft = lock_draft(content_type, object_id)
        revision = queries.get_revision_or_404(content_type, object_id, revision_id)
        latest = draft.fields[revision.locale]
        # A conflicting revision has only the fields that conflicted.
        restored = {**(latest if revision.conflicting else {}), **json.loads(revision.fields)}
        fields = queries.complete(content_type, revision.locale, restored)
        if fields != latest:
            draft = save_revision(
                draft, {revision.locale: fields}, edit_session=secrets.token_hex(8), author_id=author_id
            )
            update_uses(draft)
        record(
            action="restore-revision",
            object_type=content_type.key,
            object_id=object_id,
            locale=revision.locale,
            revision=revision_id,
        )


@retry_transaction
def name_revision(*, content_type: ContentType, object_id: int, revision_id: int, name: str) -> None:
    """Name a revision so that it can be found again; an empty name removes the name."""
    with write_transaction():
        queries.get_revision_or_404(content_type, object_id, revision_id).name = name.strip()[:120]


@retry_transaction
def request_review(*, content_type: ContentType, object_id: int, languages: Sequence[str], author_id: int) -> None:
    """Ask publishers to review an object, by putting it on their lists."""
    with write_transaction():
        states = lock_draft(content_type, object_id).states
        for code in languages:
            states[code].review_requested_at, states[code].review_requested_by = now(), author_id
        record(
            action="request-review",
            object_type=content_type.key,
            object_id=object_id,
            languages=" ".join(languages),
        )


@retry_transaction
def move(*, content_type: ContentType, object_id: int, step: int) -> None:
    """Move an object up (-1) or down (+1) in its order; at the ends nothing happens."""
    with write_transaction():
        bump_content_version()
        listed = [item.id for item in get_items(content_type, limit=None)]
        if object_id not in listed:
            return
        index = listed.index(object_id)
        target = min(max(index + step, 0), len(listed) - 1)
        listed.insert(target, listed.pop(index))
        objects = {obj.id: obj for obj in db.session.scalars(select(content_type.model))}
        in_trash = [other_id for other_id in objects if other_id not in listed]
        for position, listed_id in enumerate([*listed, *in_trash], start=1):
            if objects[listed_id].position != position:
                objects[listed_id].position = position
        record(action="move", object_type=content_type.key, object_id=object_id)


def is_field(content_type: ContentType, locale: str, name: str) -> bool:
    """Whether a locale has a field of this name."""
    return any(field.name == name for field in content_type.fields_for(locale))


def _author_of(draft: Draft, locale: str, name: str) -> str:
    """The name of the editor who last changed this field."""
    revisions = select(Revision.fields, Revision.author_id).where(
        Revision.content_type == draft.content_type.key,
        Revision.object_id == draft.id,
        Revision.locale == locale,
        Revision.conflicting.is_(False),
    )
    author_id = None
    for fields, saved_by in db.session.execute(revisions.order_by(Revision.id.desc())):
        if json.loads(fields).get(name, "") != draft.fields[locale].get(name, ""):
            break
        author_id = saved_by
    return next(iter(queries.get_names([author_id]).values()), "")


def _normalize(text: str) -> str:
    """A submitted value with Unix line endings, and without invisible characters such as soft hyphens or NUL."""
    return drop_invisible_characters(text.replace("\r\n", "\n").replace("\r", "\n"))
