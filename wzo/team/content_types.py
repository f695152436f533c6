"""The content type team."""

from flask_babel import lazy_gettext

from wzo.cms.content_types import ContentType
from wzo.cms.fields import SLUG, Field
from wzo.drawn_covers import COLOUR_NAMES
from wzo.team.models import Member, MemberText

TEAM = ContentType(
    key="team",
    name=lazy_gettext("Team member"),
    plural=lazy_gettext("Team"),
    new_label=lazy_gettext("New team member"),
    model=Member,
    text=MemberText,
    foreign_key="member_id",
    endpoint="team.show",
    where=lazy_gettext(
        "On a page of their own, on the team’s page, and with the stories and projects that they worked on."
    ),
    has_page=True,
    title="name",
    summary="role",
    searchable=("about", "contact"),
    translated_fields=(
        Field("name", lazy_gettext("Name")),
        Field("role", lazy_gettext("Role")),
        Field("about", lazy_gettext("About"), "markdown"),
        Field(
            "contact",
            lazy_gettext("Contact"),
            "textarea",
            lazy_gettext("How readers may reach them, such as an address for letters. Every reader will see it."),
            markdown=True,
        ),
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
