"""The library of files of the panel: upload, title, replace, choose and delete documents and recordings."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import FileStorage

from wzo import htmx
from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.files.forms import DescribeFileForm
from wzo.admin.pictures.queries import titles_of
from wzo.cms.queries import any_is_scheduled
from wzo.files import actions, queries
from wzo.files.checking.refusals import FileRefused
from wzo.files.checking.warnings import warning_messages
from wzo.files.formats import (
    ACCEPTED,
    DOCUMENT,
    FORMATS,
    MAX_SIZES,
    MEGABYTE,
    VIDEO,
    file_markdown,
    file_url,
    poster_url,
)
from wzo.files.models import File
from wzo.files.reference_index import file_uses
from wzo.files.sizes import size_text
from wzo.i18n import LANGUAGES, current_language
from wzo.media.actions import clean_file_name, uploads_enabled
from wzo.media.uploads import MAX_FILE_SIZE, PICTURE_TYPES, PictureRefused

bp = Blueprint("files", __name__, url_prefix="/files")

# The limit of an upload: several documents at once, if no script sends them one by one, or one recording.
MAX_UPLOAD_BYTES = 63 * MEGABYTE
PAGE_SIZE = 48
PICKER_LIMIT = 24
FIELDS = ("title", "captions", "transcript")
FILTERS = ("", "untitled", "unused", "deleted")

bp.add_app_template_filter(size_text)


@bp.context_processor
def add_variables() -> dict[str, object]:
    """Template variables of the library of files."""
    return {
        "file_types": ACCEPTED,
        "largest": max(MAX_SIZES.values()),
        "file_url": file_url,
        "poster_url": poster_url,
        "picture_types": PICTURE_TYPES,
        "formats": FORMATS,
        "in_markdown": _in_markdown,
        "warning_messages": warning_messages,
    }


@bp.get("/")
@requires(Role.WRITER)
def index() -> ResponseReturnValue:
    """All files, newest first, or those that match the filters, and a form to upload more."""
    question, only = request.args.get("q", ""), request.args.get("only", "")
    if only not in FILTERS:
        abort(404)
    found = queries.find_files(question, only)
    page = request.args.get("page", 1, type=int)
    return render_template(
        "admin/files/index.html",
        files=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE] if page > 0 else abort(404),
        count=len(found),
        page=page,
        more=len(found) > page * PAGE_SIZE,
        question=question,
        only=only,
        uploads_enabled=uploads_enabled(),
    )


@bp.post("/upload/")
@requires(Role.WRITER, max_bytes=MAX_UPLOAD_BYTES)
def upload() -> ResponseReturnValue:
    """Adds files and says why any were refused; a single file opens for its titles."""
    uploads = [file for file in request.files.getlist("files") if file.filename]
    results = [(clean_file_name(file.filename or ""), *_add(file)) for file in uploads]
    added = [file for _, file, _ in results if file]
    complete = bool(uploads) and len(added) == len(uploads)
    if complete and not htmx.wants_fragment():
        flash(ngettext("%(num)d file uploaded.", "%(num)d files uploaded.", len(added)))
        edit_path = url_for(".edit", file_id=added[0].id)
        return redirect(edit_path if len(added) == 1 else url_for(".index"), 303)
    return htmx.render(
        "admin/files/upload.html",
        "admin/files/_uploaded.html",
        status=200 if complete else 422,
        results=results,
    )


def _add(file: FileStorage) -> tuple[File | None, str]:
    try:
        return actions.add_file_from_upload(file, editor().id), ""
    except FileRefused as refused:
        return None, str(refused)


@bp.get("/<int:file_id>/")
@requires(Role.WRITER)
def edit(file_id: int) -> ResponseReturnValue:
    """A file with its titles, warnings about what it reveals, and the list of its uses."""
    file = queries.get_file_or_404(file_id)
    texts = queries.get_texts(file.id)
    data = {f"{name}_{code}": getattr(text, name) for code, text in texts.items() for name in FIELDS}
    return _page(file, DescribeFileForm(data=data))


@bp.post("/<int:file_id>/")
@requires(Role.WRITER, max_bytes=MAX_FILE_SIZE + MEGABYTE)
def save(file_id: int) -> ResponseReturnValue:
    """Saves the titles of a file and, of a recording, its captions and transcripts and the picture of a video."""
    file = queries.get_file_or_404(file_id)
    form = DescribeFileForm()
    if not form.validate():
        return _page(file, form, status=422)
    fields = FIELDS if _has_words(file) and _may_change(file) else ("title",)
    texts = {code: {name: form[f"{name}_{code}"].data or "" for name in fields} for code in LANGUAGES}
    actions.describe_file(file_id=file_id, texts=texts)
    if refused := _save_poster(file):
        flash(refused, "error")
    else:
        flash(gettext("Saved."))
    return redirect(url_for(".edit", file_id=file_id), 303)


def _has_words(file: File) -> bool:
    """Whether a file is a recording, which may contain speech."""
    return FORMATS[file.suffix].kind != DOCUMENT


def _save_poster(file: File) -> str:
    """Save the picture of a video, if one was sent; returns why it was refused."""
    upload = request.files.get("poster")
    if upload is None or not upload.filename or FORMATS[file.suffix].kind != VIDEO or not _may_change(file):
        return ""
    try:
        actions.set_poster(file, upload)
    except PictureRefused as refused:
        return str(refused)
    return ""


@bp.post("/<int:file_id>/replace/")
@requires(Role.WRITER, max_bytes=MAX_UPLOAD_BYTES)
def replace(file_id: int) -> ResponseReturnValue:
    """Replaces a file by a new version; one that is on the site, only for publishers."""
    file = queries.get_file_or_404(file_id)
    upload = request.files.get("file")
    edit_path = url_for(".edit", file_id=file_id)
    if not _may_change(file):
        message = gettext("This file is live or scheduled, so only a publisher can replace it.")
    elif upload is None or not upload.filename:
        message = gettext("No file was chosen.")
    else:
        try:
            actions.replace_file(file, upload)
        except FileRefused as refused:
            message = str(refused)
        else:
            flash(gettext("The new version is uploaded. It has the same address."))
            return redirect(edit_path, 303)
    flash(message, "error")
    return redirect(edit_path, 303)


def _may_change(file: File) -> bool:
    """Whether an editor may change a file that readers get, now or once a scheduled publication is due."""
    uses = file_uses.get(file.id)
    return editor().may(Role.PUBLISHER) or not (any(use.live for use in uses) or any_is_scheduled(uses))


def _page(file: File, form: DescribeFileForm, status: int = 200) -> ResponseReturnValue:
    uses = file_uses.get(file.id)
    page = render_template(
        "admin/files/edit.html",
        file=file,
        form=form,
        titles={code: text.title for code, text in queries.get_texts(file.id).items()},
        uses=uses,
        titles_of_uses=titles_of(uses),
        live=any(use.live for use in uses),
        may_change=_may_change(file),
    )
    return page, status


@bp.post("/<int:file_id>/delete/")
@requires(Role.WRITER)
def delete(file_id: int) -> ResponseReturnValue:
    """Moves a file to the bin, unless something live uses it."""
    queries.get_file_or_404(file_id)
    try:
        actions.delete_file(file_id=file_id)
    except actions.FileInUse:
        flash(gettext("This file is on the site. Remove it first from the texts listed below."), "error")
        return redirect(url_for(".edit", file_id=file_id), 303)
    flash(gettext("The file is in the bin. You can restore it for 30 days."))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:file_id>/restore/")
@requires(Role.WRITER)
def restore(file_id: int) -> ResponseReturnValue:
    """Restores a file from the bin."""
    queries.get_file_or_404(file_id)
    actions.restore_file(file_id=file_id)
    flash(gettext("The file has been restored."))
    return redirect(url_for(".edit", file_id=file_id), 303)


@bp.get("/choose/")
@requires(Role.WRITER)
def choose() -> ResponseReturnValue:
    """Files to choose from for a text, into which a line of Markdown is inserted."""
    question, language = request.args.get("q", ""), request.args.get("language", "")
    found = queries.find_files(question)
    return htmx.render(
        "admin/files/choose.html",
        "admin/files/_chooser.html",
        files=found[:PICKER_LIMIT],
        count=len(found),
        question=question,
        # Not `language`, which is the language of the page: htmx gets the list out of the whole page.
        text_language=language if language in LANGUAGES else current_language(),
    )


def _in_markdown(file: File | queries.FileListItem, title: str) -> str:
    """The line of Markdown that shows a file in a text, with a title or the file's name."""
    return file_markdown(file.key, file.suffix, title or file.name or FORMATS[file.suffix].label)
