"""The bin: references to an object that is moved there, the list of objects in the bin, and restoring them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.editing.routes import OBJECT, bp, language_list, parse_id
from wzo.cms import queries
from wzo.cms import trash as trash_actions
from wzo.cms.content_types import ContentType, registry
from wzo.cms.lists import get_choices, get_items
from wzo.cms.reassignment import reassign
from wzo.cms.references import get_references


@bp.get(f"{OBJECT}/move-to-trash")
@requires(Role.WRITER)
def confirm_trash(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """The references to an object, and the choice of what happens to them if the object is moved to the bin."""
    draft = queries.get_draft_or_404(content_type, object_id)
    return render_template(
        "admin/editing/confirm_trash.html",
        draft=draft,
        content_type=content_type,
        references=get_references(content_type, object_id),
        others=[(key, name) for key, name in get_choices(content_type.key) if key != str(object_id)],
    )


@bp.post(f"{OBJECT}/move-to-trash")
@requires(Role.WRITER)
def move_to_trash(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Moves an object to the bin, from which it can be restored for 30 days; first it asks about references to it."""
    draft = queries.get_draft_or_404(content_type, object_id)
    edit_page = url_for(".edit", content_type=content_type, object_id=object_id)
    action = request.form.get("references", "")
    replacement = parse_id(request.form.get("replacement"))
    if action == "replace" and not _is_other(content_type, object_id, replacement):
        flash(gettext("Choose a replacement."), "error")
        action = ""
    if action not in ("keep", "clear", "replace") and get_references(content_type, object_id):
        return redirect(url_for(".confirm_trash", content_type=content_type, object_id=object_id), 303)
    try:
        trash_actions.move_to_trash(
            content_type=content_type,
            object_id=object_id,
            author_id=editor().id,
            may_publish=editor().may(Role.PUBLISHER),
        )
    except trash_actions.NotAllowed:
        flash(gettext("It is live or scheduled, so only a publisher can move it to the bin."), "error")
        return redirect(edit_page, 303)
    except trash_actions.InUse:
        flash(gettext("It cannot be deleted: people have signed it, or the site needs it."), "error")
        return redirect(edit_page, 303)
    flash(gettext("“%(title)s” is in the bin. You can restore it for 30 days.", title=draft.title))
    if action in ("clear", "replace"):
        changed = reassign(
            content_type=content_type,
            object_id=object_id,
            replacement=replacement if action == "replace" else None,
            author_id=editor().id,
        )
        if changed:
            flash(
                ngettext(
                    "%(num)d draft changed. Publish it to show the change on the site.",
                    "%(num)d drafts changed. Publish them to show the change on the site.",
                    changed,
                )
            )
    return redirect(url_for(".index", content_type=content_type), 303)


def _is_other(content_type: ContentType, object_id: int, replacement: int | None) -> bool:
    return replacement not in (None, object_id) and bool(queries.existing_ids(content_type, [replacement or 0]))


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
