"""The panel's menu: where everything is, for those who may go there."""

from typing import Any, NamedTuple

from flask import current_app, url_for
from flask_babel import lazy_gettext

from wzo.admin.access import editor, need_of


class Entry(NamedTuple):
    """A page of the panel, by its endpoint and what that needs to know; `keys` are the letters that lead there."""

    endpoint: str
    name: Any
    arguments: dict[str, Any] = {}  # noqa: RUF012 - never changed
    keys: str = ""


MENU: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (
        lazy_gettext("Work"),
        (
            Entry("admin.index", lazy_gettext("Today"), keys="g t"),
            Entry("admin.editing.matrix", lazy_gettext("Translations"), keys="g l"),
            Entry("admin.editing.search", lazy_gettext("Search"), keys="g f"),
            Entry("admin.editing.trash", lazy_gettext("Trash")),
        ),
    ),
    (
        lazy_gettext("To read"),
        (
            Entry("admin.editing.index", lazy_gettext("Stories"), {"kind": "stories"}, "g s"),
            Entry("admin.editing.index", lazy_gettext("All series"), {"kind": "series"}),
            Entry("admin.editing.index", lazy_gettext("Projects"), {"kind": "projects"}),
            Entry("admin.pictures.index", lazy_gettext("Pictures"), keys="g p"),
            Entry("admin.editing.index", lazy_gettext("Themes"), {"kind": "themes"}),
            Entry("admin.editing.index", lazy_gettext("Countries"), {"kind": "countries"}),
        ),
    ),
    (
        lazy_gettext("To do"),
        (
            Entry("admin.petition.index", lazy_gettext("Petition and signatures")),
            Entry("admin.editing.index", lazy_gettext("Petition texts"), {"kind": "petitions"}),
            Entry("admin.editing.index", lazy_gettext("Petition news"), {"kind": "updates"}),
            Entry("admin.editing.index", lazy_gettext("Ways to donate"), {"kind": "donation-ways"}),
            Entry("admin.gifts.index", lazy_gettext("Gifts by card")),
            Entry("admin.editing.index", lazy_gettext("Goals of donations"), {"kind": "goals"}),
            Entry("admin.editing.index", lazy_gettext("Annual accounts"), {"kind": "accounts"}),
        ),
    ),
    (
        lazy_gettext("The site"),
        (
            Entry("admin.editing.index", lazy_gettext("Words of the home page"), {"kind": "home"}),
            Entry("admin.editing.index", lazy_gettext("Team"), {"kind": "team"}),
            Entry("admin.editing.index", lazy_gettext("Pages"), {"kind": "pages"}),
            Entry("admin.editing.index", lazy_gettext("Notices"), {"kind": "notices"}),
        ),
    ),
    (
        lazy_gettext("You and the others"),
        (
            Entry("admin.account.index", lazy_gettext("Your account")),
            Entry("admin.people.index", lazy_gettext("Editors")),
            Entry("admin.people.log", lazy_gettext("Who did what")),
            Entry("admin.help.index", lazy_gettext("Help"), keys="g h"),
        ),
    ),
)


def menu() -> list[tuple[str, list[tuple[str, Entry]]]]:
    """The headings, each with the paths and entries below it that are open to this editor."""
    return [
        (str(heading), links)
        for heading, entries in MENU
        if (links := [(url_for(it.endpoint, **it.arguments), it) for it in entries if _is_open(it.endpoint)])
    ]


def _is_open(endpoint: str) -> bool:
    if endpoint not in current_app.view_functions:
        return False
    role = need_of(current_app, endpoint).role
    return role is None or editor().may(role)
