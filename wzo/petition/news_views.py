"""The page behind the link in news for signers: one button, after which they get no more.

Mail providers press the button on behalf of the reader (RFC 8058). Such a request carries none of the headers of a
browser; the token in the URL is its authority.
"""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from wzo.config import settings
from wzo.i18n import use_language
from wzo.petition import news
from wzo.petition.tokens import parse_token
from wzo.petition.views import bp
from wzo.privacy import private_page


@bp.route("/s/<token:token>", methods=["GET", "POST"])
def stop_news(token: str) -> ResponseReturnValue:
    """A button that stops the news, and afterwards a page that says so."""
    parsed = parse_token(settings().signature_hmac_key, news.PURPOSE, token)
    if parsed is None:
        return private_page("petition/unknown_link.html", status=404)
    signature_id, language = parsed
    use_language(language)
    if request.method == "POST":
        news.stop_news(signature_id)
        # A mail provider must not be redirected.
        if request.form.get("List-Unsubscribe") != "One-Click":
            return redirect(url_for("petition.stop_news", token=token, lang=request.args.get("lang")), 303)
    stopped = news.news_is_stopped(signature_id)
    if stopped is None:
        return private_page("petition/erased.html")
    return private_page("petition/news_stopped.html" if stopped else "petition/stop_news.html")
