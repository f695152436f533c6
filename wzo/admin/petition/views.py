"""Petitions and their signatures in the panel: numbers and days, but never who signed."""

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.petition import actions, queries
from wzo.admin.status.problems import present
from wzo.admin.status.queries import get_keys, get_mail_status
from wzo.admin.times import since
from wzo.i18n import current_language
from wzo.petition import queries as signatures
from wzo.petition.confirmations import find_low_rate_in, get_confirmations
from wzo.petition.export import export_lines
from wzo.petition.submission_limits import get_site_usage
from wzo.privacy import not_cached

# The periods that the chart can show, in days; None is all days.
PERIODS = {"30": 30, "90": 90, "all": None}

bp = Blueprint("petition", __name__, url_prefix="/petition")


@bp.get("/")
@requires(Role.WRITER)
def index() -> ResponseReturnValue:
    """All petitions with their counts, and the status of mail and keys."""
    petitions = queries.get_petitions(current_language())
    mail, keys = get_mail_status(), get_keys()
    return render_template(
        "admin/petition/index.html",
        petitions=[(it, signatures.get_count(it.id, it.goal)) for it in petitions],
        mail=mail,
        mail_problems=present(mail.problems, editor()),
        usage=get_site_usage(),
        keys=keys,
        key_problems=present(keys.problems, editor()),
        since=since,
    )


@bp.get("/<int:petition_id>/")
@requires(Role.WRITER)
def show(petition_id: int) -> ResponseReturnValue:
    """A petition's numbers, its signatures by day, and the actions on them."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    period = request.args.get("days", "30")
    confirmations = get_confirmations(petition.id)
    return render_template(
        "admin/petition/show.html",
        petition=petition,
        count=signatures.get_count(petition.id, petition.goal),
        pending=signatures.count_pending(petition.id),
        confirmations=confirmations,
        few_confirm=find_low_rate_in(confirmations) is not None,
        counted=signatures.recount(petition.id) if "count" in request.args else None,
        period=period if period in PERIODS else "30",
        chart=queries.get_chart(petition.id, PERIODS.get(period, 30)),
        keys=get_keys(),
    )


@bp.post("/<int:petition_id>/export/")
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def export(petition_id: int) -> ResponseReturnValue:
    """The sealed signatures as a file that only the organisers can decrypt."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    actions.log_export(petition_id=petition.id)
    response = Response(stream_with_context(export_lines(petition.id)), mimetype="application/x-ndjson")
    response.headers.set("Content-Disposition", "attachment", filename=f"signatures-{petition.slug}.jsonl")
    # Set here too, because an ETag would require the whole file in memory before it is sent.
    return not_cached(response)


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
