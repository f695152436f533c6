"""The pages of projects and themes."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import social_cards
from wzo.facts.queries import get_facts
from wzo.i18n import current_language
from wzo.projects import queries
from wzo.stories.queries import count_stories, get_newest_stories
from wzo.themes.queries import get_themes

bp = Blueprint("projects", __name__)


@bp.get("/<lang:lang>/projects/")
def index() -> ResponseReturnValue:
    """All projects, entered by their pictures, and the themes that they belong to."""
    language = current_language()
    return render_template("projects/index.html", projects=queries.get_projects(language), themes=get_themes(language))


@bp.get("/<lang:lang>/projects/<slug>/")
def show(slug: str) -> ResponseReturnValue:
    """A project: what it is about, its facts with their sources, its stories, the original, and who made it."""
    language = current_language()
    project, languages = queries.get_project_or_404(slug, language)
    return render_template(
        "projects/show.html",
        project=project,
        page_languages=languages,
        facts=get_facts(language, project_id=project.id),
        themes=queries.get_themes_of_project(project.id, language),
        stories=get_newest_stories(language, project=slug),
        story_count=count_stories("project", slug, language),
        neighbours=queries.get_neighbours(project.id, language),
    )


@bp.get("/<lang:lang>/projects/<slug>/card.png")
def card(slug: str) -> ResponseReturnValue:
    """The picture that stands for a project where a link to it is passed on."""
    project, _ = queries.get_project_or_404(slug, current_language())
    return social_cards.show_card(kicker=project.kicker or gettext("Project"), title=project.title, cover=project.cover)
