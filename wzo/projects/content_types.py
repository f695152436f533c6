"""The content type projects."""

from flask_babel import lazy_gettext

from wzo.cms.content_types import ContentType
from wzo.cms.fields import (
    BODY,
    CONTENT_NOTICE,
    COUNTRIES,
    COVER,
    COVER_ALT,
    COVER_PICTURE,
    CREDITS,
    FACTS,
    PEOPLE,
    PUBLISHED_ON,
    SENSITIVE,
    SHARE_PICTURE,
    SHARE_TEXT,
    SLUG,
    SUMMARY,
    THEMES,
    TIMELINES,
    TITLE,
    Field,
)
from wzo.facts.models import project_facts
from wzo.projects.models import Project, ProjectText, project_countries, project_themes
from wzo.team.models import project_members
from wzo.timelines.models import project_timelines

PROJECTS = ContentType(
    key="projects",
    name=lazy_gettext("Project"),
    plural=lazy_gettext("Projects"),
    new_label=lazy_gettext("New project"),
    menu_section="reading",
    model=Project,
    text=ProjectText,
    foreign_key="project_id",
    endpoint="projects.show",
    where=lazy_gettext("On a page of its own, in the list of projects, and on the pages of its themes."),
    has_page=True,
    sensitive=True,
    searchable=("body", "credits", "partners", "awards", "particulars", "transcript"),
    results_heading=lazy_gettext("Projects and series"),
    translated_fields=(
        TITLE,
        Field("kicker", lazy_gettext("Line above the title")),
        SUMMARY,
        BODY,
        CONTENT_NOTICE,
        COVER_ALT,
        Field(
            "particulars",
            lazy_gettext("Particulars"),
            "textarea",
            lazy_gettext("One per line, for example: Director: Name"),
            collapsed=True,
        ),
        CREDITS,
        Field("partners", lazy_gettext("Partners"), "textarea", markdown=True, collapsed=True),
        Field("awards", lazy_gettext("Awards"), "textarea", markdown=True, collapsed=True),
        Field(
            "transcript",
            lazy_gettext("Transcript"),
            "markdown",
            lazy_gettext("Everything that is said in the film or recording. Readers unfold it."),
            collapsed=True,
        ),
        *SHARE_TEXT,
    ),
    shared_fields=(
        *SENSITIVE,
        COVER,
        COVER_PICTURE,
        Field(
            "kind",
            lazy_gettext("Project type"),
            "choice",
            choices=(
                ("special", lazy_gettext("Special")),
                ("investigation", lazy_gettext("Investigation")),
                ("film", lazy_gettext("Film")),
            ),
            required=True,
        ),
        Field(
            "home_section",
            lazy_gettext("Home page section"),
            "choice",
            choices=(
                ("transformation", lazy_gettext("Projects, first row")),
                ("zone-hiv", lazy_gettext("Projects, second row")),
                ("cancer", lazy_gettext("Cancer")),
                ("mothers", lazy_gettext("Mothers and children")),
                ("lgbt", lazy_gettext("LGBT")),
            ),
        ),
        THEMES.through(project_themes),
        COUNTRIES.through(project_countries),
        FACTS.through(project_facts),
        PEOPLE.through(project_members),
        TIMELINES.through(project_timelines),
        PUBLISHED_ON,
        SLUG,
        SHARE_PICTURE,
    ),
    initial_values=lambda: {"kind": "special"},
)
