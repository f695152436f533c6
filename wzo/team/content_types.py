"""The content type team."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext

from wzo.cms.content_types import ContentType
from wzo.cms.fields import SLUG, Field
from wzo.drawn_covers import COLOUR_NAMES
from wzo.team.models import Member, MemberText


def _path(member: Any, language: str) -> str:
    return url_for("team.index", lang=language, _anchor=member.slug)


TEAM = ContentType(
    key="team",
    name=lazy_gettext("Team member"),
    plural=lazy_gettext("Team"),
    new_label=lazy_gettext("New team member"),
    model=Member,
    text=MemberText,
    foreign_key="member_id",
    endpoint="team.index",
    title="name",
    summary="role",
    searchable=("about",),
    path=_path,
    translated_fields=(
        Field("name", lazy_gettext("Name")),
        Field("role", lazy_gettext("Role")),
        Field("about", lazy_gettext("About"), "markdown"),
    ),
    shared_fields=(
        Field("portrait", lazy_gettext("Portrait"), "picture"),
        Field(
            "portrait_colour",
            lazy_gettext("Colour of the initials, if there is no portrait"),
            "choice",
            lazy_gettext("If you choose nothing, it is yellow."),
            choices=tuple(COLOUR_NAMES.items()),
        ),
        SLUG,
    ),
)
