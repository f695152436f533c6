"""Reads the objects that use a picture."""

from collections.abc import Iterable

from wzo.cms.content_types import registry
from wzo.cms.queries import get_draft
from wzo.extensions import AnyRow


def titles_of(uses: Iterable[AnyRow]) -> dict[tuple[str, int], str]:
    """The titles of the drafts that use a picture, by content type and id; empty if they have none."""
    return {
        (use.content_type, use.object_id): get_draft(registry[use.content_type], use.object_id).title for use in uses
    }
