"""The team's page, and those of its members."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import social_cards
from wzo.cms.fields import ROLES
from wzo.i18n import current_language
from wzo.mentions.queries import get_mentions_of_group, get_mentions_of_members
from wzo.page_cache.policy import public_page
from wzo.pages.queries import get_home_blocks
from wzo.team import queries

bp = Blueprint("team", __name__)
bp.add_app_template_filter(queries.authors)


@bp.app_template_filter()
def role_names(roles: str) -> str:
    """A member's roles in a story or a project, in the reader's language: text, photographs."""
    return ", ".join(str(ROLES[role]) for role in ROLES if role in roles.split())


@bp.get("/<lang:lang>/team/")
@public_page()
def index() -> ResponseReturnValue:
    """The members of the team, in their order, and what others say about the group."""
    language = current_language()
    return render_template(
        "team/index.html",
        members=queries.get_members(language),
        block=get_home_blocks(language).get("team"),
        group_mentions=get_mentions_of_group(language),
    )


@bp.get("/<lang:lang>/team/<slug>/")
@public_page()
def show(slug: str) -> ResponseReturnValue:
    """A member of the team: who they are, what they worked on, and what others say about them."""
    language = current_language()
    member, languages = queries.get_member_or_404(slug, language)
    return render_template(
        "team/show.html",
        member=member,
        page_languages=languages,
        work=queries.get_work(member.id, language),
        mentions=get_mentions_of_members(language).get(member.slug, []),
    )


@bp.get("/<lang:lang>/team/<slug>/card.png")
def card(slug: str) -> ResponseReturnValue:
    """The link-preview image of a member of the team."""
    member, _ = queries.get_member_or_404(slug, current_language())
    return social_cards.card_response(
        kicker=member.role or gettext("Team"),
        title=member.name,
        photo=member.portrait or "",
        focus=(member.focus_x, member.focus_y) if member.portrait else (50, 50),
    )
