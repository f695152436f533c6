"""What the panel reads of the things that show a picture."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from wzo.extensions import AnyRow, db
from wzo.home.models import HomeBlockText, PageText
from wzo.petition.models import PetitionText
from wzo.projects.models import ProjectText, ThemeText
from wzo.stories.models import SeriesText, StoryText
from wzo.team.models import MemberText

# By kind: what holds a thing's titles, which thing they are of, and the titles themselves.
TITLES: dict[str, tuple[Any, Any, Any]] = {
    "stories": (StoryText, StoryText.story_id, StoryText.title),
    "series": (SeriesText, SeriesText.series_id, SeriesText.title),
    "projects": (ProjectText, ProjectText.project_id, ProjectText.title),
    "themes": (ThemeText, ThemeText.theme_id, ThemeText.title),
    "petitions": (PetitionText, PetitionText.petition_id, PetitionText.title),
    "pages": (PageText, PageText.page_id, PageText.title),
    "home": (HomeBlockText, HomeBlockText.block_id, HomeBlockText.title),
    "team": (MemberText, MemberText.member_id, MemberText.name),
}


def titles_of(uses: Iterable[AnyRow], language: str) -> dict[tuple[str, int], str]:
    """The titles of things by kind and id, in a language if there is one in it; of unknown kinds there is none."""
    titles: dict[tuple[str, int], str] = {}
    for kind in {use.kind for use in uses} & TITLES.keys():
        model, owner, title = TITLES[kind]
        ids = [use.thing_id for use in uses if use.kind == kind]
        rows = db.session.execute(
            # The reader's own language comes last, so that it is the one that stays.
            select(owner.label("id"), title.label("title")).where(owner.in_(ids)).order_by(model.language == language)
        )
        titles |= {(kind, row.id): row.title for row in rows if row.title}
    return titles
