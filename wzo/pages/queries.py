"""Queries for the home page's blocks, plain pages and notices."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from wzo.clock import today
from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, db
from wzo.link_previews import link_preview_columns
from wzo.pages.models import NOWHERE, SECTIONS, HomeBlock, HomeBlockText, Notice, NoticeText, Page, PageText
from wzo.publication import State, get_live_languages_or_404

# Pages that have no URL of their own, because a page of another feature contains their text: by slug, the endpoint and
# the arguments of that page. The features add theirs.
EMBEDDED: dict[str, tuple[str, dict[str, str]]] = {}


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
def get_home_sections(language: str) -> list[str]:
    """The keys of the sections that the home page shows in a language, in their order."""
    rows = db.session.scalars(
        select(HomeBlock.key)
        .join(HomeBlockText, HomeBlockText.block_id == HomeBlock.id)
        .where(HomeBlockText.language == language, HomeBlock.hidden.is_(False), HomeBlock.key.in_(SECTIONS))
        .order_by(HomeBlock.position, HomeBlock.id)
    )
    return [*rows]


def get_all_sections() -> Sequence[HomeBlock]:
    """All sections of the home page in their order, for editors."""
    blocks = select(HomeBlock).where(HomeBlock.key.in_(SECTIONS))
    return db.session.scalars(blocks.order_by(HomeBlock.position, HomeBlock.id)).all()


@cached_until_content_changes
def get_page_or_404(slug: str, language: str) -> tuple[AnyRow, list[str]]:
    """A live page, and the languages in which it is live; see get_live_languages_or_404."""
    if slug in EMBEDDED:
        abort(404)
    languages = get_live_languages_or_404(Page, PageText, PageText.page_id, slug, language)
    row = db.session.execute(
        select(Page.slug, PageText.title, PageText.summary, PageText.body, *link_preview_columns(Page, PageText))
        .join(PageText, PageText.page_id == Page.id)
        .where(Page.slug == slug, PageText.language == language, PageText.state == State.LIVE)
    ).first()
    return row or abort(410), languages


def find_text(slug: str, language: str) -> AnyRow | None:
    """The text of a page, or of one that another page contains, if it is live: `title`, `summary`, `body`."""
    return db.session.execute(
        select(PageText.title, PageText.summary, PageText.body)
        .join(Page, Page.id == PageText.page_id)
        .where(Page.slug == slug, PageText.language == language, PageText.state == State.LIVE)
    ).first()


def get_linked_pages(language: str) -> Sequence[AnyRow]:
    """The pages in the menu and the footer, in their order: `slug`, `title`, `place`; none without the database."""
    try:
        return _linked_pages(language)
    except SQLAlchemyError:
        # Pages that need nothing else from the database are served without it.
        db.session.rollback()
        return []


@cached_until_content_changes
def _linked_pages(language: str) -> Sequence[AnyRow]:
    return db.session.execute(
        select(Page.slug, PageText.title, Page.place)
        .join(PageText, PageText.page_id == Page.id)
        .where(Page.place != NOWHERE, PageText.language == language, PageText.state == State.LIVE)
        .order_by(Page.position, Page.id)
    ).all()


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
