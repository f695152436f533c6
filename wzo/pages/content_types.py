"""The content types home, pages and notices."""

from dataclasses import replace
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from wzo.cms.content_types import ContentType
from wzo.cms.fields import BODY, SHARE_PICTURE, SHARE_TEXT, SLUG, SUMMARY, TITLE, Field, FieldValue
from wzo.extensions import db
from wzo.pages.models import FOOTER, MENU, NOWHERE, HomeBlock, HomeBlockText, Notice, NoticeText, Page, PageText
from wzo.pages.queries import EMBEDDED, get_all_sections

PLACES = {
    NOWHERE: lazy_gettext("Nowhere: only texts link to it"),
    MENU: lazy_gettext("In the menu, under “More”"),
    FOOTER: lazy_gettext("In the footer"),
}
# The prefix of the routes of all pages.
_PREFIX = "/<lang:lang>/"


def reserved_slugs() -> set[str]:
    """The slugs of the pages that the site itself requires: the first parts of other routes, and those of EMBEDDED."""
    rules = [rule.rule for rule in current_app.url_map.iter_rules() if rule.rule.startswith(_PREFIX)]
    return {*(rule.removeprefix(_PREFIX).partition("/")[0] for rule in rules), *EMBEDDED}


def _page_path(page: Any, language: str) -> str:
    endpoint, arguments = EMBEDDED.get(page.slug, ("pages.show", {"slug": page.slug}))
    values: dict[str, Any] = {"lang": language, **arguments}
    return url_for(endpoint, **values)


def _is_added(page_id: int) -> bool:
    """Whether editors have added the page."""
    return db.session.get_one(Page, page_id).slug not in reserved_slugs()


def _place_error(value: FieldValue) -> str:
    if value.value == NOWHERE or db.session.get_one(Page, value.object_id).slug not in EMBEDDED:
        return ""
    return str(gettext("This text is part of another page, so it can be neither in the menu nor in the footer."))


def _hidden_sections() -> dict[int, Any]:
    return {block.id: lazy_gettext("the home page does not show it") for block in get_all_sections() if block.hidden}


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
    where=lazy_gettext(
        "On the home page, unless its section is hidden. The text on the team is at the top of the team’s page too."
    ),
    translated_fields=(TITLE, BODY),
    list_notes=_hidden_sections,
)


def _places() -> dict[int, Any]:
    """Where every page of the site links to the pages that it links to."""
    rows = db.session.execute(select(Page.id, Page.place).where(Page.place != NOWHERE))
    return {row.id: PLACES[row.place] for row in rows}


PAGES = ContentType(
    key="pages",
    name=lazy_gettext("Page"),
    plural=lazy_gettext("Pages"),
    new_label=lazy_gettext("New page"),
    model=Page,
    text=PageText,
    foreign_key="page_id",
    endpoint="pages.show",
    where=lazy_gettext("On a page of its own, and in the menu or the footer of every page if you choose that."),
    has_page=True,
    searchable=("body",),
    translated_fields=(TITLE, SUMMARY, replace(BODY, required=True), *SHARE_TEXT),
    shared_fields=(
        Field(
            "place",
            lazy_gettext("A link to it on every page of the site"),
            "choice",
            lazy_gettext("In the menu and the footer, pages come in the order of their list."),
            choices=tuple(PLACES.items()),
            required=True,
            validate=_place_error,
        ),
        SLUG,
        SHARE_PICTURE,
    ),
    fixed_endpoints={"pages.privacy": "privacy"},
    embedded=EMBEDDED,
    path=_page_path,
    reserved_slugs=reserved_slugs,
    initial_values=lambda: {"place": NOWHERE},
    list_notes=_places,
    can_be_deleted=_is_added,
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
