"""Queries for the glossary."""

from collections.abc import Sequence

from sqlalchemy import func, select

from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, db
from wzo.glossary.models import GlossaryTerm, GlossaryTermText
from wzo.publication import State


@cached_until_content_changes
def get_terms(language: str) -> Sequence[AnyRow]:
    """The terms in the order of the alphabet: `slug`, `title`, `full_form`, `body`."""
    rows = db.session.execute(
        select(GlossaryTerm.slug, GlossaryTermText.title, GlossaryTermText.full_form, GlossaryTermText.body)
        .join(GlossaryTermText, GlossaryTermText.term_id == GlossaryTerm.id)
        .where(GlossaryTermText.language == language, GlossaryTermText.state == State.LIVE)
    )
    return sorted(rows, key=lambda row: _sort_key(row.title))


def get_glossary_rows() -> Sequence[AnyRow]:
    """The glossary in each of its languages, for the sitemap: `language`, `changed_at`."""
    text = GlossaryTermText
    return db.session.execute(
        select(text.language, func.max(text.changed_at).label("changed_at"))
        .where(text.state == State.LIVE)
        .group_by(text.language)
        .order_by(text.language)
    ).all()


def _sort_key(title: str) -> str:
    """A term as dictionaries sort it: without quotation marks, and with ё among е."""
    return "".join(letter for letter in title.casefold().replace("ё", "е") if letter.isalnum() or letter == " ").strip()
