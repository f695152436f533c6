"""The content types home, pages and notices."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext

from wzo.cms.content_types import ContentType
from wzo.cms.fields import BODY, SUMMARY, TITLE, Field
from wzo.pages.models import HomeBlock, HomeBlockText, Notice, NoticeText, Page, PageText
from wzo.pages.queries import PAGE_ENDPOINTS, get_privacy_page_rows


def _page_path(page: Any, language: str) -> str:
    endpoint, arguments = PAGE_ENDPOINTS[page.slug]
    values: dict[str, Any] = {"lang": language, **arguments}
    return url_for(endpoint, **values)


HOME = ContentType(
    key="home",
    name=lazy_gettext("Home page text"),
    plural=lazy_gettext("Home page texts"),
    new_label="",
    model=HomeBlock,
    text=HomeBlockText,
    foreign_key="block_id",
    endpoint="home.index",
    singleton=True,
    translated_fields=(TITLE, BODY),
)

PAGES = ContentType(
    key="pages",
    name=lazy_gettext("Page"),
    plural=lazy_gettext("Pages"),
    new_label="",
    model=Page,
    text=PageText,
    foreign_key="page_id",
    endpoint="pages.privacy",
    anchors=True,
    singleton=True,
    translated_fields=(TITLE, SUMMARY, BODY),
    fixed_endpoints={"pages.privacy": "privacy"},
    extra_pages=(("pages.privacy", get_privacy_page_rows),),
    path=_page_path,
)

NOTICES = ContentType(
    key="notices",
    name=lazy_gettext("Notice"),
    plural=lazy_gettext("Notices"),
    new_label=lazy_gettext("New notice"),
    model=Notice,
    text=NoticeText,
    foreign_key="notice_id",
    endpoint="home.index",
    translated_fields=(
        Field("title", lazy_gettext("Notice (one sentence)")),
        Field("body", lazy_gettext("Details"), "markdown"),
    ),
    shared_fields=(Field("until", lazy_gettext("Show until (last day)"), "date"),),
)
