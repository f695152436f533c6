"""The page behind the link in the newsletter for signers: one button, which unsubscribes them.

Mail providers press the button on behalf of the reader (RFC 8058). Such a request carries none of the headers of a
browser; the token in the URL is its authority.
"""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from wzo.config import settings
from wzo.i18n import use_language
from wzo.petition import unsubscribing
from wzo.petition.tokens import parse_token
from wzo.petition.views import bp
from wzo.privacy import private_page


@bp.route("/s/<token:token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> ResponseReturnValue:
    """A button that unsubscribes, and afterwards a page that says so."""
    parsed = parse_token(settings().signature_hmac_key, unsubscribing.PURPOSE, token)
    if parsed is None:
        return private_page("petition/unknown_link.html", status=404)
    signature_id, language = parsed
    use_language(language)
    if request.method == "POST":
        unsubscribing.unsubscribe(signature_id)
        # A mail provider must not be redirected.
        if request.form.get("List-Unsubscribe") != "One-Click":
            return redirect(url_for("petition.unsubscribe", token=token, lang=request.args.get("lang")), 303)
    unsubscribed = unsubscribing.is_unsubscribed(signature_id)
    if unsubscribed is None:
        return private_page("petition/erased.html")
    return private_page("petition/unsubscribed.html" if unsubscribed else "petition/unsubscribe.html")
