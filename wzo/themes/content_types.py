"""The content type themes."""

from flask_babel import lazy_gettext

from wzo.cms.content_types import ContentType
from wzo.cms.fields import BODY, SLUG, SUMMARY, TITLE
from wzo.themes.models import Theme, ThemeText

THEMES = ContentType(
    key="themes",
    name=lazy_gettext("Theme"),
    plural=lazy_gettext("Themes"),
    new_label=lazy_gettext("New theme"),
    menu_section="reading",
    model=Theme,
    text=ThemeText,
    foreign_key="theme_id",
    endpoint="themes.show",
    has_page=True,
    searchable=("body",),
    translated_fields=(TITLE, SUMMARY, BODY),
    shared_fields=(SLUG,),
)
