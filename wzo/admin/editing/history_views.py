"""The history of an object, and the bin."""

import json

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.editing.routes import OBJECT, bp, language_list, parse_id
from wzo.cms import drafts, queries
from wzo.cms import trash as trash_actions
from wzo.cms.content_types import ContentType, registry
from wzo.cms.diff import compare
from wzo.cms.lists import get_items


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
        (name, compare(before.get(name, ""), after.get(name, "")))
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


@bp.post(f"{OBJECT}/move-to-trash")
@requires(Role.WRITER)
def move_to_trash(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Moves an object to the bin, from which it can be restored for 30 days."""
    draft = queries.get_draft_or_404(content_type, object_id)
    edit_page = url_for(".edit", content_type=content_type, object_id=object_id)
    may_publish = editor().may(Role.PUBLISHER)
    try:
        trash_actions.move_to_trash(
            content_type=content_type, object_id=object_id, author_id=editor().id, may_publish=may_publish
        )
    except trash_actions.NotAllowed:
        flash(gettext("It is live or scheduled, so only a publisher can move it to the bin."), "error")
        return redirect(edit_page, 303)
    except trash_actions.InUse:
        flash(gettext("It cannot be deleted: people have signed it, or the site needs it."), "error")
        return redirect(edit_page, 303)
    flash(gettext("“%(title)s” is in the bin. You can restore it for 30 days.", title=draft.title))
    return redirect(url_for(".index", content_type=content_type), 303)


@bp.get("/trash/")
@requires(Role.WRITER)
def trash() -> ResponseReturnValue:
    """The bin: everything that can still be restored."""
    items = [
        (item, queries.get_content_item(content_type, item.id))
        for content_type in registry.values()
        for item in get_items(content_type, limit=None, trash=True)
    ]
    return render_template("admin/editing/trash.html", items=items, kept=trash_actions.TRASH_RETENTION)


@bp.post(f"{OBJECT}/restore")
@requires(Role.WRITER)
def restore(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Restores an object from the bin, as a draft."""
    languages = trash_actions.restore(content_type=content_type, object_id=object_id)
    if languages:
        named = language_list(languages)
        flash(
            gettext(
                "Restored as a draft. It was live in %(languages)s: publish it again if you want it back on the site.",
                languages=named,
            )
        )
    else:
        flash(gettext("Restored as a draft."))
    return redirect(url_for(".edit", content_type=content_type, object_id=object_id), 303)
