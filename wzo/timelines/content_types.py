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
                "Begin each entry on a new line with its date, as exactly as you know it, and a colon: "
                "2016: … or 2016-10: … or 2015-10-13, in the morning: … Link the source in the words. "
                "Readers see the entries ordered by date."
            ),
            required=True,
        ),
        CONTENT_NOTICE,
    ),
    shared_fields=(*SENSITIVE, SLUG),
    check_all=check_entries,
    extra_pages=(("timelines.index", get_page_changes),),
)
