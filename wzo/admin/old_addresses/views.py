"""Addresses of the earlier site, and the pages that they redirect to."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.old_addresses.forms import OldAddressForm
from wzo.cms.links import current_path, page_exists
from wzo.old_addresses.actions import remove_old_address, set_old_address
from wzo.old_addresses.queries import get_old_addresses

bp = Blueprint("old_addresses", __name__, url_prefix="/old-addresses")


@bp.get("/")
@requires(Role.PUBLISHER)
def index() -> ResponseReturnValue:
    """All old addresses, and a form for another one."""
    return _show(OldAddressForm(request.args))


@bp.post("/save")
@requires(Role.PUBLISHER)
def save() -> ResponseReturnValue:
    """Redirects an old address to a page."""
    form = OldAddressForm()
    if not form.validate():
        return _show(form), 422
    set_old_address(path=form.path, target=form.target)
    flash(gettext("%(path)s now redirects to %(page)s.", path=form.path, page=form.target))
    return redirect(url_for(".index"), 303)


@bp.post("/remove")
@requires(Role.PUBLISHER)
def remove() -> ResponseReturnValue:
    """Removes an old address, and shows the form that would bring it back."""
    path = request.form.get("old", "")
    target = remove_old_address(path=path)
    if target is None:
        abort(404)
    flash(gettext("%(path)s has been removed. To bring it back, press Save.", path=path))
    return redirect(url_for(".index", old=path, leads_to=target), 303)


def _show(form: OldAddressForm) -> str:
    targets = [(it.path, current_path(it.target)) for it in get_old_addresses()]
    rows = [(path, target, page_exists(target)) for path, target in targets]
    return render_template("admin/old_addresses/index.html", form=form, rows=rows)
