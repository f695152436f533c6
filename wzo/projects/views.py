"""The pages of projects."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import social_cards
from wzo.facts.queries import get_facts
from wzo.i18n import current_language
from wzo.mentions.queries import get_mentions_of_project
from wzo.page_cache.policy import public_page
from wzo.projects import queries
from wzo.stories.queries import count_stories, get_newest_stories
from wzo.team.queries import get_people
from wzo.themes.queries import get_themes
from wzo.timelines.queries import get_timelines

bp = Blueprint("projects", __name__)


@bp.get("/<lang:lang>/projects/")
@public_page()
def index() -> ResponseReturnValue:
    """All projects as cards, and the themes."""
    language = current_language()
    return render_template("projects/index.html", projects=queries.get_projects(language), themes=get_themes(language))


@bp.get("/<lang:lang>/projects/<slug>/")
@public_page()
def show(slug: str) -> ResponseReturnValue:
    """A project: its text, facts with their sources, stories, where it was published, and credits."""
    language = current_language()
    project, languages = queries.get_project_or_404(slug, language)
    facts = get_facts(language, project_id=project.id)
    return render_template(
        "projects/show.html",
        project=project,
        page_languages=languages,
        facts=facts,
        mentions=get_mentions_of_project(project.id, language, [fact.source_url for fact in facts]),
        people=get_people(language, project_id=project.id),
        timelines=get_timelines(language, project_id=project.id),
        themes=queries.get_themes_of_project(project.id, language),
        stories=get_newest_stories(language, project=slug),
        story_count=count_stories("project", slug, language),
        related=queries.get_related_projects(project.id, language),
    )


@bp.get("/<lang:lang>/projects/<slug>/card.png")
def card(slug: str) -> ResponseReturnValue:
    """The link-preview image of a project."""
    project, _ = queries.get_project_or_404(slug, current_language())
    return social_cards.card_response(kicker=project.kicker or gettext("Project"), title=project.title, cover=project)
