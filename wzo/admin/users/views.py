"""The editors' accounts and the audit log (“Activity log” in the panel), for administrators."""

import json
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from wzo.accounts import administration, invitations
from wzo.accounts.flow_state import pop_flow_state, save_flow_state
from wzo.accounts.models import Role
from wzo.accounts.queries import get_live_sessions, get_passkeys
from wzo.accounts.sessions import end_session
from wzo.admin.access import editor, requires
from wzo.admin.times import local
from wzo.admin.users import log_labels, queries
from wzo.admin.users.forms import InviteForm, RoleForm
from wzo.config import settings
from wzo.extensions import AnyRow
from wzo.i18n import current_language
from wzo.written_days import parse_whole_day

bp = Blueprint("users", __name__, url_prefix="/users")

# The flow state that carries a new link to the page that shows it once.
NEW_LINK = "link"
# The ids and years that the log can be filtered by.
MAX_ID = 2**31 - 1
YEARS = range(2000, 2200)


@bp.get("/")
@requires(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """All editors, and the invitations that were not used yet."""
    return render_template(
        "admin/users/index.html", users=queries.get_users(), invitations=queries.get_open_invitations()
    )


@bp.route("/invite/", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def invite() -> ResponseReturnValue:
    """Invites a new editor."""
    form: Any = InviteForm(request.form, language=current_language())
    if request.method == "POST" and form.validate():
        try:
            token = invitations.invite(
                name=form.name.data,
                email=form.email.data,
                role=form.role.data,
                language=form.language.data,
                created_by=editor().id,
            )
        except invitations.EmailTaken:
            form.email.errors = [gettext("An account with this e-mail address already exists.")]
        else:
            return _show_link(token, form.name.data, emailed=True)
    return render_template("admin/users/invite.html", form=form), 400 if form.errors else 200


@bp.get("/link/")
@requires(Role.ADMINISTRATOR)
def link() -> ResponseReturnValue:
    """Shows a new link, once, to be handed over."""
    state = pop_flow_state(NEW_LINK)
    if state is None:
        return redirect(url_for(".index"), 303)
    return render_template("admin/users/link.html", **state)


@bp.post("/invitations/<int:invitation_id>/revoke/")
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def revoke_invitation(invitation_id: int) -> ResponseReturnValue:
    """Revokes an invitation or reset link."""
    invitations.revoke_invitation(invitation_id)
    flash(gettext("The link is no longer valid."))
    return redirect(url_for(".index"), 303)


@bp.get("/<int:user_id>/")
@requires(Role.ADMINISTRATOR)
def show(user_id: int) -> ResponseReturnValue:
    """An editor's role, credentials and sessions, and the actions on them."""
    user = queries.get_user_or_404(user_id)
    return render_template(
        "admin/users/show.html",
        user=user,
        form=RoleForm(role=user.role),
        sessions=get_live_sessions(user_id),
        passkeys=get_passkeys(user_id),
    )


@bp.post("/<int:user_id>/role/")
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def role(user_id: int) -> ResponseReturnValue:
    """Changes an editor's role."""
    queries.get_user_or_404(user_id)
    form: Any = RoleForm(request.form)
    if not form.validate():
        flash(gettext("Choose a role."), "error")
    else:
        administration.change_role(user_id=user_id, role=form.role.data, by=editor().id)
        flash(gettext("The role has been changed."))
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.post("/<int:user_id>/disable/")
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def disable(user_id: int) -> ResponseReturnValue:
    """Closes an account; its content stays."""
    queries.get_user_or_404(user_id)
    administration.disable(user_id=user_id, by=editor().id)
    flash(gettext("The account is disabled. The editor’s texts stay."))
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.post("/<int:user_id>/enable/")
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def enable(user_id: int) -> ResponseReturnValue:
    """Reopens a closed account."""
    queries.get_user_or_404(user_id)
    administration.enable(user_id=user_id, by=editor().id)
    flash(gettext("The account is enabled."))
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.post("/<int:user_id>/reset/")
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def reset(user_id: int) -> ResponseReturnValue:
    """Creates a link by which an editor sets a new password and second factor; it is never e-mailed."""
    name = queries.get_user_or_404(user_id).name
    token = invitations.create_reset_link(user_id=user_id, created_by=editor().id)
    return _show_link(token, name, emailed=False)


@bp.post("/<int:user_id>/sign-out/")
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def sign_out(user_id: int) -> ResponseReturnValue:
    """Ends all sessions of an editor."""
    queries.get_user_or_404(user_id)
    number = administration.end_all_sessions(user_id=user_id, by=editor().id)
    flash(ngettext("%(num)d session has ended.", "%(num)d sessions have ended.", number))
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.post("/<int:user_id>/sessions/<int:session_id>/end/")
@requires(Role.ADMINISTRATOR, recent_second_factor=True)
def end_one_session(user_id: int, session_id: int) -> ResponseReturnValue:
    """Ends one session of an editor."""
    end_session(session_id=session_id, user_id=user_id)
    flash(gettext("The session has ended."))
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.get("/log/")
@requires(Role.ADMINISTRATOR)
def log() -> ResponseReturnValue:
    """The audit log, newest first, filtered by editor, action, object and day."""
    arguments = request.args
    entries, older = queries.get_entries(
        user_id=arguments.get("user", type=_parse_id),
        action=arguments.get("action", ""),
        object_type=arguments.get("type", ""),
        object_id=arguments.get("id", type=_parse_id),
        day=arguments.get("day", type=_parse_day),
        timezone=editor().timezone,
        before=arguments.get("before", type=_parse_id),
    )
    names = queries.get_names()
    return render_template(
        "admin/users/log.html",
        entries=[(entry, _description(entry, dict(names))) for entry in entries],
        older=older,
        filters={name: arguments.get(name, "") for name in ("user", "action", "type", "id", "day")},
        names=names,
        actions={**{action: action for action in queries.get_actions()}, **log_labels.ACTIONS},
        object_types=log_labels.object_types(),
    )


def _parse_day(text: str) -> date:
    day = parse_whole_day(text)
    if day is None or day.year not in YEARS:
        raise ValueError
    return day


def _parse_id(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MAX_ID:
        raise ValueError
    return number


def _description(entry: AnyRow, names: dict[int, str]) -> str:
    """The object of an action, and the action's details, as text."""
    target = ""
    if entry.object_type == invitations.OBJECT_TYPE and entry.object_id in names:
        target = names[entry.object_id] if entry.object_id != entry.user_id else ""
    elif entry.object_id is not None:
        name = log_labels.object_types().get(entry.object_type, entry.object_type)
        target = f"{name} {entry.object_id}"
    details = [_detail(name, value) for name, value in json.loads(entry.details).items()]
    return "; ".join(filter(None, [target, *details]))


def _detail(name: str, value: object) -> str:
    label = log_labels.DETAILS.get(name, name)
    if name == "at" and isinstance(value, str):
        return f"{label}: {local(datetime.fromisoformat(value))}"
    return str(label) if value is True else f"{label}: {log_labels.ROLES.get(str(value), value)}"


def _show_link(token: str, name: str, *, emailed: bool) -> ResponseReturnValue:
    """Redirect to the page that shows a link once."""
    site = settings().site_url
    save_flow_state(NEW_LINK, url=f"{site}{url_for('admin.sign_in.set_up', token=token)}", name=name, emailed=emailed)
    return redirect(url_for(".link"), 303)
