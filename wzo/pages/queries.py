"""Reads of the home page's blocks, plain pages and notices."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from wzo.clock import today
from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, db
from wzo.pages.models import HomeBlock, HomeBlockText, Notice, NoticeText, Page, PageText
from wzo.publication import State

# The endpoint and arguments of each plain page, by slug. Other features add their own.
PAGE_ENDPOINTS: dict[str, tuple[str, dict[str, str]]] = {"privacy": ("pages.privacy", {})}


@cached_until_content_changes
def get_home_blocks(language: str) -> dict[str, AnyRow]:
    """The blocks of the home page by key: `title`, `body`."""
    rows = db.session.execute(
        select(HomeBlock.key, HomeBlockText.title, HomeBlockText.body)
        .join(HomeBlockText, HomeBlockText.block_id == HomeBlock.id)
        .where(HomeBlockText.language == language)
    )
    return {row.key: row for row in rows}


@cached_until_content_changes
def get_page_or_404(slug: str, language: str) -> AnyRow:
    """A plain page that is live in a language."""
    row = db.session.execute(
        select(Page.slug, PageText.title, PageText.summary, PageText.body)
        .join(PageText, PageText.page_id == Page.id)
        .where(Page.slug == slug, PageText.language == language, PageText.state == State.LIVE)
    ).first()
    return row or abort(404)


def get_notices(language: str) -> list[AnyRow]:
    """The notices to show today: `id`, `title`, `body`, `until`; none if the database is unavailable."""
    try:
        notices = _live_notices()
    except SQLAlchemyError:
        # Pages that need nothing else from the database are served without it.
        db.session.rollback()
        return []
    return [it for it in notices if it.language == language and (it.until is None or today() <= it.until)]


@cached_until_content_changes
def _live_notices() -> Sequence[AnyRow]:
    return db.session.execute(
        select(Notice.id, Notice.until, NoticeText.language, NoticeText.title, NoticeText.body)
        .join(NoticeText, NoticeText.notice_id == Notice.id)
        .where(NoticeText.state == State.LIVE)
        .order_by(Notice.position, Notice.id)
    ).all()


@cached_until_content_changes
def get_page_languages(slug: str) -> Sequence[str]:
    """The languages in which a plain page is live."""
    return db.session.scalars(
        select(PageText.language)
        .join(Page, Page.id == PageText.page_id)
        .where(Page.slug == slug, PageText.state == State.LIVE)
        .order_by(PageText.language)
    ).all()


def get_privacy_page_rows() -> Sequence[AnyRow]:
    """The live texts of the privacy page, for the sitemap: `language`, `changed_at`."""
    return db.session.execute(
        select(PageText.language, PageText.changed_at)
        .join(Page, Page.id == PageText.page_id)
        .where(Page.slug == "privacy", PageText.state == State.LIVE)
        .order_by(PageText.language)
    ).all()
