"""Drafts as the pages that they will be: for editors, and by a link for somebody without an account."""

import re

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import DataError, IntegrityError

from wzo.admin.access import editor, needs
from wzo.admin.accounts.carried import carry
from wzo.admin.accounts.models import Role
from wzo.admin.accounts.queries import token_hash
from wzo.admin.editing import preview, queries
from wzo.admin.editing.draft_links import make_draft_link, revoke_draft_link
from wzo.admin.editing.kinds import KINDS
from wzo.admin.editing.queries import Draft
from wzo.admin.editing.routes import ONE, bp
from wzo.i18n import LANGUAGES, use_language
from wzo.markdown import render_markdown
from wzo.media.queries import is_used_by

# For how many days a draft link can hold, and under which name the browser carries a new one to the page that shows it.
LINK_DAYS = (1, 7, 30)
NEW_LINK = "draft-link"
MEDIA = re.compile(r"(/media/[0-9a-f]{32}/[\w.-]+)")

drafts = Blueprint("drafts", __name__)


@bp.get(f"{ONE}/preview/<any({', '.join(LANGUAGES)}):language>/")
@needs(Role.WRITER)
def show_preview(kind: str, thing_id: int, language: str) -> ResponseReturnValue:
    """A draft as the page that it will be."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    return _draft_page(draft, language, "admin/editing/_preview_bar.html")


@bp.post("/preview-text")
@needs(Role.WRITER)
def preview_text() -> ResponseReturnValue:
    """A Markdown text as it will look."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    return str(render_markdown(request.form.get("text", ""), language, "preview", 3))


@bp.post(f"{ONE}/links/")
@needs(Role.WRITER)
def make_link(kind: str, thing_id: int) -> ResponseReturnValue:
    """Makes a link by which somebody without an account reads the draft, and shows it this once."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    language = request.form.get("language", "")
    days = request.form.get("days", 7, type=int)
    if language not in LANGUAGES or days not in LINK_DAYS:
        abort(400)
    word = make_draft_link(
        kind=draft.kind,
        thing_id=thing_id,
        language=language,
        reader=request.form.get("reader", "").strip(),
        days=days,
        author_id=editor().id,
    )
    carry(NEW_LINK, path=url_for("drafts.read", word=word), thing=f"{kind}/{thing_id}")
    return redirect(url_for(".edit", kind=kind, thing_id=thing_id, _anchor="links"), 303)


@bp.post(f"{ONE}/links/<int:link_id>/revoke")
@needs(Role.WRITER)
def revoke_link(kind: str, thing_id: int, link_id: int) -> ResponseReturnValue:
    """Lets a draft link lead nowhere."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    revoke_draft_link(kind=draft.kind, thing_id=thing_id, link_id=link_id)
    flash(gettext("The link leads nowhere any more."))
    return redirect(url_for(".edit", kind=kind, thing_id=thing_id, _anchor="links"), 303)


def _draft_page(draft: Draft, language: str, bar: str, word: str = "") -> Response:
    """The public page that a draft will be, with a bar above that says what it is."""
    try:
        if word:
            html, status = preview.render_kept(draft.kind, draft.id, language)
        else:
            answer = preview.render_draft(draft.kind, draft.id, language)
            html, status = answer.get_data(as_text=True), answer.status_code
    except (ValueError, IntegrityError, DataError):
        return make_response(render_template("admin/editing/no_preview.html", draft=draft), 409)
    banner = render_template(bar, draft=draft, language=language)
    html = re.sub(r"(<body[^>]*>)", lambda match: match[1] + banner, html, count=1)
    if word:
        # Strangers see a picture of a draft only by the word of its link.
        html = MEDIA.sub(rf"\1?draft={word}", html)
    shown = make_response(html, status)
    shown.headers["X-Robots-Tag"] = "noindex, nofollow"
    shown.headers["Cache-Control"] = "no-store"
    return shown


def may_see_picture(key: str) -> bool:
    """Whether the word in the address of a picture is that of a draft which shows it."""
    link = queries.get_draft_link(token_hash(request.args.get("draft", "")))
    return link is not None and is_used_by(key, link.kind, link.thing_id)


@drafts.get("/draft/<word>/")
def read(word: str) -> ResponseReturnValue:
    """A draft for somebody without an account, as long as their link holds."""
    link = queries.get_draft_link(token_hash(word))
    if link is None:
        abort(410)
    kind = KINDS[link.kind]
    draft = queries.get_draft_or_404(kind, link.thing_id)
    use_language(link.language)
    return _draft_page(draft, link.language, "admin/editing/_draft_bar.html", word)
