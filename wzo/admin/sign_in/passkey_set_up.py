"""Setting up an account that has a passkey and nothing else, where only passkeys are accepted."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts import passkeys, sessions
from wzo.accounts.invitations import EmailTaken, InvalidInvitation, accept_with_passkey
from wzo.accounts.models import Invitation
from wzo.admin.sign_in.device import device_name
from wzo.admin.sign_in.forms import FirstPasskeySetUpForm, PasskeySetUpForm
from wzo.i18n import current_language


def set_up_with_passkey(invitation: Invitation, token: str) -> ResponseReturnValue:
    """The page of a link that sets up an account: name, time zone and the first passkey."""
    form: Any = (PasskeySetUpForm if invitation.email else FirstPasskeySetUpForm)(request.form, name=invitation.name)
    if request.method == "POST" and form.validate():
        try:
            user = accept_with_passkey(
                token=token,
                credential=request.form.get("credential", ""),
                passkey_name=device_name(),
                name=form.name.data,
                email=invitation.email or form.email.data,
                language=current_language(),
                timezone=form.timezone.data,
            )
        except EmailTaken:
            raise InvalidInvitation from None
        except passkeys.PasskeyRefused:
            form.name.errors = [gettext("The browser’s response was not accepted. Please try again.")]
        else:
            sessions.start_session(user, device_name())
            return redirect(url_for("admin.index"), 303)
    page = render_template(
        "admin/sign_in/set_up_passkey.html",
        form=form,
        invitation=invitation,
        first=not invitation.email,
        passkey=passkeys.registration_options(
            # Another one than that of passkeys which are added later, since the account may not exist yet.
            owner=f"invitation {invitation.id}",
            name=invitation.email or gettext("Editors’ panel"),
            display_name=invitation.name or gettext("Editors’ panel"),
        ),
    )
    return page, 200 if request.method == "GET" else 400
