"""Signatures on paper in the panel."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.petition import queries
from wzo.admin.petition.forms import PaperForm
from wzo.admin.petition.paper import FewerThanNone, add_paper, get_paper, remove_paper
from wzo.admin.petition.views import bp
from wzo.clock import today
from wzo.i18n import current_language


@bp.get("/<int:petition_id>/paper/")
@requires(Role.PUBLISHER)
def paper(petition_id: int) -> ResponseReturnValue:
    """The numbers of signatures on paper, and a form to add one."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    return _show(petition, PaperForm(day=today()))


@bp.post("/<int:petition_id>/paper/add/")
@requires(Role.PUBLISHER, recent_second_factor=True)
def add(petition_id: int) -> ResponseReturnValue:
    """Adds a number of signatures on paper."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    form = PaperForm(request.form)
    if not form.validate() or form.day.data is None:
        return _show(petition, form), 422
    try:
        add_paper(petition_id=petition.id, day=form.day.data, number=form.value, note=str(form.note.data).strip())
    except FewerThanNone as error:
        form.refuse_fewer_than_none(error.total)
        return _show(petition, form), 422
    flash(gettext("The number is saved. The petition’s page shows the new total."))
    return redirect(url_for("admin.petition.paper", petition_id=petition.id), 303)


@bp.post("/<int:petition_id>/paper/<int:entry_id>/remove/")
@requires(Role.PUBLISHER, recent_second_factor=True)
def remove(petition_id: int, entry_id: int) -> ResponseReturnValue:
    """Removes a number of signatures on paper."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    try:
        remove_paper(petition_id=petition.id, entry_id=entry_id)
    except FewerThanNone:
        flash(gettext("Remove the corrections of this number first: fewer than no signatures would remain."), "error")
    else:
        flash(gettext("The number is removed."))
    return redirect(url_for("admin.petition.paper", petition_id=petition.id), 303)


def _show(petition: queries.PetitionRow, form: PaperForm) -> str:
    entries = get_paper(petition.id)
    return render_template(
        "admin/petition/paper.html",
        petition=petition,
        form=form,
        entries=entries,
        total=sum(entry.number for entry in entries),
    )
