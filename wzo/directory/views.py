"""The directory of help: one page, filtered by a plain form, that can be printed and sent with a letter."""

from dataclasses import asdict

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import social_cards
from wzo.directory import queries
from wzo.directory.queries import Choice
from wzo.directory.services import LANGUAGE_NAMES, SERVICES
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page

bp = Blueprint("directory", __name__)
NAMES = tuple(asdict(Choice()))


@bp.get("/<lang:lang>/help/")
@public_page(query_args=NAMES)
def index() -> ResponseReturnValue:
    """The directory of help, filtered by service, language and country."""
    language = current_language()
    options = queries.get_options(language)
    wanted = {name: request.args.get(name, "") for name in NAMES}
    choice = Choice(**{name: value for name, value in wanted.items() if value in options[name]})
    if list(choice.arguments().items()) != list(request.args.items(multi=True)):
        # Each page has one URL, however the form was sent: empty fields and unknown choices are left out.
        return redirect(url_for("directory.index", **choice.arguments()))
    entries = queries.get_entries(language)
    return render_template(
        "directory/index.html",
        entries=[entry for entry in entries if choice.matches(entry)],
        total=len(entries),
        options=options,
        chosen={name: options[name][value] for name, value in choice.arguments().items()},
        choice=asdict(choice),
        service_names=SERVICES,
        language_names=LANGUAGE_NAMES,
    )


@bp.get("/<lang:lang>/help/card.png")
def card() -> ResponseReturnValue:
    """The link-preview image of the directory."""
    return social_cards.card_response(
        kicker=gettext("Woman. Prison. Society"), title=gettext("Help for prisoners and their relatives")
    )
