"""Where readers find an object besides its own page: on the pages that it has chosen, or that have chosen it."""

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

# Of more than these, the newest are shown.
LIMIT = 20


class Place(NamedTuple):
    """A public page that shows an object."""

    title: str
    path: str


class Shown(NamedTuple):
    """What the page of an object shows because it has chosen that object by `field`; editors can add to it."""

    content_type: ContentType
    field: Field
    items: list[ListItem]


def get_places(draft: Draft) -> list[Place]:
    """The pages of other objects that show this one: those that it has chosen, and the live ones that chose it."""
    found = []
    for field in draft.content_type.shared_fields:
        if field.shown_by_chosen:
            ids = [int(one) for one in field.ids(draft.fields[SHARED][field.name]) if is_number(one)]
            found += list(_pages(registry[field.to], ids))
    for other, field in fields_to(draft.content_type):
        if field.shows_chosen:
            found += list(_pages(other, live_references(other, field, draft.id)))
    return found


def may_be_chosen(content_type: ContentType) -> Field | None:
    """The field by which other pages choose to show objects of this type."""
    return next((field for _, field in fields_to(content_type) if field.shows_chosen), None)


def get_shown(content_type: ContentType, object_id: int) -> list[Shown]:
    """What the page of an object shows because it has chosen that object."""
    return [
        Shown(other, field, get_items(other, ids=live_references(other, field, object_id), limit=LIMIT))
        for other, field in fields_to(content_type)
        if field.shown_by_chosen
    ]


def _pages(content_type: ContentType, ids: list[int]) -> Iterator[Place]:
    for item in get_items(content_type, ids=ids, limit=LIMIT):
        live = [code for code, status in item.statuses.items() if status.live]
        if live:
            language = current_language() if current_language() in live else live[0]
            yield Place(item.titles[language], content_type.path_of(get_object(content_type, item.id), language))
