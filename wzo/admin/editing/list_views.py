"""Lists: the objects of a content type, the translations of all of them, and the search."""

import secrets
from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.editing.routes import GREATEST_ID, LIST, OBJECT, bp, parse_id
from wzo.cms import drafts, lists, member_order, publishing, suggestions, trash
from wzo.cms.content_types import ContentType, NotReady, registry
from wzo.cms.fields import Fields
from wzo.cms.models import SHARED
from wzo.cms.queries import get_draft
from wzo.cms.references import get_references
from wzo.cms.search import search as search_content
from wzo.i18n import LANGUAGES


class _ReferredTo(Exception):
    """Other objects refer to it, so an editor must decide about these references."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count


@bp.get(f"{LIST}/")
@requires(Role.WRITER)
def index(content_type: ContentType) -> ResponseReturnValue:
    """All objects of a content type, in their order, with the status of each language."""
    before = parse_id(request.args.get("before"))
    limit = lists.PAGE_SIZE if not content_type.orderable else None
    items = lists.get_items(content_type, before=before, limit=limit)
    more = items[-1].id if len(items) == lists.PAGE_SIZE else None
    notes = content_type.list_notes()
    return render_template("admin/editing/index.html", content_type=content_type, items=items, more=more, notes=notes)


@bp.post(f"{LIST}/")
@requires(Role.WRITER)
def create(content_type: ContentType) -> ResponseReturnValue:
    """Creates an object and opens its edit page."""
    if content_type.singleton:
        abort(405)
    try:
        object_id = drafts.create(content_type=content_type, author_id=editor().id)
    except NotReady as failure:
        flash(failure.messages, "error")
        return redirect(url_for(".index", content_type=content_type), 303)
    if relations := _initial_relations(content_type):
        drafts.save(
            content_type=content_type,
            object_id=object_id,
            values={SHARED: relations},
            base_revision_ids=get_draft(content_type, object_id).revision_ids,
            edit_session=secrets.token_hex(8),
            author_id=editor().id,
        )
    return redirect(url_for(".edit", content_type=content_type, object_id=object_id), 303)


def _initial_relations(content_type: ContentType) -> Fields:
    """Initial values of relation fields, when an object is added from another object's page."""
    fields = [it.name for it in content_type.shared_fields if it.listed_on_target_page]
    return {name: str(number) for name in fields if (number := parse_id(request.form.get(name)))}


@bp.post(f"{OBJECT}/move")
@requires(Role.PUBLISHER)
def move(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Moves an object up or down in the order of its list."""
    if not content_type.orderable:
        abort(405)
    step = request.form.get("step", 0, type=int)
    drafts.move(content_type=content_type, object_id=object_id, step=step)
    return redirect(url_for(".index", content_type=content_type, _anchor=f"item-{object_id}"), 303)


@bp.post(f"{OBJECT}/move-within/<int:owner_id>")
@requires(Role.PUBLISHER)
def move_within(content_type: ContentType, object_id: int, owner_id: int) -> ResponseReturnValue:
    """Moves an object up or down within another one, such as a story in its series."""
    if not content_type.numbered_within or max(object_id, owner_id) > GREATEST_ID:
        abort(404)
    step = request.form.get("step", 0, type=int)
    member_order.move_member(
        content_type=content_type, object_id=object_id, owner_id=owner_id, step=step, author_id=editor().id
    )
    owner = next(field.to for field in content_type.shared_fields if field.name == content_type.numbered_within[0])
    return redirect(url_for(".edit", content_type=owner, object_id=owner_id, _anchor="members"), 303)


@bp.post(f"{LIST}/bulk")
@requires(Role.PUBLISHER, recent_second_factor=True)
def bulk(content_type: ContentType) -> ResponseReturnValue:
    """Performs one action on all the selected objects, and says which could not be done and why."""
    selected = [number for text in request.form.getlist("chosen") if (number := parse_id(text))]
    action = BULK_ACTIONS.get(request.form.get("do", "")) or abort(400)
    done, refused = 0, []
    for item in lists.get_items(content_type, ids=selected, limit=None):
        try:
            action(content_type, item.id)
            done += 1
        except NotReady as failure:
            refused.append(f"{item.title}: {failure.messages}")
        except _ReferredTo as found:
            refused.append(
                ngettext(
                    "%(title)s: %(num)d item refers to it. Open it and move it to the bin there.",
                    "%(title)s: %(num)d items refer to it. Open it and move it to the bin there.",
                    found.count,
                    title=item.title,
                )
            )
        except trash.InUse:
            refused.append(gettext("%(title)s: in use, so it cannot be deleted.", title=item.title))
    if done:
        flash(ngettext("%(num)d item done.", "%(num)d items done.", done))
    for message in refused:
        flash(message, "error")
    if not selected:
        flash(gettext("Nothing is selected."), "error")
    return redirect(url_for(".index", content_type=content_type), 303)


@bp.get("/search/")
@requires(Role.WRITER)
def search() -> ResponseReturnValue:
    """Everything that contains the words, live or draft, of every content type."""
    query = request.args.get("q", "")[:200]
    return render_template("admin/editing/search.html", query=query, found=search_content(query))


@bp.get(f"{LIST}/suggestions")
@requires(Role.WRITER)
def suggest(content_type: ContentType) -> ResponseReturnValue:
    """The objects that a field can refer to, by words of their titles: those that an editor may mean."""
    itself = parse_id(request.args.get("itself"))
    found = [it for it in suggestions.suggest(content_type, request.args.get("q", "")[:200]) if it.id != itself]
    return render_template("admin/editing/_suggestions.html", found=found)


@bp.get("/translations/")
@requires(Role.WRITER)
def translations() -> ResponseReturnValue:
    """Every object in every language with its status; each cell links to the edit page."""
    only = request.args.get("only", "")
    rows = [
        (
            content_type,
            lists.find(only, content_type=content_type)
            if only in lists.FILTERS
            else lists.get_items(content_type, limit=lists.PAGE_SIZE),
        )
        for content_type in registry.values()
    ]
    return render_template("admin/editing/translations.html", rows=rows, only=only, page_size=lists.PAGE_SIZE)


def _publish(content_type: ContentType, object_id: int) -> None:
    publishing.publish(content_type=content_type, object_id=object_id, languages=list(LANGUAGES), author_id=editor().id)


def _unpublish(content_type: ContentType, object_id: int) -> None:
    publishing.unpublish(content_type=content_type, object_id=object_id, languages=list(LANGUAGES))


def _move_to_trash(content_type: ContentType, object_id: int) -> None:
    if references := get_references(content_type, object_id):
        raise _ReferredTo(len(references))
    trash.move_to_trash(content_type=content_type, object_id=object_id, author_id=editor().id, may_publish=True)


BULK_ACTIONS: dict[str, Callable[[ContentType, int], None]] = {
    "publish": _publish,
    "unpublish": _unpublish,
    "move-to-trash": _move_to_trash,
}
