"""What the panel reads of the things that show a picture."""

from collections.abc import Iterable

from wzo.admin.editing.kinds import KINDS
from wzo.admin.editing.queries import get_draft
from wzo.extensions import AnyRow


def titles_of(uses: Iterable[AnyRow]) -> dict[tuple[str, int], str]:
    """The titles of things that show a picture, by kind and id, as they are worked on; empty where they have none."""
    return {(use.kind, use.thing_id): get_draft(KINDS[use.kind], use.thing_id).title for use in uses}
