"""Lists of content objects in the panel: all of a content type, and those that are waiting for something."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from wzo.cms.content_types import ContentType, registry
from wzo.cms.fields import Fields
from wzo.cms.models import ContentItem, DraftState, Revision
from wzo.cms.queries import LOCALES, Draft, in_own_language, objects_in_trash
from wzo.cms.status import PublicationStatus, compared_revisions, publication_status, reference_language
from wzo.cms.validation import is_number
from wzo.extensions import AnyRow, AnySelect, db
from wzo.i18n import LANGUAGES
from wzo.publication import State

PAGE_SIZE = 50
CHOICES_LIMIT = 300
# The filters of a list; see find().
FILTERS = ("stale", "missing", "changed", "scheduled", "review", "mine", "failed")


@dataclass
class ListItem:
    """An object as lists show it: its title and publication status in each language; when it changed."""

    content_type: ContentType
    id: int
    titles: dict[str, str]
    statuses: dict[str, PublicationStatus]
    slug: str = ""
    changed_at: datetime | None = None

    @property
    def title(self) -> str:
        """Its title in the editor's language, else in another."""
        return in_own_language(self.titles)


def get_items(
    content_type: ContentType,
    *,
    ids: Iterable[int] | None = None,
    before: int | None = None,
    limit: int | None = PAGE_SIZE,
    trash: bool = False,
) -> list[ListItem]:
    """The objects of a content type in their order; `before`: only those with a lower id, for pagination.

    A constant number of queries, however many objects there are.
    """
    model = content_type.model
    in_trash = and_(
        ContentItem.content_type == content_type.key,
        ContentItem.object_id == model.id,
        ContentItem.deleted_at.is_not(None),
    )
    wanted = select(model.id).outerjoin(ContentItem, in_trash)
    wanted = wanted.where(ContentItem.object_id.is_not(None) if trash else ContentItem.object_id.is_(None))
    if ids is not None:
        wanted = wanted.where(model.id.in_(list(ids)))
    if before is not None:
        wanted = wanted.where(model.id < before)
    by_hand = content_type.has_order and not content_type.newest_first
    wanted = wanted.order_by(model.position, model.id) if by_hand else wanted.order_by(model.id.desc())
    return _list_items(content_type, db.session.scalars(wanted.limit(limit)).all())


def get_choices(key: str, chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The objects of a content type that a field can refer to: their ids and titles, in their order.

    Of a content type that may have thousands of them, the newest, and those whose ids are `chosen`. A chosen one that
    is in the bin or deleted is included and says so; otherwise a form would empty the field unseen.
    """
    chosen = {one for one in chosen if is_number(one)}
    content_type = registry[key]
    if not content_type.large:
        items = get_items(content_type, limit=None)
    else:
        items = get_items(content_type, limit=CHOICES_LIMIT)
        known = {str(item.id) for item in items}
        older = {int(one) for one in chosen if one not in known}
        items += get_items(content_type, ids=older, limit=None) if older else []
    labels = {str(item.id): _label(item) for item in items}
    if missing := {int(one) for one in chosen - labels.keys()}:
        deleted = get_items(content_type, ids=missing, limit=None, trash=True)
        labels |= {str(one): gettext("№ %(number)s (deleted)", number=one) for one in sorted(missing)}
        labels |= {str(item.id): gettext("%(title)s (in the bin)", title=_label(item)) for item in deleted}
    return list(labels.items())


def _label(item: ListItem) -> str:
    return item.title or f"№ {item.id}"


def find(
    only: str, *, content_type: ContentType | None = None, editor_id: int | None = None, limit: int = PAGE_SIZE
) -> list[ListItem]:
    """Objects of one content type or of all that match one of FILTERS, the latest change first.

    stale: a translation is out of date; missing: a language is not live; changed: the draft differs from what is live;
    scheduled: it is to be published; review: it is waiting for a publisher; mine: a draft of this editor; failed: a
    scheduled publication failed.
    """
    if only == "missing":
        types = [content_type] if content_type else registry.values()
        found = [(one.key, object_id) for one in types for object_id in _missing(one, limit)]
    else:
        matching = _matching(only, editor_id)
        if content_type:
            matching = matching.where(DraftState.content_type == content_type.key)
        rows = db.session.execute(matching.limit(4 * limit))
        found = list(dict.fromkeys((row.content_type, row.object_id) for row in rows))
    found = found[:limit]
    ids_by_type: dict[str, list[int]] = {}
    for key, object_id in found:
        ids_by_type.setdefault(key, []).append(object_id)
    items = {(key, item.id): item for key, ids in ids_by_type.items() for item in _list_items(registry[key], ids)}
    matches = [items[one] for one in found if one in items]
    return [it for it in matches if only != "stale" or any(one.stale for one in it.statuses.values())]


def _matching(only: str, editor_id: int | None) -> AnySelect:
    in_trash = exists().where(
        ContentItem.content_type == DraftState.content_type,
        ContentItem.object_id == DraftState.object_id,
        ContentItem.deleted_at.is_not(None),
    )
    wanted = (
        select(DraftState.content_type, DraftState.object_id)
        .where(~in_trash)
        .order_by(DraftState.latest_revision_id.desc())
    )
    is_changed = DraftState.live_revision_id != DraftState.latest_revision_id
    match only:
        case "review":
            return wanted.where(DraftState.review_requested_at.is_not(None))
        case "scheduled":
            return wanted.where(DraftState.go_live_at.is_not(None))
        case "failed":
            return wanted.where(DraftState.publish_error != "")
        case "changed":
            return wanted.where(DraftState.live_revision_id.is_not(None), is_changed)
        case "mine":
            mine = select(Revision.id).where(Revision.author_id == editor_id)
            is_open = or_(DraftState.live_revision_id.is_(None), is_changed)
            return wanted.where(DraftState.latest_revision_id.in_(mine), is_open)
    # Stale: the reference language has another revision now than the one that this one was approved against.
    reference = aliased(DraftState)
    same_object = and_(reference.content_type == DraftState.content_type, reference.object_id == DraftState.object_id)
    pairs = or_(
        *(and_(DraftState.locale == code, reference.locale == reference_language(code)) for code in LANGUAGES),
    )
    now_id = func.coalesce(reference.live_revision_id, reference.latest_revision_id)
    return wanted.join(reference, and_(same_object, pairs)).where(
        DraftState.source_revision_id.is_not(None), DraftState.source_revision_id != now_id
    )


def _missing(content_type: ContentType, limit: int) -> Sequence[int]:
    owner, model = content_type.owner_column, content_type.model
    complete = select(owner).group_by(owner).having(func.count() == len(LANGUAGES))
    if content_type.has_states:
        complete = complete.where(content_type.text.state == State.LIVE)
    return db.session.scalars(
        select(model.id)
        .where(model.id.not_in(complete), model.id.not_in(objects_in_trash(content_type)))
        .order_by(model.id.desc())
        .limit(limit)
    ).all()


def _list_items(content_type: ContentType, ids: Sequence[int]) -> list[ListItem]:
    if not ids:
        return []
    slugs, texts = _read_slugs(content_type, ids), _read_texts(content_type, ids)
    states: dict[int, dict[str, DraftState]] = {one: {} for one in ids}
    latest: dict[int, dict[str, Fields]] = {one: {} for one in ids}
    saved_at: dict[int, datetime] = {}
    for state, fields, at in db.session.execute(
        select(DraftState, Revision.fields, Revision.saved_at)
        .join(Revision, Revision.id == DraftState.latest_revision_id)
        .where(DraftState.content_type == content_type.key, DraftState.object_id.in_(ids))
    ):
        states[state.object_id][state.locale] = state
        latest[state.object_id][state.locale] = json.loads(fields)
        saved_at[state.object_id] = max(saved_at.get(state.object_id, at), at)
    known = _read_compared(states)
    items = []
    for one in ids:
        draft = _draft_for_list(content_type, one, latest[one], states[one], texts)
        items.append(
            ListItem(
                content_type,
                one,
                {code: draft.fields[code].get(content_type.title, "") for code in LANGUAGES},
                {code: publication_status(draft, code, texts.get((one, code)), known) for code in LANGUAGES},
                slugs.get(one, ""),
                saved_at.get(one),
            )
        )
    return items


def _draft_for_list(
    content_type: ContentType,
    object_id: int,
    latest: Mapping[str, Fields],
    states: dict[str, DraftState],
    texts: Mapping[tuple[int, str], AnyRow],
) -> Draft:
    """As much of a draft as a list needs; of an object that was never edited, the live title alone."""
    fields = {locale: latest.get(locale, {}) for locale in LOCALES}
    for code in LANGUAGES:
        text = texts.get((object_id, code))
        if code not in latest and text is not None:
            fields[code] = {content_type.title: getattr(text, content_type.title)}
    return Draft(content_type, object_id, fields, {}, states)


def _read_compared(states: Mapping[int, dict[str, DraftState]]) -> dict[int, Fields]:
    """The fields of all revisions that decide whether translations are stale, by id."""
    wanted = {number for one in states.values() for code in LANGUAGES for number in compared_revisions(one, code) or ()}
    if not wanted:
        return {}
    rows = db.session.execute(select(Revision.id, Revision.fields).where(Revision.id.in_(wanted)))
    return {row.id: json.loads(row.fields) for row in rows}


def _read_texts(content_type: ContentType, ids: Sequence[int]) -> dict[tuple[int, str], AnyRow]:
    owner, text = content_type.owner_column, content_type.text
    columns = [owner.label("owner"), text.language, content_type.title_column]
    if content_type.has_states:
        columns += [text.state, text.first_published_at]
    rows = db.session.execute(select(*columns).where(owner.in_(ids)))
    return {(row.owner, row.language): row for row in rows}


def _read_slugs(content_type: ContentType, ids: Sequence[int]) -> dict[int, str]:
    if not hasattr(content_type.model, "slug"):
        return {}
    model = content_type.model
    rows = db.session.execute(select(model.id, model.slug).where(model.id.in_(ids)))
    return {row.id: row.slug for row in rows}
