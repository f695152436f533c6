"""Where readers find an object besides its own page: on the pages of objects that it refers to, or that refer to it."""

from collections.abc import Iterator
from typing import NamedTuple

from wzo.cms.content_types import ContentType, registry
from wzo.cms.fields import Field
from wzo.cms.lists import ListItem, get_items
from wzo.cms.live_fields import get_object
from wzo.cms.models import SHARED
from wzo.cms.queries import Draft
from wzo.cms.references import fields_to, live_references
from wzo.cms.validation import is_number
from wzo.i18n import current_language

# Of more objects, only the newest are listed.
LIMIT = 20


class Placement(NamedTuple):
    """The public page of another object, on which an object is listed."""

    title: str
    path: str


class ListedObjects(NamedTuple):
    """Objects that the page of another one lists, because they refer to it by `field`; editors can add to them."""

    content_type: ContentType
    field: Field
    items: list[ListItem]


def get_placements(draft: Draft) -> list[Placement]:
    """The pages on which an object is listed: of objects that it refers to, and of live ones that refer to it."""
    placements: list[Placement] = []
    for field in draft.content_type.shared_fields:
        if field.listed_on_target_page:
            ids = [int(it) for it in field.ids(draft.fields[SHARED][field.name]) if is_number(it)]
            placements += _pages(registry[field.to], ids)
    for other, field in fields_to(draft.content_type):
        if field.lists_targets:
            placements += _pages(other, live_references(other, field, draft.id))
    return placements


def get_listing_field(content_type: ContentType) -> Field | None:
    """The field of another content type by which its pages list objects of this type."""
    return next((field for _, field in fields_to(content_type) if field.lists_targets), None)


def get_listed_objects(content_type: ContentType, object_id: int) -> list[ListedObjects]:
    """The objects that the page of an object lists because they refer to it."""
    return [
        ListedObjects(other, field, get_items(other, ids=live_references(other, field, object_id), limit=LIMIT))
        for other, field in fields_to(content_type)
        if field.listed_on_target_page
    ]


def _pages(content_type: ContentType, ids: list[int]) -> Iterator[Placement]:
    for item in get_items(content_type, ids=ids, limit=LIMIT):
        live = [code for code, status in item.statuses.items() if status.live]
        if live:
            language = current_language() if current_language() in live else live[0]
            yield Placement(item.titles[language], content_type.path_of(get_object(content_type, item.id), language))
