"""The pages of projects and themes."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import cards
from wzo.i18n import current_language
from wzo.projects import queries
from wzo.stories.queries import get_series_of_theme, get_stories_of_project, get_stories_of_theme

bp = Blueprint("projects", __name__)


@bp.get("/<lang:lang>/projects/")
def index() -> ResponseReturnValue:
    """All projects, entered by their pictures."""
    return render_template("projects/index.html", projects=queries.get_projects(current_language()))


@bp.get("/<lang:lang>/projects/<slug>/")
def show(slug: str) -> ResponseReturnValue:
    """A project: what it is about, its facts with their sources, its stories and the original."""
    language = current_language()
    project = queries.get_project_or_404(slug, language)
    return render_template(
        "projects/show.html",
        project=project,
        facts=queries.get_facts(language, project_id=project.id),
        stories=get_stories_of_project(project.id, language),
    )


@bp.get("/<lang:lang>/projects/<slug>/card.png")
def card(slug: str) -> ResponseReturnValue:
    """The picture that stands for a project where a link to it is passed on."""
    project = queries.get_project_or_404(slug, current_language())
    return cards.show_card(kicker=project.kicker or gettext("Project"), title=project.title, cover=project.cover)


@bp.get("/<lang:lang>/themes/<slug>/")
def theme(slug: str) -> ResponseReturnValue:
    """A theme: its projects, series and stories."""
    language = current_language()
    theme = queries.get_theme_or_404(slug, language)
    return render_template(
        "projects/theme.html",
        theme=theme,
        projects=queries.get_projects_of_theme(theme.id, language),
        series=get_series_of_theme(theme.id, language),
        stories=get_stories_of_theme(theme.id, language),
    )


@bp.get("/<lang:lang>/themes/<slug>/card.png")
def theme_card(slug: str) -> ResponseReturnValue:
    """The picture that stands for a theme where a link to it is passed on."""
    theme = queries.get_theme_or_404(slug, current_language())
    return cards.show_card(kicker=gettext("Theme"), title=theme.title)
