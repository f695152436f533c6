"""Queries for the old addresses."""

from collections.abc import Sequence

from sqlalchemy import select

from wzo.cms.links import current_path
from wzo.content_version import cached_until_content_changes
from wzo.extensions import db
from wzo.old_addresses.models import OldAddress
from wzo.old_addresses.paths import comparable


def get_target(path: str) -> str | None:
    """The current path of the page that an old address redirects to; None if there is none."""
    return _targets().get(comparable(path))


def get_old_addresses() -> Sequence[OldAddress]:
    """All old addresses in the order of their paths."""
    return db.session.scalars(select(OldAddress).order_by(OldAddress.path)).all()


@cached_until_content_changes
def _targets() -> dict[str, str]:
    return {comparable(it.path): current_path(it.target) for it in get_old_addresses()}
