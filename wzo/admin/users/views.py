"""The editors, for administrators: who there is, who may what, who did what."""

import json
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from wzo.accounts import invitations
from wzo.accounts.actions import end_session
from wzo.accounts.flow_state import pop_flow_state, save_flow_state
from wzo.accounts.models import Role
from wzo.accounts.queries import get_live_sessions, get_passkeys
from wzo.admin.access import editor, requires
from wzo.admin.times import local
from wzo.admin.users import log_labels, queries
from wzo.admin.users.forms import InviteForm, RoleForm
from wzo.config import settings
from wzo.extensions import AnyRow
from wzo.i18n import current_language

bp = Blueprint("users", __name__, url_prefix="/users")

LINK = "link"
# What the log can be asked for: the greatest number of a row, the years in which there was or will be anything.
MOST = 2**31 - 1
YEARS = range(2000, 2200)


@bp.get("/")
@requires(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """Every editor, and the invitations that are still open."""
    return render_template(
        "admin/users/index.html", people=queries.get_people(), links=queries.get_open_links(), roles=log_labels.ROLES
    )


@bp.route("/invite/", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR, factor=True)
def invite() -> ResponseReturnValue:
    """Invites somebody to become an editor."""
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
        except invitations.AddressTaken:
            form.email.errors = [gettext("An account with this e-mail address already exists.")]
        else:
            return _show_once(token, form.name.data, mailed=True)
    return render_template("admin/users/invite.html", form=form), 400 if form.errors else 200


@bp.get("/link/")
@requires(Role.ADMINISTRATOR)
def link() -> ResponseReturnValue:
    """The link that was just made, this once, to be handed over."""
    made = pop_flow_state(LINK)
    if made is None:
        return redirect(url_for(".index"), 303)
    return render_template("admin/users/link.html", **made)


@bp.post("/links/<int:link_id>/withdraw/")
@requires(Role.ADMINISTRATOR, factor=True)
def withdraw(link_id: int) -> ResponseReturnValue:
    """A link less that could have been used."""
    invitations.withdraw_invitation(link_id)
    flash(gettext("The link is no longer valid."))
    return redirect(url_for(".index"), 303)


@bp.get("/<int:user_id>/")
@requires(Role.ADMINISTRATOR)
def show(user_id: int) -> ResponseReturnValue:
    """An editor: role, what proves who it is, sessions, and what can be done about them."""
    user = queries.get_person_or_404(user_id)
    return render_template(
        "admin/users/show.html",
        person=user,
        form=RoleForm(role=user.role),
        roles=log_labels.ROLES,
        sessions=get_live_sessions(user_id),
        passkeys=get_passkeys(user_id),
    )


@bp.post("/<int:user_id>/role/")
@requires(Role.ADMINISTRATOR, factor=True)
def role(user_id: int) -> ResponseReturnValue:
    """Another role for an editor."""
    queries.get_person_or_404(user_id)
    form: Any = RoleForm(request.form)
    if not form.validate():
        flash(gettext("Choose a role."), "error")
    else:
        invitations.change_role(user_id=user_id, role=form.role.data, by=editor().id)
        flash(gettext("The role has been changed."))
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.post("/<int:user_id>/disable/")
@requires(Role.ADMINISTRATOR, factor=True)
def disable(user_id: int) -> ResponseReturnValue:
    """Closes an account; what the editor wrote stays."""
    queries.get_person_or_404(user_id)
    invitations.disable(user_id=user_id, by=editor().id)
    flash(gettext("The account is disabled. The editor’s texts stay."))
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.post("/<int:user_id>/enable/")
@requires(Role.ADMINISTRATOR, factor=True)
def enable(user_id: int) -> ResponseReturnValue:
    """Opens a closed account again."""
    queries.get_person_or_404(user_id)
    invitations.enable(user_id=user_id, by=editor().id)
    flash(gettext("The account is enabled."))
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.post("/<int:user_id>/reset/")
@requires(Role.ADMINISTRATOR, factor=True)
def reset(user_id: int) -> ResponseReturnValue:
    """A link by which an editor sets up password and second factor anew; to be handed over, never mailed."""
    name = queries.get_person_or_404(user_id).name
    return _show_once(invitations.make_reset_link(user_id=user_id, created_by=editor().id), name, mailed=False)


@bp.post("/<int:user_id>/sign-out/")
@requires(Role.ADMINISTRATOR, factor=True)
def sign_out(user_id: int) -> ResponseReturnValue:
    """Ends all sessions of an editor."""
    queries.get_person_or_404(user_id)
    number = invitations.end_all_sessions(user_id=user_id, by=editor().id)
    flash(ngettext("%(num)d session has ended.", "%(num)d sessions have ended.", number))
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.post("/<int:user_id>/sessions/<int:session_id>/end/")
@requires(Role.ADMINISTRATOR, factor=True)
def end_one_session(user_id: int, session_id: int) -> ResponseReturnValue:
    """Ends one session of an editor."""
    end_session(session_id=session_id, user_id=user_id)
    flash(gettext("The session has ended."))
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.get("/log/")
@requires(Role.ADMINISTRATOR)
def log() -> ResponseReturnValue:
    """Who did what, the newest first; of one person, one kind of act, one thing, one day."""
    asked = request.args
    entries, older = queries.get_entries(
        person=asked.get("person", type=_number),
        action=asked.get("action", ""),
        object_type=asked.get("type", ""),
        object_id=asked.get("id", type=_number),
        day=asked.get("day", type=_day),
        zone=editor().zone,
        before=asked.get("before", type=_number),
    )
    names = queries.get_names()
    return render_template(
        "admin/users/log.html",
        entries=[(entry, _tell(entry, dict(names))) for entry in entries],
        older=older,
        asked={name: asked.get(name, "") for name in ("person", "action", "type", "id", "day")},
        names=names,
        acts={**{act: act for act in queries.get_actions()}, **log_labels.ACTIONS},
        object_types=log_labels.object_types(),
    )


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError
    return day


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MOST:
        raise ValueError
    return number


def _tell(entry: AnyRow, names: dict[int, str]) -> str:
    """What was done to what, in words."""
    target = ""
    if entry.object_type == invitations.OBJECT_TYPE and entry.object_id in names:
        target = names[entry.object_id] if entry.object_id != entry.user_id else ""
    elif entry.object_id is not None:
        name = log_labels.object_types().get(entry.object_type, entry.object_type)
        target = f"{name} {entry.object_id}"
    details = [_detail(name, value) for name, value in json.loads(entry.details).items()]
    return "; ".join(filter(None, [target, *details]))


def _detail(name: str, value: object) -> str:
    word = log_labels.DETAILS.get(name, name)
    if name == "at" and isinstance(value, str):
        return f"{word}: {local(datetime.fromisoformat(value))}"
    return str(word) if value is True else f"{word}: {log_labels.ROLES.get(str(value), value)}"


def _show_once(token: str, name: str, *, mailed: bool) -> ResponseReturnValue:
    site = settings().site_url
    save_flow_state(LINK, url=f"{site}{url_for('admin.sign_in.set_up', token=token)}", name=name, mailed=mailed)
    return redirect(url_for(".link"), 303)
