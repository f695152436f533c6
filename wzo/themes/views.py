"""The page of a theme."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import social_cards
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page
from wzo.projects.queries import get_projects_of_theme
from wzo.stories.queries import count_stories, get_newest_stories, get_series_of_theme
from wzo.themes import queries

bp = Blueprint("themes", __name__)


@bp.get("/<lang:lang>/themes/<slug>/")
@public_page()
def show(slug: str) -> ResponseReturnValue:
    """A theme: its projects, its series and its newest stories."""
    language = current_language()
    theme, languages = queries.get_theme_or_404(slug, language)
    return render_template(
        "themes/show.html",
        theme=theme,
        page_languages=languages,
        themes=queries.get_themes(language),
        projects=get_projects_of_theme(theme.id, language),
        series=get_series_of_theme(theme.id, language),
        stories=get_newest_stories(language, theme=slug, outside_series=True),
        story_count=count_stories("theme", slug, language),
    )


@bp.get("/<lang:lang>/themes/<slug>/card.png")
def card(slug: str) -> ResponseReturnValue:
    """The link-preview image of a theme."""
    theme, _ = queries.get_theme_or_404(slug, current_language())
    return social_cards.card_response(kicker=gettext("Theme"), title=theme.title)
