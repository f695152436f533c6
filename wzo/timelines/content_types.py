"""The content type timelines."""

from flask_babel import lazy_gettext

from wzo.cms.content_types import ContentType
from wzo.cms.fields import CONTENT_NOTICE, SENSITIVE, SLUG, TITLE, Field
from wzo.timelines.checks import check_entries
from wzo.timelines.models import Timeline, TimelineText
from wzo.timelines.queries import get_page_changes

TIMELINES = ContentType(
    key="timelines",
    name=lazy_gettext("Timeline"),
    plural=lazy_gettext("Timelines"),
    new_label=lazy_gettext("New timeline"),
    menu_section="reading",
    model=Timeline,
    text=TimelineText,
    foreign_key="timeline_id",
    endpoint="timelines.show",
    where=lazy_gettext(
        "On a page of its own, which “Timelines” in the site’s menu links to, and below the text of the stories and "
        "projects that have chosen it under “Timelines”."
    ),
    has_page=True,
    sensitive=True,
    searchable=("body",),
    translated_fields=(
        TITLE,
        Field(
            "summary",
            lazy_gettext("Introduction"),
            "textarea",
            lazy_gettext("One to three sentences above the entries, and in lists and links."),
        ),
        Field(
            "body",
            lazy_gettext("Entries"),
            "markdown",
            lazy_gettext(
                "Each entry is a line of its own: its date, as exactly as you know it, a colon, and what happened. "
                "Link the source in the words. Readers see the entries ordered by date.\n"
                "2016: The prison is closed.\n"
                "2016-10: A year and a month.\n"
                "2015-10-13, in the morning: A day, and words on the time."
            ),
            required=True,
        ),
        CONTENT_NOTICE,
    ),
    shared_fields=(*SENSITIVE, SLUG),
    check_all=check_entries,
    extra_pages=(("timelines.index", get_page_changes),),
)
