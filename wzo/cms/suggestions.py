"""Objects that editors may mean when they type words of a title, or an address, into a field that refers to them."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import select

from wzo.cms.content_types import ContentType, registry
from wzo.cms.lists import ListItem, get_items
from wzo.cms.models import SHARED, DraftState, Revision
from wzo.cms.queries import find_by_slug
from wzo.content_version import cached_until_content_changes
from wzo.extensions import db
from wzo.search.analysis import tokenize
from wzo.slugs import is_valid_slug

LIMIT = 8
# The number of the latest never-published drafts that are found by their titles.
MAX_DRAFTS = 500


def suggest(content_type: ContentType, text: str) -> list[ListItem]:
    """The newest objects whose titles have words that begin like those of a text; or the one with this address."""
    if object_id := find_by_address(content_type, text):
        return get_items(content_type, ids=[object_id])
    words = tokenize(text)
    if not words:
        return []
    found = {one for one, title in _titles(content_type) if all(f" {word}" in title for word in words)}
    # Some of them may be in the bin.
    return get_items(content_type, ids=sorted(found, reverse=True)[: 4 * LIMIT], limit=LIMIT)


def find_by_title(content_type: ContentType, title: str) -> int | None:
    """The only object with this title, in any language, however its capitals and punctuation are written."""
    wanted = _folded(title)
    found = {one for one, known in _titles(content_type) if known == wanted} if wanted.strip() else set()
    return found.pop() if len(found) == 1 else None


def find_by_address(content_type: ContentType, address: str) -> int | None:
    """The object whose page, or edit page, has this address: a whole one, a path or its last part."""
    try:
        path = urlsplit(address.strip()).path
    except ValueError:
        return None
    if edited := re.fullmatch(rf"/admin/{content_type.key}/(\d{{1,9}})/.*", path):
        return int(edited[1])
    slug = path.rstrip("/").rpartition("/")[2]
    return find_by_slug(content_type, slug) if is_valid_slug(slug) else None


def _titles(content_type: ContentType) -> Iterator[tuple[int, str]]:
    """The folded titles of all objects, in each language."""
    yield from _live_titles(content_type.key)
    drafts = db.session.execute(
        select(DraftState.object_id, Revision.fields)
        .join(Revision, Revision.id == DraftState.latest_revision_id)
        .where(
            DraftState.content_type == content_type.key,
            DraftState.locale != SHARED,
            DraftState.live_revision_id.is_(None),
        )
        .order_by(DraftState.latest_revision_id.desc())
        .limit(MAX_DRAFTS)
    )
    for object_id, fields in drafts:
        yield object_id, _folded(json.loads(fields).get(content_type.title, ""))


@cached_until_content_changes
def _live_titles(key: str) -> list[tuple[int, str]]:
    content_type = registry[key]
    rows = db.session.execute(select(content_type.owner_column, content_type.title_column))
    return [(object_id, _folded(title)) for object_id, title in rows]


def _folded(title: str) -> str:
    """The words of a title, with a space before each."""
    return "".join(f" {word}" for word in tokenize(title))
