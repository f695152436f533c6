"""Reads of facts and figures."""

from collections.abc import Sequence

from sqlalchemy import select

from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, db
from wzo.facts.models import Fact, FactText


@cached_until_content_changes
def get_facts(language: str, *, project_id: int | None = None, story_id: int | None = None) -> Sequence[AnyRow]:
    """The facts and figures of a project or a story, each with its date and source."""
    owner = Fact.project_id == project_id if project_id is not None else Fact.story_id == story_id
    return db.session.execute(
        select(Fact.as_of, FactText.figure, FactText.text, FactText.source)
        .join(FactText, FactText.fact_id == Fact.id)
        .where(owner, FactText.language == language)
        .order_by(Fact.position)
    ).all()


def get_facts_by_story(language: str, story_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """The facts and figures of several stories, by story id; stories without any are left out."""
    rows = db.session.execute(
        select(Fact.story_id, Fact.as_of, FactText.figure, FactText.text, FactText.source)
        .join(FactText, FactText.fact_id == Fact.id)
        .where(Fact.story_id.in_(story_ids), FactText.language == language)
        .order_by(Fact.position)
    ).all()
    facts: dict[int, list[AnyRow]] = {}
    for row in rows:
        facts.setdefault(row.story_id, []).append(row)
    return facts
