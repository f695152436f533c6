"""The content types of petitions and their news."""

from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from wzo.clock import today
from wzo.cms.content_types import Check, ContentType, NotReady
from wzo.cms.fields import BODY, CONTENT_NOTICE, SLUG, SUMMARY, TITLE, Field
from wzo.extensions import db
from wzo.petition.models import Petition, PetitionText, PetitionUpdate, PetitionUpdateText
from wzo.petition.queries import get_news_page_rows, was_signed


def _initial_update() -> dict[str, Any]:
    first = db.session.scalar(select(Petition.id).order_by(Petition.position))
    if first is None:
        message = gettext("Create a petition before adding updates.")
        raise NotReady([Check(True, str(message), "")])
    return {"petition_id": first, "day": today()}


def _update_path(update: Any, language: str) -> str:
    petition = db.session.get_one(Petition, update.petition_id)
    return url_for("petition.show", lang=language, slug=petition.slug)


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
    translated_fields=(
        TITLE,
        Field("demand", lazy_gettext("Demand"), "textarea", lazy_gettext("What the petition demands, and from whom.")),
        SUMMARY,
        BODY,
        CONTENT_NOTICE,
        Field("author", lazy_gettext("Author of the petition")),
    ),
    shared_fields=(
        Field(
            "goal", lazy_gettext("Goal"), "number", lazy_gettext("If left empty, the goal is the next round number.")
        ),
        SLUG,
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
    path=_update_path,
)
