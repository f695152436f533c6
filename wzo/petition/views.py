"""The petition's pages: read it, sign it, and enter the confirmation code."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from wzo import htmx, social_cards
from wzo.client_network import network
from wzo.extensions import AnyRow
from wzo.i18n import LANGUAGES, current_language
from wzo.page_cache.policy import is_disk_copy, public_page
from wzo.petition import actions, queries
from wzo.petition.code_guesses import TooManyGuesses, find_by_typed_code
from wzo.petition.countries import get_countries
from wzo.petition.forms import ConfirmCodeForm, SignPetitionForm, country_choices
from wzo.petition.intervals import COUNT_INTERVAL
from wzo.petition.models import SignatureState
from wzo.petition.pending import FoundSignature, UnknownCode, decrypt_pending
from wzo.petition.puzzle import PuzzleRequired
from wzo.petition.signing_state import signing_state
from wzo.petition.submission_limits import SubmissionLimitReached
from wzo.petition.thresholds import get_thresholds
from wzo.privacy import not_cached
from wzo.publication import NotTranslated

bp = Blueprint("petition", __name__)
bp.add_app_template_global(country_choices)

# Caches may serve a count that is a few seconds old.
COUNT_CACHE_CONTROL = "public, max-age=5"


@bp.get("/<lang:lang>/petition/")
@public_page(refresh_seconds=COUNT_INTERVAL)
def current() -> ResponseReturnValue:
    """The current petition."""
    petition = queries.get_current_petition(current_language()) or abort(404)
    return _show(petition)


@bp.get("/<lang:lang>/petition/<slug>/")
@public_page(refresh_seconds=COUNT_INTERVAL)
def show(slug: str) -> ResponseReturnValue:
    """A petition: its demand, the count and the form to sign it."""
    return _show(queries.get_petition_or_404(slug, current_language()))


@bp.get("/<lang:lang>/petition/<slug>/news/")
@public_page()
def news(slug: str) -> ResponseReturnValue:
    """All news of a petition, newest first."""
    petition = queries.get_petition_or_404(slug, current_language())
    updates = queries.get_updates(petition.id, current_language())
    texts = queries.get_texts_with_updates(petition.id)
    if not updates:
        raise NotTranslated(list(texts)) if texts else NotFound
    return render_template(
        "petition/news.html", petition=petition, updates=updates, page_languages=[text.language for text in texts]
    )


@bp.get("/<lang:lang>/petition/<slug>/card.png")
def card(slug: str) -> ResponseReturnValue:
    """The picture that social networks show with a link to the petition."""
    petition = queries.get_petition_or_404(slug, current_language())
    return social_cards.card_response(kicker=gettext("Petition"), title=petition.title)


@bp.route("/<lang:lang>/petition/<slug>/sign", methods=["GET", "POST"])
@public_page()
def sign(slug: str) -> ResponseReturnValue:
    """The form to sign; once it is submitted, everyone sees the same page: check your e-mail."""
    form = SignPetitionForm(request.form)
    refused: dict[str, Any] = {"status": 422}
    if request.method == "POST" and form.validate() and not form.suggestion:
        try:
            actions.submit_signature(
                slug=slug,
                language=current_language(),
                email=form.cleaned_email,
                **form.entered(),
                attempt=form.attempt(network()),
            )
            return _show_check_email(slug)
        except SubmissionLimitReached as limit:
            refused = {"status": 429, "limit": limit, "retry_after": limit.seconds}
        except PuzzleRequired as puzzle:
            refused = {"status": 429, "puzzle": puzzle, "retry_after": puzzle.seconds}
        except actions.UnknownPetition:
            # Found below only if it was published this very moment.
            pass
    petition = queries.get_petition_or_404(slug, current_language())
    actions.raise_unless_open(petition)
    if request.method == "GET":
        return render_template("petition/sign.html", petition=petition, form=form)
    return _show_form_again(petition, form, **refused)


@bp.get("/<lang:lang>/petition/<slug>/check-email")
@public_page()
def check_email(slug: str) -> ResponseReturnValue:
    """Says that an e-mail is on its way, with a form for the code in it."""
    petition = queries.get_petition_or_404(slug, current_language())
    return render_template("petition/check_email.html", petition=petition, form=ConfirmCodeForm(), swapped=False)


@bp.route("/<lang:lang>/petition/<slug>/code", methods=["GET", "POST"])
@public_page()
def code(slug: str) -> ResponseReturnValue:
    """A form for the code from the e-mail, for people who rightly distrust links."""
    petition = queries.get_petition_or_404(slug, current_language())
    form = ConfirmCodeForm(request.form)
    if request.method == "GET":
        return render_template("petition/code.html", petition=petition, form=form, unknown=False, refused=None)
    is_valid = form.validate()
    try:
        found = find_by_typed_code(form.parsed_code, petition.id) if is_valid else None
    except TooManyGuesses as refused:
        page = render_template("petition/code.html", petition=petition, form=form, unknown=False, refused=refused)
        return not_cached(make_response(page, 429, {"Retry-After": str(refused.seconds)}))
    if found and _accept_code(found):
        return redirect(url_for("petition.confirm", link=found.link, lang=current_language()), 303)
    page = render_template("petition/code.html", petition=petition, form=form, unknown=is_valid, refused=None)
    return not_cached(make_response(page, 422))


@bp.get("/<lang:lang>/petition/<slug>/count")
@public_page(refresh_seconds=COUNT_INTERVAL)
def count(slug: str) -> ResponseReturnValue:
    """The count alone, as a fragment or as a small page."""
    petition = queries.get_petition_or_404(slug, current_language())
    number = queries.get_public_count(petition.id, petition.goal)
    response = htmx.render("petition/count.html", "petition/_count.html", petition=petition, count=number)
    response.headers["Cache-Control"] = COUNT_CACHE_CONTROL
    return response


@bp.get("/petition/<slug>/count.json")
@public_page(refresh_seconds=COUNT_INTERVAL)
def count_json(slug: str) -> ResponseReturnValue:
    """The count as JSON, for other sites and for journalists."""
    petition = _in_any_language(slug)
    number = queries.get_public_count(petition.id, petition.goal)
    response = jsonify(
        petition=slug,
        signatures=number.confirmed,
        paper=number.paper,
        goal=number.goal,
        open=signing_state(petition).is_open,
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = COUNT_CACHE_CONTROL
    return response


def _in_any_language(slug: str) -> AnyRow:
    """A petition in the first language that it is published in."""
    for language in LANGUAGES:
        with suppress(NotFound):
            return queries.get_petition_or_404(slug, language)
    raise NotFound


def _accept_code(found: FoundSignature) -> bool:
    """Accept a code, and confirm its signature unless the name is to be public; False if the code is unknown now.

    The page behind the link does the rest: there, signers see a name that is to be public before they confirm it, and
    can ask for a new e-mail if the code has expired.
    """
    try:
        if found.state == SignatureState.PENDING and decrypt_pending(found)["show_name"]:
            return True
        actions.confirm_signature(found)
    except actions.CodeExpired:
        return True
    except UnknownCode:
        return False
    return True


def _show_check_email(slug: str) -> ResponseReturnValue:
    """The page shown once a form is accepted."""
    if not htmx.wants_fragment():
        return redirect(url_for("petition.check_email", slug=slug), 303)
    petition = queries.get_petition_or_404(slug, current_language())
    page, fragment = "petition/check_email.html", "petition/_check_email.html"
    return not_cached(htmx.render(page, fragment, titled=True, petition=petition, form=ConfirmCodeForm(), swapped=True))


def _show_form_again(
    petition: AnyRow, form: SignPetitionForm, *, status: int, retry_after: int | None = None, **reason: object
) -> ResponseReturnValue:
    """The form as it was filled in, with the reason why it was not accepted."""
    response = htmx.render(
        "petition/sign.html",
        "petition/_sign_form.html",
        status=status,
        titled=True,
        petition=petition,
        form=form,
        **reason,
    )
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return not_cached(response)


def _show(petition: AnyRow) -> ResponseReturnValue:
    state = signing_state(petition)
    return render_template(
        "petition/show.html",
        petition=petition,
        page_languages=queries.get_languages(petition.id),
        count=queries.get_public_count(petition.id, petition.goal),
        updates=queries.get_updates(petition.id, current_language()),
        countries=get_countries(petition.id),
        thresholds=get_thresholds(petition.id, current_language()),
        names=[] if is_disk_copy() else queries.get_recent_public_names(petition.id),
        form=SignPetitionForm(),
        state=state,
        refusal=actions.REFUSALS.get(state),
    )
