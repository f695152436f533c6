"""Where signatures come from, in the panel."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.petition import queries
from wzo.admin.petition.countries import set_countries
from wzo.admin.petition.forms import CountriesForm
from wzo.admin.petition.views import bp
from wzo.i18n import current_language
from wzo.petition.countries import as_text
from wzo.petition.queries import get_count


@bp.get("/<int:petition_id>/countries/")
@requires(Role.PUBLISHER)
def countries(petition_id: int) -> ResponseReturnValue:
    """The table of countries, to be replaced by a newer one."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    return _show(petition, CountriesForm(data={"table": as_text(petition.id)}, limit=0))


@bp.post("/<int:petition_id>/countries/save/")
@requires(Role.PUBLISHER, recent_second_factor=True)
def save_countries(petition_id: int) -> ResponseReturnValue:
    """Replaces the table of countries."""
    petition = queries.get_petition_or_404(petition_id, current_language())
    form = CountriesForm(request.form, limit=get_count(petition.id, None).confirmed)
    if not form.validate():
        return _show(petition, form), 422
    set_countries(petition_id=petition.id, day=form.day, numbers=form.numbers)
    if form.day:
        flash(gettext("The table is saved. The petition’s page shows it."))
    else:
        flash(gettext("The table is removed."))
    return redirect(url_for("admin.petition.countries", petition_id=petition.id), 303)


def _show(petition: queries.PetitionRow, form: CountriesForm) -> str:
    return render_template("admin/petition/countries.html", petition=petition, form=form)
