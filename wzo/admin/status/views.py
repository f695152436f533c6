"""The initial content that an editor must read and confirm."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.cms.content_types import registry
from wzo.i18n import LANGUAGES
from wzo.seed.confirmation import confirm, find_unconfirmed

bp = Blueprint("status", __name__, url_prefix="/initial-content")


@bp.get("/")
@requires(Role.PUBLISHER)
def initial_content() -> ResponseReturnValue:
    """The texts of the initial content that no editor has confirmed or published yet."""
    return render_template(
        "admin/status/initial_content.html",
        texts=find_unconfirmed(),
        content_types=registry,
        language_names={code: language.label for code, language in LANGUAGES.items()},
    )


@bp.post("/confirm/")
@requires(Role.PUBLISHER)
def confirm_texts() -> ResponseReturnValue:
    """Confirms the texts that were ticked."""
    number = confirm(request.form.getlist("text"))
    flash(ngettext("%(num)d text is confirmed.", "%(num)d texts are confirmed.", number))
    return redirect(url_for("admin.status.initial_content"), 303)
