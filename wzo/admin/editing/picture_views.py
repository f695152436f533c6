"""Choosing a picture for a field on a page of its own; with scripts the edit page has a dialog instead."""

import secrets

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.editing.routes import OBJECT, bp
from wzo.admin.pictures.chooser import find_page
from wzo.cms import drafts, picture_fields
from wzo.cms.content_types import ContentType
from wzo.cms.fields import Field
from wzo.cms.models import SHARED
from wzo.cms.queries import Draft, get_draft_or_404
from wzo.cms.validation import pictures_exist

PICTURE = f"{OBJECT}/picture/<field>/"


@bp.get(PICTURE)
@requires(Role.WRITER)
def choose_picture(content_type: ContentType, object_id: int, field: str) -> ResponseReturnValue:
    """The uploaded pictures, newest first or those that match a search, to choose one for a field."""
    return _page(get_draft_or_404(content_type, object_id), _field_or_404(content_type, field))


@bp.post(PICTURE)
@requires(Role.WRITER)
def set_picture(content_type: ContentType, object_id: int, field: str) -> ResponseReturnValue:
    """Saves the chosen picture, and its descriptions from the library where there are none."""
    draft, it = get_draft_or_404(content_type, object_id), _field_or_404(content_type, field)
    key = request.form.get("picture")
    if key is None:
        return _page(draft, it, gettext("Choose a picture, or “No picture”."))
    if key and not pictures_exist({key}):
        return _page(draft, it, gettext("The picture no longer exists. Choose another."))
    drafts.save(
        content_type=content_type,
        object_id=object_id,
        values=picture_fields.choose(draft, it.name, key),
        base_revision_ids=draft.revision_ids,
        edit_session=secrets.token_hex(8),
        author_id=editor().id,
    )
    anchor = f"{SHARED}.{it.name}"
    return redirect(url_for(".edit", content_type=content_type, object_id=object_id, _anchor=anchor), 303)


def _field_or_404(content_type: ContentType, name: str) -> Field:
    return picture_fields.find_picture_field(content_type, name) or abort(404)


def _page(draft: Draft, field: Field, error: str = "") -> ResponseReturnValue:
    page = render_template(
        "admin/editing/choose_picture.html",
        draft=draft,
        field=field,
        value=draft.fields[SHARED][field.name],
        error=error,
        found=find_page(),
    )
    return page, 422 if error else 200
