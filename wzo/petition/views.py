"""The petition's pages: read it, sign it, confirm, withdraw."""

import time

from flask import Blueprint, abort, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from wzo import htmx, social_cards
from wzo.config import settings
from wzo.errors import PetitionClosed, SigningUnavailable
from wzo.extensions import AnyRow
from wzo.i18n import current_language, use_language
from wzo.petition import actions, queries
from wzo.petition.forms import ConfirmCodeForm, SignPetitionForm
from wzo.petition.models import SignatureState
from wzo.petition.tokens import read_token
from wzo.publication import NotTranslated

bp = Blueprint("petition", __name__)

# The count may be a few seconds old wherever it is kept; the pages that confirm may not be kept at all.
COUNT_CACHE = "public, max-age=5"


@bp.get("/<lang:lang>/petition/")
def current() -> ResponseReturnValue:
    """The petition that can be signed now."""
    petition = queries.get_current_petition(current_language()) or abort(404)
    return _show(petition)


@bp.get("/<lang:lang>/petition/<slug>/")
def show(slug: str) -> ResponseReturnValue:
    """A petition: its demand, the count and the form to sign."""
    return _show(queries.get_petition_or_404(slug, current_language()))


@bp.get("/<lang:lang>/petition/<slug>/news/")
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
    """The picture that stands for a petition where a link to it is passed on."""
    petition = queries.get_petition_or_404(slug, current_language())
    return social_cards.card_response(kicker=gettext("Petition"), title=petition.title)


@bp.route("/<lang:lang>/petition/<slug>/sign", methods=["GET", "POST"])
def sign(slug: str) -> ResponseReturnValue:
    """The form to sign; sent, it answers everyone alike: look into your mailbox."""
    petition = queries.get_petition_or_404(slug, current_language())
    if petition.closed_on:
        raise PetitionClosed
    if settings().signature_public_key is None:
        raise SigningUnavailable
    form = SignPetitionForm(request.form)
    if request.method == "GET":
        return render_template("petition/sign.html", petition=petition, form=form)
    if not form.validate():
        return _never_kept(
            htmx.render("petition/sign.html", "petition/_sign_form.html", status=422, petition=petition, form=form)
        )
    actions.submit_signature(
        petition_id=petition.id,
        language=current_language(),
        name=str(form.name.data),
        address=form.address,
        country=str(form.country.data),
        show_name=bool(form.show_name.data),
        updates=bool(form.updates.data),
    )
    if htmx.wants_fragment():
        answer = make_response(
            render_template("petition/_mailbox.html", petition=petition, form=ConfirmCodeForm(), swapped=True)
        )
        answer.vary.add("HX-Request-Type")
        return _never_kept(answer)
    return redirect(url_for("petition.mailbox", slug=slug), 303)


@bp.get("/<lang:lang>/petition/<slug>/mailbox")
def mailbox(slug: str) -> ResponseReturnValue:
    """What happens next: a letter is on its way, and its code can be typed here."""
    petition = queries.get_petition_or_404(slug, current_language())
    return render_template("petition/mailbox.html", petition=petition, form=ConfirmCodeForm(), swapped=False)


@bp.route("/<lang:lang>/petition/<slug>/code", methods=["GET", "POST"])
def code(slug: str) -> ResponseReturnValue:
    """A place to type the code from the letter, for those who rightly fear links."""
    petition = queries.get_petition_or_404(slug, current_language())
    form = ConfirmCodeForm(request.form)
    if request.method == "GET":
        return render_template("petition/code.html", petition=petition, form=form, unknown=False)
    unknown = False
    if form.validate():
        try:
            found = queries.find_signature_by_code(str(form.code.data))
            if found and _would_show_name(found):
                # Whose name is about to be seen by everyone must see it first.
                return redirect(url_for("petition.confirm", token=found.code, lang=current_language()), 303)
            actions.confirm_signature(str(form.code.data))
            found = queries.find_signature_by_code(str(form.code.data))
        except actions.CodeExpired:
            found = queries.find_signature_by_code(str(form.code.data))
        except actions.UnknownCode:
            found = None
        if found:
            return redirect(url_for("petition.confirm", token=found.code, lang=current_language()), 303)
        unknown = True
    page = render_template("petition/code.html", petition=petition, form=form, unknown=unknown)
    return _never_kept(make_response(page, 422))


@bp.get("/<lang:lang>/petition/<slug>/count")
def count(slug: str) -> ResponseReturnValue:
    """The count alone, as a part of a page or as a small page."""
    petition = queries.get_petition_or_404(slug, current_language())
    number = queries.get_count(petition.id, petition.goal)
    answer = htmx.render("petition/count.html", "petition/_count.html", petition=petition, count=number)
    answer.headers["Cache-Control"] = COUNT_CACHE
    return answer


@bp.get("/petition/<slug>/count.json")
def count_json(slug: str) -> ResponseReturnValue:
    """The count for other sites and for journalists' tables."""
    petition = queries.get_petition_or_404(slug, current_language())
    number = queries.get_count(petition.id, petition.goal)
    answer = jsonify(petition=slug, signatures=number.confirmed, goal=number.goal, open=petition.closed_on is None)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = COUNT_CACHE
    return answer


@bp.route("/c/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """The link of the letter: one button; then thanks, a receipt and the count. Reading it changes nothing."""
    if request.method == "POST":
        try:
            actions.confirm_signature(token, hide_name="hide_name" in request.form)
        except actions.UnknownCode:
            return _unknown_link()
        except actions.CodeExpired:
            return _ask_for_new_letter(token)
        return redirect(_same_language("petition.confirm", token), 303)
    found = queries.find_signature_by_code(token)
    if found is None:
        return _unknown_link()
    use_language(found.language)
    signature = found.signature
    petition = queries.get_petition_by_id(signature.petition_id, current_language()) or abort(404)
    if signature.state == SignatureState.CONFIRMED:
        return _private(
            "petition/thanks.html",
            petition=petition,
            count=queries.get_count(petition.id, petition.goal),
            confirmed_on=signature.confirmed_on,
            withdraw_token=actions.withdraw_token(signature.id, found.language),
            receipt=actions.receipt(signature.id),
            site_url=settings().site_url,
        )
    pending = actions.open_pending(signature, found.code)
    if time.time() >= pending["expires_at"]:
        return _private("petition/expired.html", petition=petition)
    return _private("petition/confirm.html", petition=petition, pending=pending)


@bp.get("/c/<token>/new")
def new_email(token: str) -> ResponseReturnValue:
    """After an expired code: a new letter is on its way."""
    found = queries.find_signature_by_code(token)
    if found:
        use_language(found.language)
    petition = queries.get_current_petition(current_language()) or abort(404)
    if found:
        petition = queries.get_petition_by_id(found.signature.petition_id, current_language()) or petition
    return _private("petition/mailbox.html", petition=petition, form=ConfirmCodeForm(), swapped=False)


@bp.route("/w/<token>", methods=["GET", "POST"])
def withdraw(token: str) -> ResponseReturnValue:
    """One button that erases the signature; afterwards the word that it is erased."""
    return _erase("withdraw", token)


@bp.route("/n/<token>", methods=["GET", "POST"])
def not_me(token: str) -> ResponseReturnValue:
    """For somebody whose address another person wrote: erase it all, and if wanted never write there again."""
    return _erase("not-me", token)


def _erase(purpose: str, token: str) -> ResponseReturnValue:
    known = read_token(settings().signature_hmac_key, purpose, token)
    if known is None:
        return _unknown_link()
    signature_id, language = known
    use_language(language)
    if request.method == "POST":
        actions.erase_signature(signature_id, block="block" in request.form)
        return redirect(_same_language(str(request.endpoint), token), 303)
    exists = queries.signature_exists(signature_id)
    template = f"petition/{purpose.replace('-', '_')}.html" if exists else "petition/erased.html"
    return _private(template)


def _show(petition: AnyRow) -> ResponseReturnValue:
    return render_template(
        "petition/show.html",
        petition=petition,
        page_languages=queries.get_languages(petition.id),
        count=queries.get_count(petition.id, petition.goal),
        updates=queries.get_updates(petition.id, current_language()),
        names=queries.get_recent_public_names(petition.id),
        form=SignPetitionForm(),
        can_sign=petition.closed_on is None and settings().signature_public_key is not None,
    )


def _ask_for_new_letter(token: str) -> ResponseReturnValue:
    try:
        actions.request_new_email(token)
    except actions.UnknownCode:
        # Another letter, or "it was not me", was quicker.
        return _unknown_link()
    return redirect(_same_language("petition.new_email", token), 303)


def _would_show_name(found: queries.FoundSignature) -> bool:
    waits = found.signature.state == SignatureState.PENDING
    return waits and bool(actions.open_pending(found.signature, found.code)["show_name"])


def _private(template: str, *, status: int = 200, **context: object) -> Response:
    """A page that belongs to one reader: its title says nothing, and nobody keeps it."""
    g.neutral_title = True
    return _never_kept(make_response(render_template(template, **context), status))


def _never_kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _unknown_link() -> Response:
    return _private("petition/unknown_link.html", status=404)


def _same_language(endpoint: str, token: str) -> str:
    """The path to a token's page, with what the switch of languages had put into the address."""
    return url_for(endpoint, token=token, lang=request.args.get("lang"))
