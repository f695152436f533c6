"""Opening and closing petitions in the panel."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.petition import opening, queries
from wzo.admin.petition.views import bp
from wzo.i18n import current_language


@bp.post("/<int:petition_id>/close/")
@requires(Role.PUBLISHER, recent_second_factor=True)
def close(petition_id: int) -> ResponseReturnValue:
    """Closes a petition today."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    opening.close(petition_id=petition.id)
    flash(gettext("The petition is closed. It accepts no more signatures."))
    return _back_to(petition)


@bp.post("/<int:petition_id>/reopen/")
@requires(Role.PUBLISHER, recent_second_factor=True)
def reopen(petition_id: int) -> ResponseReturnValue:
    """Reopens a petition."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    try:
        opening.reopen(petition_id=petition.id)
    except opening.HashesErased:
        flash(gettext("The petition cannot be reopened: people who signed would not be recognised."), "error")
    else:
        flash(gettext("The petition is open again."))
    return _back_to(petition)


@bp.post("/<int:petition_id>/pause/")
@requires(Role.PUBLISHER, recent_second_factor=True)
def pause(petition_id: int) -> ResponseReturnValue:
    """Pauses a petition."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    opening.pause(petition_id=petition.id)
    flash(gettext("Signing is paused. Press “Resume” to accept signatures again."))
    return _back_to(petition)


@bp.post("/<int:petition_id>/resume/")
@requires(Role.PUBLISHER, recent_second_factor=True)
def resume(petition_id: int) -> ResponseReturnValue:
    """Resumes a paused petition."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    opening.resume(petition_id=petition.id)
    flash(gettext("The petition accepts signatures again."))
    return _back_to(petition)


def _back_to(petition: queries.PetitionRow) -> ResponseReturnValue:
    return redirect(url_for("admin.petition.show", petition_id=petition.id, _anchor="open"), 303)
