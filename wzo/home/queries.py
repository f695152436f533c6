"""What is read for the home page and the plain pages."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select

from wzo.extensions import AnyRow, db
from wzo.home.models import HomeBlock, HomeBlockText, Page, PageText
from wzo.publication import State


def get_home_blocks(language: str) -> dict[str, AnyRow]:
    """The home page's words by the key of their place: `title`, `body`."""
    rows = db.session.execute(
        select(HomeBlock.key, HomeBlockText.title, HomeBlockText.body)
        .join(HomeBlockText, HomeBlockText.block_id == HomeBlock.id)
        .where(HomeBlockText.language == language)
    )
    return {row.key: row for row in rows}


def get_page_or_404(slug: str, language: str) -> AnyRow:
    """A plain page that is live in a language."""
    row = db.session.execute(
        select(Page.slug, PageText.title, PageText.summary, PageText.body)
        .join(PageText, PageText.page_id == Page.id)
        .where(Page.slug == slug, PageText.language == language, PageText.state == State.LIVE)
    ).first()
    return row or abort(404)


def get_page_languages(slug: str) -> Sequence[str]:
    """The languages in which a plain page is live."""
    return db.session.scalars(
        select(PageText.language)
        .join(Page, Page.id == PageText.page_id)
        .where(Page.slug == slug, PageText.state == State.LIVE)
        .order_by(PageText.language)
    ).all()
