"""The targets to which texts can link by a scheme, such as the terms of the glossary: the editor offers them."""

from typing import NamedTuple

from sqlalchemy import select

from wzo.cms.content_types import registry
from wzo.content_version import cached_until_content_changes
from wzo.extensions import db
from wzo.publication import State


class LinkTarget(NamedTuple):
    """A live object to which texts link by a scheme: the address to write, its title, and in which language."""

    address: str
    title: str
    language: str


@cached_until_content_changes
def get_link_targets() -> list[LinkTarget]:
    """The targets of all content types that have a scheme, by their titles."""
    targets = [
        LinkTarget(f"{content_type.link_scheme}:{row.slug}", row.title, row.language)
        for content_type in registry.values()
        if content_type.link_scheme
        for row in db.session.execute(
            select(content_type.model.slug, content_type.text.language, content_type.title_column.label("title"))
            .join(content_type.text, content_type.owner_column == content_type.model.id)
            .where(content_type.text.state == State.LIVE)
        )
    ]
    return sorted(targets, key=lambda it: it.title.casefold())
