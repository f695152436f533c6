"""The content types of petitions, their news and their thresholds."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from wzo.clock import today
from wzo.cms.content_types import ChecklistItem, ContentType, LocalizedFields, NotReady
from wzo.cms.fields import BODY, CONTENT_NOTICE, SHARE_PICTURE, SHARE_TEXT, SLUG, SUMMARY, TITLE, Field
from wzo.cms.models import SHARED
from wzo.extensions import db
from wzo.petition.models import (
    Petition,
    PetitionText,
    PetitionThreshold,
    PetitionThresholdText,
    PetitionUpdate,
    PetitionUpdateText,
)
from wzo.petition.queries import get_news_page_rows, was_signed

# Where many governments must answer.
FIRST_THRESHOLD = 10_000


def _initial_update() -> dict[str, Any]:
    return {"petition_id": _first_petition(gettext("Create a petition before adding updates.")), "day": today()}


def _initial_threshold() -> dict[str, Any]:
    petition_id = _first_petition(gettext("Create a petition before adding thresholds."))
    return {"petition_id": petition_id, "number": FIRST_THRESHOLD}


def _first_petition(message: str) -> int:
    first = db.session.scalar(select(Petition.id).order_by(Petition.position))
    if first is None:
        raise NotReady([ChecklistItem(message, "", blocks=True)])
    return first


def _petition_path(part: Any, language: str) -> str:
    petition = db.session.get_one(Petition, part.petition_id)
    return url_for("petition.show", lang=language, slug=petition.slug)


def _check_answer(fields: LocalizedFields, languages: Sequence[str]) -> Iterator[ChecklistItem]:
    """An answer needs its date, and should have its source."""
    shared = fields[SHARED]
    if any(fields[language].get("body") for language in languages) and not shared.get("answered_on"):
        yield ChecklistItem(gettext("Enter the date of the answer."), f"{SHARED}.answered_on", blocks=True)
    if shared.get("answered_on") and not shared.get("source_url"):
        message = gettext("Add the address of the answer, so that readers can check it.")
        yield ChecklistItem(message, f"{SHARED}.source_url", blocks=False)


PETITIONS = ContentType(
    key="petitions",
    name=lazy_gettext("Petition"),
    plural=lazy_gettext("Petition texts"),
    new_label=lazy_gettext("New petition"),
    menu_section="action",
    model=Petition,
    text=PetitionText,
    foreign_key="petition_id",
    endpoint="petition.show",
    has_page=True,
    searchable=("body", "demand"),
    results_heading=lazy_gettext("Pages"),
    translated_fields=(
        TITLE,
        Field("demand", lazy_gettext("Demand"), "textarea", lazy_gettext("What the petition demands, and from whom.")),
        SUMMARY,
        BODY,
        CONTENT_NOTICE,
        Field("author", lazy_gettext("Author of the petition")),
        *SHARE_TEXT,
    ),
    shared_fields=(
        Field(
            "goal", lazy_gettext("Goal"), "number", lazy_gettext("If left empty, the goal is the next round number.")
        ),
        SLUG,
        SHARE_PICTURE,
    ),
    extra_pages=(("petition.news", get_news_page_rows),),
    can_be_deleted=lambda petition_id: not was_signed(petition_id),
)

UPDATES = ContentType(
    key="petition-updates",
    name=lazy_gettext("Petition update"),
    plural=lazy_gettext("Petition updates"),
    new_label=lazy_gettext("New update"),
    menu_section="action",
    model=PetitionUpdate,
    text=PetitionUpdateText,
    foreign_key="update_id",
    endpoint="petition.current",
    newest_first=True,
    translated_fields=(TITLE, BODY),
    shared_fields=(
        Field("petition_id", lazy_gettext("Petition"), "foreign_key", to="petitions", required=True),
        Field("day", lazy_gettext("Date"), "date", required=True),
    ),
    initial_values=_initial_update,
    path=_petition_path,
)

THRESHOLDS = ContentType(
    key="petition-thresholds",
    name=lazy_gettext("Petition threshold"),
    plural=lazy_gettext("Petition thresholds"),
    new_label=lazy_gettext("New threshold"),
    menu_section="action",
    model=PetitionThreshold,
    text=PetitionThresholdText,
    foreign_key="threshold_id",
    endpoint="petition.current",
    newest_first=True,
    translated_fields=(
        Field(
            "title",
            lazy_gettext("What happens at this number"),
            help_text=lazy_gettext("One sentence, for example: The commissioner for human rights must answer."),
        ),
        Field(
            "body",
            lazy_gettext("Official answer"),
            "markdown",
            lazy_gettext("Its words, or a summary. Leave it empty until there is an answer."),
        ),
    ),
    shared_fields=(
        Field("petition_id", lazy_gettext("Petition"), "foreign_key", to="petitions", required=True),
        Field(
            "number",
            lazy_gettext("Number of signatures"),
            "number",
            lazy_gettext("Only signatures confirmed by e-mail count; those on paper do not."),
            required=True,
        ),
        Field("answered_on", lazy_gettext("Date of the answer"), "date"),
        Field("source_url", lazy_gettext("Address (URL) of the answer"), "url"),
    ),
    initial_values=_initial_threshold,
    path=_petition_path,
    check_all=_check_answer,
)
