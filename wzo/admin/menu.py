"""The panel's menu: every screen that the editor may open."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import current_app, url_for
from flask_babel import lazy_gettext

from wzo.admin.access import editor, requirement_of
from wzo.cms.content_types import registry


class Entry(NamedTuple):
    """A screen, by its endpoint and arguments; `shortcut` is the keyboard shortcut that opens it."""

    endpoint: str
    name: Any
    arguments: dict[str, Any] = {}  # noqa: RUF012 - never changed
    shortcut: str = ""


WORK = (
    Entry("admin.index", lazy_gettext("Today"), shortcut="g t"),
    Entry("admin.editing.translations", lazy_gettext("Translations"), shortcut="g l"),
    Entry("admin.editing.search", lazy_gettext("Search texts"), shortcut="g f"),
    Entry("admin.editing.trash", lazy_gettext("Bin")),
)
PICTURES = Entry("admin.pictures.index", lazy_gettext("Pictures"), shortcut="g p")
FILES = Entry("admin.files.index", lazy_gettext("Files"))
SIGNATURES = Entry("admin.petition.index", lazy_gettext("Petition and signatures"))
CARD_DONATIONS = Entry("admin.donations.index", lazy_gettext("Card donations"))
HOME_SECTIONS = Entry("admin.home.index", lazy_gettext("Sections of the home page"))
OLD_ADDRESSES = Entry("admin.old_addresses.index", lazy_gettext("Old addresses"))
ACCOUNTS = (
    Entry("admin.account.index", lazy_gettext("Your account")),
    Entry("admin.users.index", lazy_gettext("Editors")),
    Entry("admin.users.log", lazy_gettext("Activity log")),
    Entry("admin.help.index", lazy_gettext("Help"), shortcut="g h"),
)


def menu() -> list[tuple[str, list[tuple[str, Entry]]]]:
    """The sections, each with the paths and entries that are open to this editor."""
    sections = (
        (lazy_gettext("Overview"), WORK),
        (lazy_gettext("Content"), (*_content_types("reading"), PICTURES, FILES)),
        (lazy_gettext("Petition and donations"), (SIGNATURES, *_content_types("action"), CARD_DONATIONS)),
        (lazy_gettext("Site"), (*_content_types("site"), HOME_SECTIONS, OLD_ADDRESSES)),
        (lazy_gettext("Users"), ACCOUNTS),
    )
    return [
        (str(heading), links)
        for heading, entries in sections
        if (links := [(url_for(it.endpoint, **it.arguments), it) for it in entries if _is_open(it.endpoint)])
    ]


def _content_types(section: str) -> Iterator[Entry]:
    for content_type in registry.values():
        if content_type.menu_section == section:
            arguments = {"content_type": content_type}
            yield Entry("admin.editing.index", content_type.plural, arguments, content_type.shortcut)


def _is_open(endpoint: str) -> bool:
    if endpoint not in current_app.view_functions:
        return False
    role = requirement_of(current_app, endpoint).role
    return role is None or editor().may(role)
