"""Removing false signatures in the panel: choose them, see how many there are, give a reason."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import CombinedMultiDict

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.petition import actions, queries
from wzo.admin.petition.forms import MAX_SIGNATURES, ChooseDaysForm, ChooseReceiptsForm, InvalidateForm
from wzo.admin.petition.views import bp
from wzo.i18n import current_language
from wzo.petition import queries as signatures
from wzo.petition.models import SignatureState

# The limit of a list of receipts with its file.
MAX_LIST_BYTES = 4 * 1024 * 1024


@bp.route("/<int:petition_id>/invalidate/", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def invalidate(petition_id: int) -> ResponseReturnValue:
    """Asks which signatures to invalidate; submitted from the preview, with a reason, it erases them."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    if request.method == "GET":
        return _choose(petition)
    form = InvalidateForm(request.form)
    if not form.validate() or not (form.days or form.signature_ids):
        return _preview(petition, form), 422
    state = SignatureState(form.state.data)
    chosen: dict[str, str | int]
    if form.days:
        first, last = form.days
        ids = signatures.get_ids_of_days(petition.id, state, first, last, limit=MAX_SIGNATURES)
        chosen = {"first": first.isoformat(), "last": last.isoformat()}
    else:
        ids = form.signature_ids
        chosen = {"receipts": len(ids)}
    erased = actions.invalidate(petition_id=petition.id, ids=ids, state=state, reason=str(form.reason.data), **chosen)
    flash(ngettext("%(num)d signature removed.", "%(num)d signatures removed.", erased))
    if len(ids) == MAX_SIGNATURES and form.days:
        flash(gettext("There may be more signatures from these days. Select the same days again to continue."), "error")
        return redirect(url_for("admin.petition.invalidate", petition_id=petition.id), 303)
    return redirect(url_for("admin.petition.show", petition_id=petition.id), 303)


@bp.post("/<int:petition_id>/preview/")
@requires(Role.ADMINISTRATOR, recent_second_factor=True, max_bytes=MAX_LIST_BYTES)
def preview(petition_id: int) -> ResponseReturnValue:
    """Shows how many of the chosen signatures would be erased, by day, and changes nothing."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    if "receipts" not in request.form:
        by_days = ChooseDaysForm(request.form)
        if not by_days.validate():
            return _choose(petition, by_days=by_days), 422
        return _preview(petition, InvalidateForm(data=by_days.data))
    by_receipts = ChooseReceiptsForm(CombinedMultiDict([request.files, request.form]))
    if not by_receipts.validate():
        return _choose(petition, by_receipts=by_receipts), 422
    found = signatures.find_by_receipts(petition.id, by_receipts.chosen)
    form = InvalidateForm(data={"ids": " ".join(map(str, found))})
    return _preview(petition, form, unknown=len(by_receipts.chosen) - len(found))


def _choose(
    petition: queries.PetitionRow,
    by_days: ChooseDaysForm | None = None,
    by_receipts: ChooseReceiptsForm | None = None,
) -> str:
    """The page with a form for each way to choose; one of them may come with errors."""
    return render_template(
        "admin/petition/invalidate.html",
        petition=petition,
        by_days=by_days or ChooseDaysForm(),
        by_receipts=by_receipts or ChooseReceiptsForm(),
    )


def _preview(petition: queries.PetitionRow, form: InvalidateForm, unknown: int = 0) -> str:
    pending = form.state.data == SignatureState.PENDING
    if not form.days:
        days = signatures.count_days_of(petition.id, form.signature_ids)
    elif pending:
        days = signatures.count_pending_by_day(petition.id, *form.days)
    else:
        days = signatures.count_by_day(petition.id, *form.days)
    return render_template(
        "admin/petition/preview.html",
        petition=petition,
        form=form,
        pending=pending,
        days=days,
        total=sum(it.number for it in days),
        unknown=unknown,
        limit=MAX_SIGNATURES,
    )
