"""The content type glossary."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext

from wzo.cms.content_types import ContentType
from wzo.cms.fields import Field
from wzo.glossary.models import GlossaryTerm, GlossaryTermText
from wzo.glossary.queries import get_glossary_rows
from wzo.markdown_embeds import TERM_SCHEME, term_id


def _term_path(term: Any, language: str) -> str:
    return url_for("glossary.index", lang=language, _anchor=term_id(term.slug))


GLOSSARY = ContentType(
    key="glossary",
    name=lazy_gettext("Glossary term"),
    plural=lazy_gettext("Glossary"),
    new_label=lazy_gettext("New term"),
    menu_section="reading",
    model=GlossaryTerm,
    text=GlossaryTermText,
    foreign_key="term_id",
    endpoint="glossary.index",
    newest_first=True,
    searchable=("body", "full_form"),
    link_scheme=TERM_SCHEME,
    translated_fields=(
        Field("title", lazy_gettext("Term")),
        Field(
            "full_form",
            lazy_gettext("In full"),
            help_text=lazy_gettext("The long form of an abbreviation, or the word in the other language."),
        ),
        Field("body", lazy_gettext("Definition"), "markdown", required=True),
    ),
    shared_fields=(
        Field(
            "slug",
            lazy_gettext("Name for links"),
            "slug",
            lazy_gettext(
                "Texts link to the term by it: [the remand prison](term:sizo). "
                "If left empty, it is created from the term."
            ),
        ),
    ),
    extra_pages=(("glossary.index", get_glossary_rows),),
    path=_term_path,
)
