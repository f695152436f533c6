"""The page that says how to reach the group, and its public key as a file."""

from flask import Blueprint, Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import social_cards
from wzo.config import settings
from wzo.contact.public_keys import AGE, OPENPGP
from wzo.contact.queries import get_contact
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page
from wzo.security_txt.contact import ContactState, contact_state

bp = Blueprint("contact", __name__)
# The extension of the file and its media type, by the kind of the key.
FILES = {OPENPGP: ("asc", "application/pgp-keys"), AGE: ("txt", "text/plain; charset=utf-8")}


@bp.get("/<lang:lang>/contact/")
@public_page()
def index() -> ResponseReturnValue:
    """How to reach the group, and what not to write."""
    contact = get_contact(current_language())
    return render_template(
        "contact/index.html",
        contact=contact,
        key_url=url_for("contact.key", extension=FILES[contact.key.kind][0]) if contact.key else "",
        onion_url=settings().onion_url,
        has_security_txt=contact_state() in (ContactState.VALID, ContactState.NEEDS_DATE),
    )


@bp.get("/<lang:lang>/contact/key.<extension>")
@public_page()
def key(extension: str) -> ResponseReturnValue:
    """The group's public key."""
    public_key = get_contact(current_language()).key
    if public_key is None or FILES[public_key.kind][0] != extension:
        abort(404)
    return Response(f"{public_key.text}\n", content_type=FILES[public_key.kind][1])


@bp.get("/<lang:lang>/contact/card.png")
def card() -> ResponseReturnValue:
    """The link-preview image of the contact page."""
    return social_cards.card_response(kicker=gettext("Woman. Prison. Society"), title=gettext("Contact"))
