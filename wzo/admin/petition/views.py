"""Petitions and their signatures in the panel: numbers and days, but never who signed."""

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import CombinedMultiDict

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.petition import actions, queries
from wzo.admin.petition.forms import MAX_SIGNATURES, ChooseDaysForm, ChooseReceiptsForm, InvalidateForm
from wzo.admin.status.queries import get_health, get_keys
from wzo.admin.times import since
from wzo.i18n import current_language
from wzo.petition import queries as signatures
from wzo.petition.budget import get_site_budget
from wzo.petition.export import export_lines
from wzo.privacy import not_cached

# The periods that the chart can show, in days; None is all days.
PERIODS = {"30": 30, "90": 90, "all": None}
# The limit of a list of receipts with its file.
MAX_LIST_BYTES = 4 * 1024 * 1024

bp = Blueprint("petition", __name__, url_prefix="/petition")


@bp.get("/")
@requires(Role.WRITER)
def index() -> ResponseReturnValue:
    """All petitions with their counts, and the status of mail and keys."""
    petitions = queries.get_petitions(current_language())
    return render_template(
        "admin/petition/index.html",
        petitions=[(it, signatures.get_count(it.id, it.goal)) for it in petitions],
        health=get_health(),
        budget=get_site_budget(),
        keys=get_keys(),
        since=since,
    )


@bp.get("/<int:petition_id>/")
@requires(Role.WRITER)
def show(petition_id: int) -> ResponseReturnValue:
    """A petition's numbers, its signatures by day, and the actions on them."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    period = request.args.get("days", "30")
    return render_template(
        "admin/petition/show.html",
        petition=petition,
        count=signatures.get_count(petition.id, petition.goal),
        pending=signatures.count_pending(petition.id),
        counted=signatures.recount(petition.id) if "count" in request.args else None,
        period=period if period in PERIODS else "30",
        chart=queries.get_chart(petition.id, PERIODS.get(period, 30)),
        keys=get_keys(),
    )


@bp.post("/<int:petition_id>/export/")
@requires(Role.ADMINISTRATOR, factor=True)
def export(petition_id: int) -> ResponseReturnValue:
    """The sealed signatures as a file that only the organisers can decrypt."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    actions.log_export(petition_id=petition.id)
    response = Response(stream_with_context(export_lines(petition.id)), mimetype="application/x-ndjson")
    response.headers.set("Content-Disposition", "attachment", filename=f"signatures-{petition.slug}.jsonl")
    # Set here too, because an ETag would require the whole file in memory before it is sent.
    return not_cached(response)


@bp.route("/<int:petition_id>/invalidate/", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR, factor=True)
def invalidate(petition_id: int) -> ResponseReturnValue:
    """Asks which signatures to invalidate; submitted from the preview, with a reason, it erases them."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    if request.method == "GET":
        return _choose(petition, ChooseDaysForm(), ChooseReceiptsForm())
    form = InvalidateForm(request.form)
    if not form.validate() or not (form.days or form.signature_ids):
        return _preview(petition, form), 422
    reason = str(form.reason.data)
    if form.days:
        first, last = form.days
        ids = signatures.get_confirmed_ids(petition.id, first, last, limit=MAX_SIGNATURES)
        chosen = {"first": first.isoformat(), "last": last.isoformat()}
        erased = actions.invalidate(petition_id=petition.id, ids=ids, reason=reason, **chosen)
    else:
        ids = form.signature_ids
        erased = actions.invalidate(petition_id=petition.id, ids=ids, reason=reason, receipts=len(ids))
    flash(ngettext("%(num)d signature removed.", "%(num)d signatures removed.", erased))
    if len(ids) == MAX_SIGNATURES and form.days:
        flash(gettext("There may be more signatures from these days. Select the same days again to continue."), "error")
        return redirect(url_for("admin.petition.invalidate", petition_id=petition.id), 303)
    return redirect(url_for("admin.petition.show", petition_id=petition.id), 303)


@bp.post("/<int:petition_id>/preview/")
@requires(Role.ADMINISTRATOR, factor=True, max_bytes=MAX_LIST_BYTES)
def preview(petition_id: int) -> ResponseReturnValue:
    """Shows how many of the chosen signatures would be erased, by day, and changes nothing."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    if "receipts" not in request.form:
        by_days = ChooseDaysForm(request.form)
        if not by_days.validate():
            return _choose(petition, by_days, ChooseReceiptsForm()), 422
        return _preview(petition, InvalidateForm(data={"first": by_days.first.data, "last": by_days.last.data}))
    by_receipts = ChooseReceiptsForm(CombinedMultiDict([request.files, request.form]))
    if not by_receipts.validate():
        return _choose(petition, ChooseDaysForm(), by_receipts), 422
    found = signatures.find_by_receipts(petition.id, by_receipts.chosen)
    form = InvalidateForm(data={"ids": " ".join(map(str, found))})
    return _preview(petition, form, unknown=len(by_receipts.chosen) - len(found))


@bp.post("/failed-emails/retry/")
@requires(Role.ADMINISTRATOR)
def retry() -> ResponseReturnValue:
    """Has the rejected e-mails sent again."""
    number = actions.retry_dead_letters()
    flash(ngettext("%(num)d e-mail will be sent again.", "%(num)d e-mails will be sent again.", number))
    return redirect(url_for("admin.petition.index", _anchor="mail"), 303)


@bp.post("/failed-emails/dismiss/")
@requires(Role.ADMINISTRATOR)
def dismiss() -> ResponseReturnValue:
    """Deletes the e-mails that were permanently rejected from the list."""
    number = actions.dismiss_dead_letters()
    flash(ngettext("%(num)d e-mail cleared from the list.", "%(num)d e-mails cleared from the list.", number))
    return redirect(url_for("admin.petition.index"), 303)


def _choose(petition: queries.PetitionRow, by_days: ChooseDaysForm, by_receipts: ChooseReceiptsForm) -> str:
    return render_template(
        "admin/petition/invalidate.html", petition=petition, by_days=by_days, by_receipts=by_receipts
    )


def _preview(petition: queries.PetitionRow, form: InvalidateForm, unknown: int = 0) -> str:
    days = (
        signatures.count_by_day(petition.id, *form.days)
        if form.days
        else signatures.count_days_of(petition.id, form.signature_ids)
    )
    return render_template(
        "admin/petition/preview.html",
        petition=petition,
        form=form,
        days=days,
        total=sum(it.number for it in days),
        unknown=unknown,
        limit=MAX_SIGNATURES,
    )
