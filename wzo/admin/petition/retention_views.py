"""Destroying the data of a closed petition that are no longer needed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.petition import queries
from wzo.admin.petition.forms import RetentionForm
from wzo.admin.petition.views import bp
from wzo.i18n import current_language
from wzo.petition.models import Retention
from wzo.petition.retention import CannotUndo, PetitionNotClosed, get_remaining, order


@bp.route("/<int:petition_id>/retention/", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def retention(petition_id: int) -> ResponseReturnValue:
    """Shows what would be destroyed; submitted with the slug, it orders that."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    form = RetentionForm(request.form, slug=petition.slug)
    if request.method == "GET":
        return _show(petition, form)
    if not form.validate():
        return _show(petition, form), 422
    try:
        order(petition_id=petition.id, stage=Retention(form.stage.data))
    except PetitionNotClosed:
        flash(gettext("Nothing can be destroyed while the petition is not closed."), "error")
    except CannotUndo:
        flash(gettext("More than that has already been destroyed."), "error")
    else:
        flash(gettext("The worker will destroy it within a quarter of an hour. This page shows what is left."))
    return redirect(url_for("admin.petition.retention", petition_id=petition.id), 303)


def _show(petition: queries.PetitionRow, form: RetentionForm) -> str:
    return render_template(
        "admin/petition/retention.html", petition=petition, form=form, left=get_remaining(petition.id)
    )
