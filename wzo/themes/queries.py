"""Queries for themes."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select

from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, AnySelect, db
from wzo.publication import State, get_live_languages_or_404
from wzo.themes.models import Theme, ThemeText


@cached_until_content_changes
def get_themes(language: str) -> Sequence[AnyRow]:
    """The live themes in their order."""
    return db.session.execute(select_themes(language)).all()


@cached_until_content_changes
def get_theme_or_404(slug: str, language: str) -> tuple[AnyRow, list[str]]:
    """A live theme, and the languages in which it is live; see get_live_languages_or_404."""
    languages = get_live_languages_or_404(Theme, ThemeText, ThemeText.theme_id, slug, language)
    return db.session.execute(select_themes(language).where(Theme.slug == slug)).first() or abort(410), languages


def select_themes(language: str) -> AnySelect:
    """A statement: the live themes in their order."""
    return (
        select(Theme.id, Theme.slug, ThemeText.title, ThemeText.summary, ThemeText.body, ThemeText.changed_at)
        .join(ThemeText, ThemeText.theme_id == Theme.id)
        .where(ThemeText.language == language, ThemeText.state == State.LIVE)
        .order_by(Theme.position)
    )
