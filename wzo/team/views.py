"""The team's page."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from wzo.i18n import current_language
from wzo.mentions.queries import get_mentions_of_group, get_mentions_of_members
from wzo.page_cache.policy import public_page
from wzo.pages.queries import get_home_blocks
from wzo.team import queries

bp = Blueprint("team", __name__)


@bp.get("/<lang:lang>/team/")
@public_page()
def index() -> ResponseReturnValue:
    """The members of the team, in their order, and what others say about them and the group."""
    language = current_language()
    block = get_home_blocks(language).get("team")
    return render_template(
        "team/index.html",
        members=queries.get_members(language),
        block=block,
        mentions=get_mentions_of_members(language),
        group_mentions=get_mentions_of_group(language),
    )
