"""Queries for the sitemap: the live texts of every content type that has pages."""

from collections.abc import Sequence

from sqlalchemy import null, select

from wzo.cms.content_types import ContentType
from wzo.extensions import AnyRow, db
from wzo.publication import State

# The number of ids in a file of a large content type: with a few languages, well below the protocol's 50,000 URLs.
SPAN = 5_000


def get_pages(content_type: ContentType) -> Sequence[AnyRow]:
    """The live texts of a content type: `slug`, `language`, `changed_at` if it is recorded; each object's together."""
    model, text = content_type.model, content_type.text
    return db.session.execute(
        select(model.slug, text.language, getattr(text, "changed_at", null()).label("changed_at"))
        .join(text, content_type.owner_column == model.id)
        .where(content_type.public_condition, content_type.page_condition)
        .order_by(model.position, model.id, text.language)
    ).all()


def get_file_numbers(content_type: ContentType) -> Sequence[int]:
    """The numbers, from 1, of the files that a large content type needs."""
    number = content_type.owner_column // SPAN + 1
    return db.session.scalars(
        select(number.label("number")).where(content_type.text.state == State.LIVE).distinct().order_by("number")
    ).all()


def get_pages_in_file(content_type: ContentType, number: int) -> Sequence[AnyRow]:
    """The live texts in one file, likewise. Files are ranges of ids, so that nothing has to be counted."""
    first = (number - 1) * SPAN
    model, text, owner = content_type.model, content_type.text, content_type.owner_column
    return db.session.execute(
        select(model.slug, text.language, text.changed_at)
        .join(text, owner == model.id)
        .where(owner >= first, owner < first + SPAN, text.state == State.LIVE)
        .order_by(owner, text.language)
    ).all()
