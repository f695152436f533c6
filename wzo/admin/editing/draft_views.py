"""Previews of drafts: for editors, and by a draft link for readers without an account."""

import re

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import DataError, IntegrityError

from wzo.accounts.flow_state import save_flow_state
from wzo.accounts.models import Role
from wzo.accounts.queries import hash_token
from wzo.admin.access import editor, requires
from wzo.admin.editing.forms import limited
from wzo.admin.editing.routes import OBJECT, bp
from wzo.cms import preview, queries
from wzo.cms.content_types import ContentType, registry
from wzo.cms.draft_links import LINK_DAYS, create_draft_link, revoke_draft_link
from wzo.cms.queries import Draft
from wzo.files.reference_index import file_uses
from wzo.i18n import LANGUAGES, use_language
from wzo.markdown import render_markdown
from wzo.media.reference_index import ReferenceIndex, picture_uses
from wzo.privacy import not_cached

# The flow state that carries a new link to the page that shows it once.
NEW_LINK = "draft-link"
MEDIA_URL = re.compile(r"(/media/[0-9a-f]{32}/[\w.-]+|/files/[0-9a-f]{32}(?:/\w+)?\.\w+)")

drafts = Blueprint("drafts", __name__)


@bp.get(f"{OBJECT}/preview/<any({', '.join(LANGUAGES)}):language>/")
@requires(Role.WRITER)
def show_preview(content_type: ContentType, object_id: int, language: str) -> ResponseReturnValue:
    """A preview of a draft, as its public page."""
    draft = queries.get_draft_or_404(content_type, object_id)
    return _show_draft(draft, language, "admin/editing/_preview_bar.html")


@bp.get(f"{OBJECT}/card/<any({','.join(LANGUAGES)}):language>.png")
@requires(Role.WRITER)
def show_card(content_type: ContentType, object_id: int, language: str) -> ResponseReturnValue:
    """The link-preview image of a draft, as networks will show it."""
    draft = queries.get_draft_or_404(content_type, object_id)
    if not content_type.has_page:
        abort(404)
    try:
        card = preview.render_draft(draft, language, "card.png")
    except (ValueError, IntegrityError, DataError):
        abort(404)
    if card.mimetype != "image/png":
        abort(404)
    return not_cached(make_response(card.get_data(), {"Content-Type": card.mimetype}))


@bp.post("/preview-text")
@requires(Role.WRITER)
def preview_text() -> ResponseReturnValue:
    """A Markdown text, rendered as on its public page."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    return str(render_markdown(limited(request.form.get("text", "")), language, "preview", 3))


@bp.post(f"{OBJECT}/links/")
@requires(Role.WRITER)
def create_link(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Creates a link by which a person without an account can read the draft, and shows it this once."""
    queries.get_draft_or_404(content_type, object_id)
    language = request.form.get("language", "")
    days = request.form.get("days", 7, type=int)
    if language not in LANGUAGES or days not in LINK_DAYS:
        abort(400)
    token = create_draft_link(
        content_type=content_type,
        object_id=object_id,
        language=language,
        reader=request.form.get("reader", "").strip(),
        days=days,
        author_id=editor().id,
    )
    path = url_for("drafts.read", token=token)
    save_flow_state(NEW_LINK, path=path, object=f"{content_type.key}/{object_id}")
    return redirect(url_for(".edit", content_type=content_type, object_id=object_id, _anchor="links"), 303)


@bp.post(f"{OBJECT}/links/<int:link_id>/revoke")
@requires(Role.WRITER)
def revoke_link(content_type: ContentType, object_id: int, link_id: int) -> ResponseReturnValue:
    """Revokes a draft link."""
    queries.get_draft_or_404(content_type, object_id)
    revoke_draft_link(content_type=content_type, object_id=object_id, link_id=link_id)
    flash(gettext("The link has been revoked."))
    return redirect(url_for(".edit", content_type=content_type, object_id=object_id, _anchor="links"), 303)


@drafts.get("/draft/<token:token>/")
def read(token: str) -> ResponseReturnValue:
    """A draft for a reader without an account, as long as their link is valid."""
    link = queries.get_draft_link(hash_token(token))
    if link is None:
        abort(410)
    draft = queries.get_draft_or_404(registry[link.content_type], link.object_id)
    use_language(link.language)
    return _show_draft(draft, link.language, "admin/editing/_draft_bar.html", token)


def may_see_picture(key: str) -> bool:
    """Whether the token in a picture's URL is that of a draft link whose draft uses the picture."""
    return _is_of_draft(picture_uses, key)


def may_have_file(key: str) -> bool:
    """Likewise for a document or a recording."""
    return _is_of_draft(file_uses, key)


def _is_of_draft(uses: ReferenceIndex, key: str) -> bool:
    link = queries.get_draft_link(hash_token(request.args.get("draft", "")))
    return link is not None and uses.is_used_by(key, link.content_type, link.object_id)


def _show_draft(draft: Draft, language: str, bar: str, token: str = "") -> Response:
    """The public page of a draft, with a bar at the top that says that it is a draft."""
    try:
        if token:
            html, status = preview.render_cached(draft, language)
        else:
            rendered = preview.render_draft(draft, language)
            html, status = rendered.get_data(as_text=True), rendered.status_code
    except (ValueError, IntegrityError, DataError):
        return make_response(render_template("admin/editing/no_preview.html", draft=draft), 409)
    banner = render_template(bar, draft=draft, language=language)
    html = re.sub(r"(<body[^>]*>)", lambda match: match[1] + banner, html, count=1)
    if token:
        # Without an account, a draft's pictures and files can be seen only with the token of its link.
        html = MEDIA_URL.sub(rf"\1?draft={token}", html)
    response = not_cached(make_response(html, status))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
