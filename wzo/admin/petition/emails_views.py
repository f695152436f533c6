"""The texts of the e-mails to signers, in the panel."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.petition.email_texts import EmailTextsForm
from wzo.admin.petition.views import bp
from wzo.i18n import LANGUAGES


@bp.get("/e-mails/")
@requires(Role.PUBLISHER)
def emails() -> ResponseReturnValue:
    """The texts that can be changed, and each e-mail as it is."""
    return _show(EmailTextsForm())


@bp.post("/e-mails/save/")
@requires(Role.PUBLISHER, recent_second_factor=True)
def save_emails() -> ResponseReturnValue:
    """Saves the texts, or says what is wrong with them."""
    form = EmailTextsForm(request.form)
    if not form.validate():
        return _show(form), 422
    form.save()
    flash(gettext("Saved. E-mails that are sent from now on have these texts."))
    return redirect(url_for(".emails"), 303)


@bp.post("/e-mails/preview/")
@requires(Role.PUBLISHER)
def preview_emails() -> ResponseReturnValue:
    """Shows the e-mails as they would be, and saves nothing."""
    form = EmailTextsForm(request.form)
    form.validate()
    return _show(form)


def _show(form: EmailTextsForm) -> str:
    names = {code: language.label for code, language in LANGUAGES.items()}
    return render_template("admin/petition/emails.html", form=form, language_names=names)
