"""The order of objects within another one, such as of the stories in a series, by numbers that they have there."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from wzo.audit import record
from wzo.cms import live_fields
from wzo.cms.content_types import ContentType, registry
from wzo.cms.lists import ListItem, get_items
from wzo.cms.models import SHARED
from wzo.cms.revisions import lock_draft, save_revision
from wzo.content_version import bump_content_version
from wzo.extensions import AnyRow, db, write_transaction
from wzo.transaction_retries import retry_transaction


class Member(NamedTuple):
    """An object with its number within another one."""

    number: int
    item: ListItem


def get_members(content_type: ContentType, object_id: int) -> list[Member]:
    """The objects that are numbered within an object on the site, in their order."""
    found = []
    for other in _member_types(content_type):
        numbers = {row.id: row.number for row in _read_numbers(other, object_id)}
        items = {item.id: item for item in get_items(other, ids=numbers, limit=None)}
        found += [Member(number, items[one]) for one, number in numbers.items() if one in items]
    return found


@retry_transaction
def move_member(*, content_type: ContentType, object_id: int, owner_id: int, step: int, author_id: int) -> None:
    """Move an object up (-1) or down (+1) within its owner, live and in its draft; at the ends nothing happens.

    The numbers stay the same: the objects exchange them, in one transaction.
    """
    _, number = content_type.numbered_within
    with write_transaction():
        ids = [row.id for row in _read_numbers(content_type, owner_id)]
        if object_id not in ids:
            return
        drafts = {one: lock_draft(content_type, one) for one in sorted(ids)}
        bump_content_version()
        rows = _read_numbers(content_type, owner_id)
        order = [row.id for row in rows]
        place = order.index(object_id)
        order.insert(min(max(place + step, 0), len(order) - 1), order.pop(place))
        old = {row.id: row.number for row in rows}
        new = {one: row.number for one, row in zip(order, rows, strict=True) if old[one] != row.number}
        objects = {one: live_fields.get_object(content_type, one) for one in new}
        # No two may have the same number, even for a moment.
        free = max(old.values()) + 1
        for step_number, obj in enumerate(objects.values()):
            setattr(obj, number, free + step_number)
        db.session.flush()
        for one, value in new.items():
            setattr(objects[one], number, value)
            draft, state = drafts[one], drafts[one].states[SHARED]
            if draft.fields[SHARED][number] == str(old[one]):
                is_live = state.live_revision_id == state.latest_revision_id
                changed = {SHARED: {**draft.fields[SHARED], number: str(value)}}
                save_revision(draft, changed, edit_session=secrets.token_hex(8), author_id=author_id)
                if is_live:
                    state.live_revision_id = state.latest_revision_id
        record(action="move", object_type=content_type.key, object_id=object_id)


def _member_types(content_type: ContentType) -> list[ContentType]:
    return [
        other
        for other in registry.values()
        for field in other.shared_fields
        if other.numbered_within and field.name == other.numbered_within[0] and field.to == content_type.key
    ]


def _read_numbers(content_type: ContentType, owner_id: int) -> Sequence[AnyRow]:
    model = content_type.model
    owner, number = (getattr(model, name) for name in content_type.numbered_within)
    return db.session.execute(select(model.id, number.label("number")).where(owner == owner_id).order_by(number)).all()
