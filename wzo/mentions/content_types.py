"""The content type mentions."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Table

from wzo.cms.content_types import ChecklistItem, ContentType
from wzo.cms.fields import ANCHOR, Field, Fields
from wzo.cms.models import SHARED
from wzo.mentions.languages import LANGUAGES
from wzo.mentions.models import (
    MENTION_KINDS,
    SCREENING,
    Mention,
    MentionText,
    mention_members,
    mention_projects,
    mention_stories,
)
from wzo.mentions.queries import get_page_changes, shown_condition

# The fields for the owners of a mention: the objects that it belongs to.
OWNERS = ("stories", "projects", "people", "of_group")


def _anchor(mention: Any, language: str) -> str:
    return url_for("mentions.index", lang=language, _anchor=mention.slug)


def _check(fields: Fields) -> Iterator[ChecklistItem]:
    """Recommend an address, a language, a date, and an owner."""
    if not any(fields[name] for name in OWNERS):
        message = gettext("Choose the stories, projects or people that it belongs to, or the group itself.")
        yield ChecklistItem(message, f"{SHARED}.stories", blocks=False)
    if not fields["published_on"]:
        yield ChecklistItem(gettext("Say when it was published or held."), f"{SHARED}.published_on", blocks=False)
    if fields["kind"] != SCREENING:
        if not fields["url"].strip():
            yield ChecklistItem(gettext("Add its address, so that readers can open it."), f"{SHARED}.url", blocks=False)
        if not fields["language"]:
            yield ChecklistItem(gettext("Say in which language it is."), f"{SHARED}.language", blocks=False)


def _owners_field(name: str, label: Any, to: str, table: Table, *, at_most: int = 0) -> Field:
    kind = "ordered_many_to_many" if at_most else "many_to_many"
    help_text = lazy_gettext("Their pages show it.")
    return Field(name, label, kind, help_text, to=to, table=table, at_most=at_most, listed_on_target_page=True)


MENTIONS = ContentType(
    key="mentions",
    name=lazy_gettext("Publication or mention"),
    plural=lazy_gettext("Publications and mentions"),
    new_label=lazy_gettext("New original, publication or mention"),
    menu_section="reading",
    model=Mention,
    text=MentionText,
    foreign_key="mention_id",
    endpoint="mentions.index",
    where=lazy_gettext(
        "On the page of all publications and mentions, and on the pages of the stories, projects and people that you "
        "choose. An original is a button there: “Read in full”."
    ),
    newest_first=True,
    searchable=("body", "publisher"),
    translated_fields=(
        Field(
            "title",
            lazy_gettext("Title"),
            help_text=lazy_gettext(
                "For readers of this language: the title, translated if need be. If you do not know it, say what it "
                "is, for example: Article in German on HIV in prison."
            ),
        ),
        Field(
            "publisher",
            lazy_gettext("Published or held by"),
            help_text=lazy_gettext("The newspaper, site, court, jury or venue, for example: 7x7."),
        ),
        Field("body", lazy_gettext("Note"), "textarea", lazy_gettext("A sentence, only if needed."), markdown=True),
    ),
    shared_fields=(
        Field(
            "kind",
            lazy_gettext("What is it?"),
            "choice",
            lazy_gettext(
                "Original: where one of our stories or projects was first published or can be read in full, so its "
                "page sends readers there. Publication: what others wrote about us."
            ),
            choices=tuple(MENTION_KINDS.items()),
            required=True,
        ),
        Field(
            "language",
            lazy_gettext("In which language is it?"),
            "choice",
            choices=tuple(LANGUAGES.items()),
            alphabetical=True,
        ),
        Field(
            "own_title",
            lazy_gettext("Title in its own language"),
            help_text=lazy_gettext("Exactly as it was published. Leave it empty if you do not know it."),
        ),
        Field(
            "published_on",
            lazy_gettext("Date"),
            "day",
            lazy_gettext("When it was published or held, as exactly as you know it: 2019, July 2019 or 23.07.2019."),
        ),
        Field(
            "url",
            lazy_gettext("Address (URL)"),
            "url",
            lazy_gettext("Where readers can open it, copied from the browser: https://example.org/article"),
        ),
        Field(
            "archive_url",
            lazy_gettext("Address (URL) of a copy in a web archive"),
            "url",
            lazy_gettext("For when the page disappears or is blocked, or this site takes over its address."),
        ),
        _owners_field(
            "stories", lazy_gettext("The stories that it belongs to"), "stories", mention_stories, at_most=20
        ),
        _owners_field("projects", lazy_gettext("The projects that it belongs to"), "projects", mention_projects),
        _owners_field("people", lazy_gettext("The team members that it is about"), "team", mention_members),
        Field("of_group", lazy_gettext("It is about the group itself"), "checkbox"),
        ANCHOR,
    ),
    initial_values=lambda: {"kind": "mention"},
    check_shared=_check,
    extra_pages=(("mentions.index", get_page_changes),),
    shown_condition=shown_condition,
    path=_anchor,
)
