"""Public names in the panel."""

from contextlib import suppress
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.petition import queries
from wzo.admin.petition.names import Position, get_public_names, hide_public_name
from wzo.admin.petition.views import bp
from wzo.i18n import current_language
from wzo.petition.tokens import MAX_ID, RECEIPT


@bp.get("/<int:petition_id>/names/")
@requires(Role.PUBLISHER)
def names(petition_id: int) -> ResponseReturnValue:
    """The public names of a petition, newest days first, each with a button that hides it."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    text = request.args.get("q", "").strip()
    found, more = get_public_names(petition.id, text, _position())
    return render_template(
        "admin/petition/names.html",
        petition=petition,
        names=found,
        more=more,
        text=text,
        hide_url=_url(petition, "hide_name"),
    )


@bp.post("/<int:petition_id>/names/hide/")
@requires(Role.PUBLISHER)
def hide_name(petition_id: int) -> ResponseReturnValue:
    """Hides a public name; the signature stays."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    receipt = request.form.get("receipt", "")
    if RECEIPT.fullmatch(receipt) and hide_public_name(petition_id=petition.id, receipt=receipt):
        flash(gettext("The name is hidden. The signature still counts."))
    else:
        flash(gettext("This name was already hidden, or its signature has been withdrawn."))
    return redirect(_url(petition, "names"), 303)


def _url(petition: queries.PetitionRow, view: str) -> str:
    """The URL of a view of the names, with the search and the position of this page."""
    q, day, after = (request.args.get(name) or None for name in ("q", "day", "id"))
    return url_for(f"admin.petition.{view}", petition_id=petition.id, q=q, day=day, id=after)


def _position() -> Position | None:
    """Where the page begins, from the URL; None for the first page or if the URL is damaged."""
    with suppress(ValueError):
        position = Position(date.fromisoformat(request.args.get("day", "")), int(request.args.get("id", "")))
        return position if 0 <= position.id <= MAX_ID else None
    return None
