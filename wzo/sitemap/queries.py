"""What is read for the sitemap: every live text, its languages and when it changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from wzo.extensions import AnyRow, db
from wzo.home.models import Page, PageText
from wzo.petition.models import Petition, PetitionText, PetitionUpdate, PetitionUpdateText
from wzo.projects.models import Project, ProjectText, Theme, ThemeText
from wzo.publication import State
from wzo.stories.models import Series, SeriesText, Story, StoryText

# How many numbers of stories a file spans: with a few languages each it stays far below the 50,000 of the protocol.
SPAN = 5_000

PAGES: dict[str, tuple[Any, Any, Any]] = {
    "projects.show": (Project, ProjectText, ProjectText.project_id),
    "projects.theme": (Theme, ThemeText, ThemeText.theme_id),
    "stories.series": (Series, SeriesText, SeriesText.series_id),
    "petition.show": (Petition, PetitionText, PetitionText.petition_id),
}


def get_pages(endpoint: str) -> Sequence[AnyRow]:
    """The live texts of a kind of page: `slug`, `language`, `changed_at`; those of one thing stand together."""
    model, text, owner = PAGES[endpoint]
    return db.session.execute(
        select(model.slug, text.language, text.changed_at)
        .join(text, owner == model.id)
        .where(text.state == State.LIVE)
        .order_by(model.position, model.id, text.language)
    ).all()


def get_plain_page(slug: str) -> Sequence[AnyRow]:
    """The live texts of a plain page, likewise."""
    return db.session.execute(
        select(Page.slug, PageText.language, PageText.changed_at)
        .join(PageText, PageText.page_id == Page.id)
        .where(Page.slug == slug, PageText.state == State.LIVE)
        .order_by(PageText.language)
    ).all()


def get_petition_news() -> Sequence[AnyRow]:
    """The petitions with live news, likewise; `changed_at` is when the last of the news changed."""
    return db.session.execute(
        select(Petition.slug, PetitionUpdateText.language, func.max(PetitionUpdateText.changed_at).label("changed_at"))
        .join(PetitionUpdate, PetitionUpdate.petition_id == Petition.id)
        .join(PetitionUpdateText, PetitionUpdateText.update_id == PetitionUpdate.id)
        .join(
            PetitionText,
            (PetitionText.petition_id == Petition.id) & (PetitionText.language == PetitionUpdateText.language),
        )
        .where(PetitionText.state == State.LIVE, PetitionUpdateText.state == State.LIVE)
        .group_by(Petition.position, Petition.id, Petition.slug, PetitionUpdateText.language)
        .order_by(Petition.position, Petition.id, PetitionUpdateText.language)
    ).all()


def get_story_files() -> Sequence[int]:
    """The numbers, from 1, of the files that hold live stories."""
    number = StoryText.story_id // SPAN + 1
    return db.session.scalars(
        select(number.label("number")).where(StoryText.state == State.LIVE).distinct().order_by("number")
    ).all()


def get_stories(number: int) -> Sequence[AnyRow]:
    """The live texts of the stories in a file, likewise. Files go by the stories' numbers, so that none is counted."""
    first = (number - 1) * SPAN
    return db.session.execute(
        select(Story.slug, StoryText.language, StoryText.changed_at)
        .join(StoryText, StoryText.story_id == Story.id)
        .where(StoryText.story_id >= first, StoryText.story_id < first + SPAN, StoryText.state == State.LIVE)
        .order_by(StoryText.story_id, StoryText.language)
    ).all()
