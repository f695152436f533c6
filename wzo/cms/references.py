"""References: the objects that refer to an object by one of their fields."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import select

from wzo.cms.content_types import ContentType, registry
from wzo.cms.fields import Field
from wzo.cms.lists import get_items
from wzo.cms.models import SHARED, DraftState, Revision
from wzo.cms.queries import objects_in_trash
from wzo.extensions import db


class Reference(NamedTuple):
    """An object that refers to another one by a field, as a draft or on the site."""

    content_type: ContentType
    object_id: int
    title: str
    field: Field


def get_references(content_type: ContentType, object_id: int) -> list[Reference]:
    """The objects outside the bin that refer to an object, in their drafts or live."""
    found = []
    for other, field in fields_to(content_type):
        if ids := {*live_references(other, field, object_id), *_drafts(other, field, object_id)}:
            found += [Reference(other, it.id, it.title, field) for it in get_items(other, ids=ids, limit=None)]
    return found


def fields_to(content_type: ContentType) -> Iterator[tuple[ContentType, Field]]:
    """The fields that refer to objects of a type, each with its own content type."""
    for other in registry.values():
        for field in other.shared_fields:
            if field.to == content_type.key:
                yield other, field


def live_references(content_type: ContentType, field: Field, object_id: int) -> list[int]:
    """The live objects of a type whose field refers to this one."""
    model: Any = content_type.model
    if field.table is not None:
        near, far = field.table.primary_key.columns
        return list(db.session.scalars(select(near).where(far == object_id)))
    if field.stored:
        return list(db.session.scalars(select(model.id).where(getattr(model, field.name) == object_id)))
    return []


def refers_to(field: Field, value: str, object_id: int) -> bool:
    """Whether the value of a field refers to an object."""
    return str(object_id) in field.ids(value)


def _drafts(content_type: ContentType, field: Field, object_id: int) -> Iterator[int]:
    latest = (
        select(DraftState.object_id, Revision.fields)
        .join(Revision, Revision.id == DraftState.latest_revision_id)
        .where(
            DraftState.content_type == content_type.key,
            DraftState.locale == SHARED,
            DraftState.object_id.not_in(objects_in_trash(content_type)),
            # Few of thousands are read.
            Revision.fields.contains(f'"{field.name}": "'),
            Revision.fields.contains(str(object_id)),
        )
    )
    for one, fields in db.session.execute(latest):
        if refers_to(field, json.loads(fields).get(field.name, ""), object_id):
            yield one
