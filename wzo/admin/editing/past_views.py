"""What was: versions of a thing, and what was thrown away."""

import json

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.admin.access import editor, needs
from wzo.admin.accounts.models import Role
from wzo.admin.editing import actions, queries
from wzo.admin.editing import trash as trash_actions
from wzo.admin.editing.differences import compare
from wzo.admin.editing.kinds import KINDS
from wzo.admin.editing.routes import ONE, bp, named, number_of


@bp.get(f"{ONE}/history/")
@needs(Role.WRITER)
def history(kind: str, thing_id: int) -> ResponseReturnValue:
    """Every version of a thing, who wrote it and when."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    entries = [(part, row) for part in queries.PARTS for row in queries.get_history(draft.kind, thing_id, part)]
    entries.sort(key=lambda entry: entry[1].id, reverse=True)
    return render_template("admin/editing/history.html", draft=draft, entries=entries)


@bp.get(f"{ONE}/compare")
@needs(Role.WRITER)
def compare_versions(kind: str, thing_id: int) -> ResponseReturnValue:
    """A version beside another, or beside what is worked on now, word by word."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    old = queries.get_revision_or_404(draft.kind, thing_id, number_of(request.args.get("from")) or 0)
    other = number_of(request.args.get("to"))
    new = (
        json.loads(queries.get_revision_or_404(draft.kind, thing_id, other).fields) if other else draft.parts[old.part]
    )
    before, after = json.loads(old.fields), new
    changes = [
        (name, compare(before.get(name, ""), after.get(name, "")))
        for name in (before if old.aside else {**after, **before})
        if before.get(name, "") != after.get(name, "")
    ]
    return render_template("admin/editing/compare.html", draft=draft, old=old, changes=changes, other=other)


@bp.post(f"{ONE}/restore")
@needs(Role.WRITER)
def restore(kind: str, thing_id: int) -> ResponseReturnValue:
    """Goes on from an earlier version."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    revision_id = number_of(request.form.get("revision")) or 0
    actions.restore(kind=draft.kind, thing_id=thing_id, revision_id=revision_id, author_id=editor().id)
    flash(gettext("That version is back, as a draft. What stood here before is in the history."))
    return redirect(url_for(".edit", kind=kind, thing_id=thing_id), 303)


@bp.post(f"{ONE}/name-version")
@needs(Role.WRITER)
def name_version(kind: str, thing_id: int) -> ResponseReturnValue:
    """Gives a version a name."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    revision_id = number_of(request.form.get("revision")) or 0
    actions.name_version(kind=draft.kind, thing_id=thing_id, revision_id=revision_id, name=request.form.get("name", ""))
    return redirect(url_for(".history", kind=kind, thing_id=thing_id), 303)


@bp.post(f"{ONE}/throw-away")
@needs(Role.WRITER)
def throw_away(kind: str, thing_id: int) -> ResponseReturnValue:
    """Puts a thing into the trash, where it waits for 30 days."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    may_publish = editor().may(Role.PUBLISHER)
    try:
        trash_actions.throw_away(kind=draft.kind, thing_id=thing_id, author_id=editor().id, may_publish=may_publish)
    except trash_actions.NotAllowed:
        flash(gettext("Readers see it, or soon will, so only a publisher can throw it away."), "error")
        return redirect(url_for(".edit", kind=kind, thing_id=thing_id), 303)
    except trash_actions.InUse:
        flash(gettext("It cannot be thrown away: people have signed it, or the site needs it."), "error")
        return redirect(url_for(".edit", kind=kind, thing_id=thing_id), 303)
    flash(gettext("“%(title)s” is in the trash. It can be had back for 30 days.", title=draft.title))
    return redirect(url_for(".index", kind=kind), 303)


@bp.get("/trash/")
@needs(Role.WRITER)
def trash() -> ResponseReturnValue:
    """What was thrown away and can still be had back."""
    items = [
        (item, queries.get_piece(kind, item.id))
        for kind in KINDS.values()
        for item in queries.get_items(kind, limit=None, trash=True)
    ]
    return render_template("admin/editing/trash.html", items=items, kept=trash_actions.TRASH_KEPT)


@bp.post(f"{ONE}/put-back")
@needs(Role.WRITER)
def put_back(kind: str, thing_id: int) -> ResponseReturnValue:
    """Takes a thing out of the trash, as a draft."""
    one = queries.get_kind_or_404(kind)
    was_live = trash_actions.put_back(kind=one, thing_id=thing_id)
    if was_live:
        flash(
            gettext(
                "It is back, as a draft. It was live in %(languages)s: publish it again.", languages=named(was_live)
            )
        )
    else:
        flash(gettext("It is back, as a draft."))
    return redirect(url_for(".edit", kind=kind, thing_id=thing_id), 303)
