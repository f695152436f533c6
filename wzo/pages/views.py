"""Plain pages of text, and the links to them in the menu and the footer."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from wzo import social_cards
from wzo.extensions import AnyRow
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page
from wzo.pages import queries

bp = Blueprint("pages", __name__)


@bp.app_template_global()
def linked_pages() -> tuple[AnyRow, ...]:
    """The pages that the menu and the footer link to, in their order."""
    return tuple(queries.get_linked_pages(current_language()))


# Not strict, so that an unknown address without a final slash is answered with 404 at once, not redirected first.
@bp.get("/<lang:lang>/<slug>/", strict_slashes=False)
@public_page()
def show(slug: str) -> ResponseReturnValue:
    """A page that editors have added."""
    page, languages = queries.get_page_or_404(slug, current_language())
    if not request.path.endswith("/"):
        return redirect(url_for("pages.show", slug=slug), 308)
    return render_template("pages/show.html", page=page, page_languages=languages)


@bp.get("/<lang:lang>/privacy/")
@public_page()
def privacy() -> ResponseReturnValue:
    """The privacy notice."""
    return show("privacy")


@bp.get("/<lang:lang>/<slug>/card.png")
def card(slug: str) -> ResponseReturnValue:
    """The link-preview image of a page."""
    page, _ = queries.get_page_or_404(slug, current_language())
    return social_cards.card_response(kicker="", title=page.title)
