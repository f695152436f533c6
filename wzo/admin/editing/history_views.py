"""The history of an object, and the bin."""

import json

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.editing import forms
from wzo.admin.editing.routes import OBJECT, bp, parse_id
from wzo.cms import drafts, queries
from wzo.cms.content_types import ContentType
from wzo.cms.diff import compare


@bp.get(f"{OBJECT}/history/")
@requires(Role.WRITER)
def history(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """The revisions of an object, with their authors and times."""
    draft = queries.get_draft_or_404(content_type, object_id)
    entries = [
        (locale, row) for locale in queries.LOCALES for row in queries.get_history(content_type, object_id, locale)
    ]
    entries.sort(key=lambda entry: entry[1].id, reverse=True)
    return render_template("admin/editing/history.html", draft=draft, entries=entries)


@bp.get(f"{OBJECT}/compare")
@requires(Role.WRITER)
def compare_revisions(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """A revision compared word by word with another one, or with the latest."""
    draft = queries.get_draft_or_404(content_type, object_id)
    old = queries.get_revision_or_404(content_type, object_id, parse_id(request.args.get("from")) or 0)
    other = parse_id(request.args.get("to"))
    before = json.loads(old.fields)
    after = (
        json.loads(queries.get_revision_or_404(content_type, object_id, other).fields)
        if other
        else draft.fields[old.locale]
    )
    changes = [
        (name, compare(*(_readable(content_type, name, fields.get(name, "")) for fields in (before, after))))
        for name in (before if old.conflicting else {**after, **before})
        if before.get(name, "") != after.get(name, "")
    ]
    return render_template("admin/editing/compare.html", draft=draft, old=old, changes=changes)


@bp.post(f"{OBJECT}/restore-revision")
@requires(Role.WRITER)
def restore_revision(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Makes an earlier revision the latest."""
    queries.get_draft_or_404(content_type, object_id)
    revision_id = parse_id(request.form.get("revision")) or 0
    drafts.restore_revision(
        content_type=content_type, object_id=object_id, revision_id=revision_id, author_id=editor().id
    )
    flash(gettext("The version has been restored as a draft. The previous text is in the history."))
    return redirect(url_for(".edit", content_type=content_type, object_id=object_id), 303)


@bp.post(f"{OBJECT}/name-revision")
@requires(Role.WRITER)
def name_revision(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Names a revision."""
    queries.get_draft_or_404(content_type, object_id)
    revision_id = parse_id(request.form.get("revision")) or 0
    name = request.form.get("name", "")
    drafts.name_revision(content_type=content_type, object_id=object_id, revision_id=revision_id, name=name)
    return redirect(url_for(".history", content_type=content_type, object_id=object_id), 303)


def _readable(content_type: ContentType, name: str, value: str) -> str:
    """A value as editors read it: chosen values by their labels."""
    return value if forms.is_text(content_type, name) else forms.value_label(content_type, name, value)
