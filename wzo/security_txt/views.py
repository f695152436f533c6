"""The route of security.txt."""

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue

from wzo.config import settings
from wzo.i18n import LANGUAGES
from wzo.page_cache.policy import public_page
from wzo.pages.queries import get_page_languages
from wzo.security_txt.contact import contact_uri
from wzo.templating import full_url

bp = Blueprint("security_txt", __name__)


@bp.get("/.well-known/security.txt")
@public_page()
def security_txt() -> ResponseReturnValue:
    """security.txt: whom to tell about a vulnerability."""
    contact, expires = contact_uri(), settings().security_contact_expires
    if not contact or not expires:
        abort(404)
    # Not on MAIL_SITE_URL: nobody should learn from this file that both lead to one site.
    origins = [settings().site_url, *([settings().onion_url] if settings().onion_url else [])]
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires}T23:59:59Z",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        *(f"Canonical: {origin}{url_for('.security_txt')}" for origin in origins),
        *(f"Policy: {full_url(url_for('pages.privacy', lang=it))}" for it in get_page_languages("privacy")),
    ]
    return "".join(f"{line}\n" for line in lines), {"Content-Type": "text/plain; charset=utf-8"}
