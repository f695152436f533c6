"""The content types stories, series and countries."""

from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import func, select

from wzo.cms import fields
from wzo.cms.content_types import ContentType
from wzo.cms.fields import (
    BODY,
    CONTENT_NOTICE,
    COVER,
    COVER_ALT,
    COVER_PICTURE,
    CREDITS,
    PEOPLE,
    PUBLISHED_ON,
    SENSITIVE,
    SHARE_PICTURE,
    SHARE_TEXT,
    SLUG,
    SUMMARY,
    TITLE,
    Field,
    Fields,
    FieldValue,
)
from wzo.extensions import db
from wzo.facts.models import story_facts
from wzo.stories.models import (
    FORMAT_NAMES,
    Country,
    CountryText,
    Series,
    SeriesText,
    Story,
    StoryText,
    related_stories,
    series_themes,
    story_countries,
    story_themes,
)
from wzo.team.models import story_members
from wzo.timelines.models import story_timelines

# The part number of a previewed story that has no number yet.
PREVIEW_PART = "9999"
# The maximum number of stories that editors recommend after one.
MAX_RELATED = 4


def _part_error(value: FieldValue) -> str:
    series = value.fields.get("series_id", "")
    if not (series.isascii() and series.isdigit()):
        return str(
            gettext("Only a story in a series can have a part number. Choose the series, or leave the number empty.")
        )
    taken = db.session.scalar(
        select(Story.id).where(
            Story.series_id == int(series), Story.part == int(value.value), Story.id != value.object_id
        )
    )
    return str(gettext("The series already has a part %(part)s.", part=int(value.value))) if taken else ""


def _part_in_series(shared: Fields) -> Fields:
    """The part number after the last one of the series, if none was chosen."""
    if not shared["series_id"]:
        return {"part": ""}
    if shared["part"]:
        return {}
    last = db.session.scalar(select(func.max(Story.part)).where(Story.series_id == int(shared["series_id"])))
    return {"part": str((last or 0) + 1)}


def _preview_defaults(shared: Fields) -> Fields:
    """A part number that no story has, since the draft may have none yet."""
    return {"part": (shared["part"] or PREVIEW_PART) if shared["series_id"] else ""}


def _country_path(country: Any, language: str) -> str:
    return url_for("stories.index", lang=language, country=country.slug)


STORIES = ContentType(
    key="stories",
    name=lazy_gettext("Story"),
    plural=lazy_gettext("Stories"),
    new_label=lazy_gettext("New story"),
    menu_section="reading",
    shortcut="g s",
    primary=True,
    model=Story,
    text=StoryText,
    foreign_key="story_id",
    endpoint="stories.show",
    where=lazy_gettext(
        "On a page of its own, in the list of stories, and on the pages of its project, series and themes."
    ),
    has_page=True,
    sensitive=True,
    newest_first=True,
    large=True,
    searchable=("body", "credits"),
    translated_fields=(
        TITLE,
        SUMMARY,
        BODY,
        CONTENT_NOTICE,
        Field("picture_alt", lazy_gettext("Picture description (alternative text)"), "textarea"),
        Field("picture_caption", lazy_gettext("Picture caption"), "textarea"),
        CREDITS,
        *SHARE_TEXT,
    ),
    shared_fields=(
        Field("picture", lazy_gettext("Picture"), "picture"),
        Field("picture_decorative", lazy_gettext("Decorative: no description needed"), "checkbox"),
        Field(
            "cover",
            lazy_gettext("Cover, if it has no picture"),
            "cover",
            choices=(("", lazy_gettext("That of its series or project")),),
        ),
        *SENSITIVE,
        Field("format", lazy_gettext("Story format"), "choice", choices=tuple(FORMAT_NAMES.items()), required=True),
        Field("project_id", lazy_gettext("Project"), "foreign_key", to="projects"),
        Field("series_id", lazy_gettext("Series"), "foreign_key", to="series", clears=("part",)),
        Field(
            "part",
            lazy_gettext("Part number in the series"),
            "number",
            lazy_gettext("If left empty, it becomes the next part."),
            validate=_part_error,
        ),
        fields.THEMES.through(story_themes),
        fields.COUNTRIES.through(story_countries),
        fields.FACTS.through(story_facts),
        PEOPLE.through(story_members),
        fields.TIMELINES.through(story_timelines),
        Field(
            "related",
            lazy_gettext("Read on: stories to read next"),
            "ordered_many_to_many",
            lazy_gettext(
                "Up to four, in the order in which readers see them. If you choose none, stories of the same project"
                " and themes are shown."
            ),
            to="stories",
            table=related_stories,
            at_most=MAX_RELATED,
        ),
        PUBLISHED_ON,
        SLUG,
        SHARE_PICTURE,
    ),
    numbered_within=("series_id", "part"),
    initial_values=lambda: {"format": "text"},
    publish_defaults=_part_in_series,
    preview_defaults=_preview_defaults,
)

SERIES = ContentType(
    key="series",
    name=lazy_gettext("Series"),
    plural=lazy_gettext("All series"),
    new_label=lazy_gettext("New series"),
    menu_section="reading",
    model=Series,
    text=SeriesText,
    foreign_key="series_id",
    endpoint="stories.series",
    has_page=True,
    searchable=("body",),
    results_heading=lazy_gettext("Projects and series"),
    translated_fields=(TITLE, SUMMARY, BODY, CONTENT_NOTICE, COVER_ALT),
    shared_fields=(COVER, COVER_PICTURE, fields.THEMES.through(series_themes), SLUG),
)

COUNTRIES = ContentType(
    key="countries",
    name=lazy_gettext("Country"),
    plural=lazy_gettext("Countries"),
    new_label=lazy_gettext("New country"),
    menu_section="reading",
    model=Country,
    text=CountryText,
    foreign_key="country_id",
    endpoint="stories.index",
    title="name",
    translated_fields=(Field("name", lazy_gettext("Country name")),),
    shared_fields=(SLUG,),
    path=_country_path,
)
