"""The pages behind the links in e-mails: confirm a signature, withdraw it, or say that it was not you.

Opening a link changes nothing; only a button on its page does.
"""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from wzo.config import settings
from wzo.extensions import AnyRow
from wzo.i18n import current_language, use_language
from wzo.petition import actions, queries
from wzo.petition.forms import ConfirmCodeForm, ConfirmSignatureForm
from wzo.petition.models import SignatureState
from wzo.petition.pending import FoundSignature, UnknownCode, decrypt_pending, find_by_link, is_expired
from wzo.petition.tokens import parse_token
from wzo.petition.views import bp
from wzo.privacy import private_page


@bp.route("/c/<token(16):link>", methods=["GET", "POST"])
def confirm(link: str) -> ResponseReturnValue:
    """A button to confirm the signature, and one to see and correct it first; once confirmed, thanks and a receipt."""
    found = find_by_link(link)
    if found is None:
        return _unknown_link()
    use_language(found.language)
    petition = queries.get_petition_by_id(found.petition_id, current_language()) or abort(404)
    try:
        return _submit(found, petition) if request.method == "POST" else _show(found, petition)
    except UnknownCode:
        # A newer e-mail, or "it was not me", came first.
        return _unknown_link()


@bp.get("/c/<token(16):link>/new")
def new_email(link: str) -> ResponseReturnValue:
    """Says that a new e-mail is on its way, because the link had expired."""
    found = find_by_link(link)
    if found:
        use_language(found.language)
    petition = queries.get_current_petition(current_language()) or abort(404)
    if found:
        petition = queries.get_petition_by_id(found.petition_id, current_language()) or petition
    return private_page("petition/check_email.html", petition=petition, form=ConfirmCodeForm(), swapped=False)


@bp.route("/w/<token:token>", methods=["GET", "POST"])
def withdraw(token: str) -> ResponseReturnValue:
    """A button that erases the signature, and afterwards a page that says so."""
    return _erase("withdraw", token)


@bp.route("/n/<token:token>", methods=["GET", "POST"])
def not_me(token: str) -> ResponseReturnValue:
    """For people whose address somebody else entered: erases everything and, if they wish, blocks further e-mails."""
    return _erase("not-me", token)


def _show(found: FoundSignature, petition: AnyRow) -> Response:
    """The page of the link. It never contains the name: mail scanners open links, and others may see the screen."""
    if found.state == SignatureState.CONFIRMED:
        return private_page(
            "petition/thanks.html",
            petition=petition,
            # Not the newest: signers who asked again and again would see when others confirm.
            count=queries.get_public_count(petition.id, petition.goal),
            confirmed_on=found.confirmed_on,
            withdraw_token=actions.withdraw_token(found.id, found.language),
            receipt=actions.receipt(found.id),
            site_url=settings().site_url,
        )
    pending = decrypt_pending(found)
    if is_expired(pending):
        return private_page("petition/expired.html", petition=petition)
    return private_page("petition/confirm.html", petition=petition, must_see=pending["show_name"], form=None)


def _submit(found: FoundSignature, petition: AnyRow) -> ResponseReturnValue:
    """Confirm the signature as it was submitted or corrected, or show it first; a public name must have been seen."""
    changes = None
    if found.state == SignatureState.PENDING:
        pending = decrypt_pending(found)
        if "name" in request.form:
            form = ConfirmSignatureForm(request.form, data=pending)
            if not form.validate():
                return private_page("petition/confirm.html", petition=petition, form=form, status=422)
            changes = form.entered()
        elif (request.form.get("step") == "show" or pending["show_name"]) and not is_expired(pending):
            return private_page("petition/confirm.html", petition=petition, form=ConfirmSignatureForm(data=pending))
    try:
        actions.confirm_signature(found, changes)
    except actions.CodeExpired:
        actions.request_new_email(found, changes)
        return redirect(url_for("petition.new_email", link=found.link, lang=_chosen_language()), 303)
    return redirect(url_for("petition.confirm", link=found.link, lang=_chosen_language()), 303)


def _erase(purpose: str, token: str) -> ResponseReturnValue:
    parsed = parse_token(settings().signature_hmac_key, purpose, token)
    if parsed is None:
        return _unknown_link()
    signature_id, language = parsed
    use_language(language)
    if request.method == "POST":
        actions.erase_signature(signature_id, block="block" in request.form)
        return redirect(url_for(str(request.endpoint), token=token, lang=_chosen_language()), 303)
    if not queries.signature_exists(signature_id):
        return private_page("petition/erased.html")
    can_block = queries.address_is_known(signature_id)
    return private_page(f"petition/{purpose.replace('-', '_')}.html", can_block=can_block)


def _unknown_link() -> Response:
    return private_page("petition/unknown_link.html", status=404)


def _chosen_language() -> str | None:
    """The language that the visitor switched to, which these URLs carry as an argument."""
    return request.args.get("lang")
