"""The content type facts."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext

from wzo.cms.content_types import ContentType
from wzo.cms.fields import ANCHOR, THEMES, Field
from wzo.facts import checks
from wzo.facts.drawings import DRAWING_KINDS
from wzo.facts.models import Fact, FactText, fact_themes
from wzo.facts.queries import get_page_changes


def _anchor(fact: Any, language: str) -> str:
    return url_for("facts.index", lang=language, _anchor=fact.slug)


FACTS = ContentType(
    key="facts",
    name=lazy_gettext("Figure"),
    plural=lazy_gettext("Figures"),
    new_label=lazy_gettext("New figure"),
    menu_section="reading",
    model=Fact,
    text=FactText,
    foreign_key="fact_id",
    endpoint="facts.index",
    where=lazy_gettext(
        "On the page of all figures; at the top of the stories and projects that have chosen it under “Figures”; and "
        "on the home page, if you tick that."
    ),
    searchable=("body", "figure", "source"),
    translated_fields=(
        Field(
            "title",
            lazy_gettext("Short name"),
            help_text=lazy_gettext("What it counts, for example: Children in prison."),
        ),
        Field(
            "figure",
            lazy_gettext("Figure"),
            help_text=lazy_gettext("As readers will see it, for example: 474, About 60,000 or 20%."),
            required=True,
        ),
        Field(
            "summary",
            lazy_gettext("Explanation"),
            "textarea",
            lazy_gettext("The words after the figure. Say when it was so: were, not are."),
            required=True,
        ),
        Field(
            "source",
            lazy_gettext("Source"),
            help_text=lazy_gettext("Who published the figure, where and when."),
            required=True,
        ),
        Field("source_url", lazy_gettext("Address (URL) of the source"), "url"),
        Field(
            "numbers",
            lazy_gettext("Numbers of the drawing"),
            "textarea",
            lazy_gettext(
                "Only for a drawing, which you choose below. Each line is a name, a colon and a number.\n"
                "Strokes: the whole, then one or two parts of it. Applications: 3500 ⏎ Granted: 650\n"
                "Share: the whole, then the part. Prisoners: 5 ⏎ With HIV: 1\n"
                "Band of years, each before what happened. 1960: article 121 ⏎ 1993: repealed\n"
                "Columns: one for each line. 2016: 749 ⏎ 2017: 801\n"
                "⏎ means that a new line begins."
            ),
        ),
        Field("body", lazy_gettext("Notes"), "textarea", markdown=True),
    ),
    shared_fields=(
        Field(
            "as_of",
            lazy_gettext("Date of the figure"),
            "day",
            lazy_gettext("The day for which it is true, as exactly as you know it: 2019, April 2019 or 01.04.2019."),
        ),
        Field(
            "drawing",
            lazy_gettext("Drawing"),
            "choice",
            lazy_gettext("It is drawn from the numbers above. “Preview” shows it."),
            choices=tuple(DRAWING_KINDS.items()),
        ),
        Field("on_home_page", lazy_gettext("Show on the home page"), "checkbox"),
        THEMES.through(fact_themes),
        ANCHOR,
    ),
    check_shared=checks.check_day,
    check_all=checks.check_texts,
    extra_pages=(("facts.index", get_page_changes),),
    path=_anchor,
)
