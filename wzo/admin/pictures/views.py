"""The media library of the panel: upload, describe, choose and delete pictures."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import FileStorage

from wzo import htmx
from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.pictures.chooser import find_page
from wzo.admin.pictures.forms import DescribePictureForm
from wzo.admin.pictures.queries import titles_of
from wzo.i18n import LANGUAGES, current_language
from wzo.media import actions, queries, renditions
from wzo.media.alt import alt_is_missing
from wzo.media.models import Picture
from wzo.media.reference_index import picture_uses
from wzo.media.uploads import MAX_FILE_SIZE, PICTURE_TYPES, PictureRefused

bp = Blueprint("pictures", __name__, url_prefix="/pictures")

# The limit of an upload: several pictures at once, if no script sends them one by one.
MAX_UPLOAD_BYTES = 64 * 1024 * 1024
PAGE_SIZE = 48
FILTERS = ("", "silent", "unused", "deleted")
# The maximum size of the picture on which the focal point is set, in CSS pixels, in which browsers without scripts
# send the position of a click. It fits the narrowest screen.
CLICK_WIDTH, CLICK_HEIGHT = 256, 320

bp.add_app_template_filter(alt_is_missing)


@bp.get("/")
@requires(Role.WRITER)
def index() -> ResponseReturnValue:
    """All pictures, newest first, or those that match the filters, and a form to upload more."""
    question, only = request.args.get("q", ""), request.args.get("only", "")
    if only not in FILTERS:
        abort(404)
    found = queries.find_pictures(question, only)
    page = request.args.get("page", 1, type=int)
    return render_template(
        "admin/pictures/index.html",
        pictures=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE] if page > 0 else abort(404),
        count=len(found),
        page=page,
        more=len(found) > page * PAGE_SIZE,
        question=question,
        only=only,
        uploads_enabled=actions.uploads_enabled(),
        picture_types=PICTURE_TYPES,
        max_file_size=MAX_FILE_SIZE,
    )


@bp.post("/upload/")
@requires(Role.WRITER, max_bytes=MAX_UPLOAD_BYTES)
def upload() -> ResponseReturnValue:
    """Adds pictures and says why any were refused; a single picture opens for its description."""
    files = [file for file in request.files.getlist("pictures") if file.filename]
    results = [(actions.clean_file_name(file.filename or ""), *_add(file)) for file in files]
    added = [picture for _, picture, _ in results if picture]
    complete = bool(files) and len(added) == len(files)
    if request.accept_mimetypes.best == "application/json":
        return _upload_result(results)
    if complete and not htmx.wants_fragment():
        flash(ngettext("%(num)d picture uploaded.", "%(num)d pictures uploaded.", len(added)))
        for notice in {notice for picture in added if (notice := actions.upload_notice(picture))}:
            flash(notice)
        edit_path = url_for(".edit", picture_id=added[0].id)
        return redirect(edit_path if len(added) == 1 else url_for(".index"), 303)
    return htmx.render(
        "admin/pictures/upload.html",
        "admin/pictures/_uploaded.html",
        status=200 if complete else 422,
        results=results,
        in_markdown=_in_markdown,
        upload_notice=actions.upload_notice,
    )


def _upload_result(results: list[tuple[str, Picture | None, str]]) -> ResponseReturnValue:
    """JSON for the script that uploads a picture for a text or a field, or why the picture was refused.

    For a text its line of Markdown and where it is described; for a field its key and its name; for both what was lost.
    """
    for name, picture, refused in results:
        if picture is None:
            return {"error": refused}, 422
        edit_path = url_for(".edit", picture_id=picture.id)
        notice = actions.upload_notice(picture)
        return {
            "markdown": _in_markdown(picture),
            "edit": edit_path,
            "key": picture.key,
            "name": name,
            "notice": notice,
        }
    return {"error": gettext("No picture was received.")}, 422


def _add(file: FileStorage) -> tuple[Picture | None, str]:
    try:
        return actions.add_picture_from_upload(file, editor()), ""
    except PictureRefused as refused:
        return None, str(refused)


@bp.get("/<int:picture_id>/")
@requires(Role.WRITER)
def edit(picture_id: int) -> ResponseReturnValue:
    """A picture with its description, its focal point, and the list of its uses."""
    picture = queries.get_picture_or_404(picture_id)
    texts = queries.get_texts(picture.id)
    data = {f"{field}_{code}": getattr(text, field) for code, text in texts.items() for field in ("alt", "caption")}
    return _page(picture, DescribePictureForm(obj=picture, data=data))


@bp.post("/<int:picture_id>/")
@requires(Role.WRITER)
def save(picture_id: int) -> ResponseReturnValue:
    """Saves a picture's description and focal point, which a click on the picture sets too."""
    picture = queries.get_picture_or_404(picture_id)
    form = DescribePictureForm()
    if clicked := _clicked_point(picture):
        form.focus_x.process(None, clicked[0])
        form.focus_y.process(None, clicked[1])
        form.focus_x.raw_data, form.focus_y.raw_data = [str(clicked[0])], [str(clicked[1])]
    if not form.validate():
        return _page(picture, form, status=422)
    focus = (form.focus_x.data or 0, form.focus_y.data or 0)
    moved = focus != (picture.focus_x, picture.focus_y)
    live = any(use.live for use in picture_uses.get(picture_id))
    may_change = editor().may(Role.PUBLISHER) or not live
    actions.describe(
        picture_id=picture_id,
        alts={code: form[f"alt_{code}"].data or "" for code in LANGUAGES},
        captions={code: form[f"caption_{code}"].data or "" for code in LANGUAGES},
        credit=(form.credit.data or "") if may_change else picture.credit,
        decorative=form.decorative.data,
    )
    if not may_change and (moved or (form.credit.data or "") != picture.credit):
        message = gettext(
            "The descriptions are saved. This picture is on the site, so only a publisher can change its "
            "focal point and credit."
        )
        flash(message, "error")
    else:
        if moved:
            actions.set_focus(picture_id=picture_id, x=focus[0], y=focus[1])
        flash(gettext("Saved."))
    return redirect(url_for(".edit", picture_id=picture_id), 303)


def _clicked_point(picture: Picture) -> tuple[int, int] | None:
    """Where the picture was clicked, in percent from the left and the top; the browser sends pixels."""
    x, y = request.form.get("at.x", type=int), request.form.get("at.y", type=int)
    if x is None or y is None:
        return None
    width, height = _click_size(picture)
    return min(100, max(0, round(100 * x / width))), min(100, max(0, round(100 * y / height)))


def _click_size(picture: Picture) -> tuple[int, int]:
    ratio = min(CLICK_WIDTH / picture.width, CLICK_HEIGHT / picture.height)
    return max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio))


def _page(picture: Picture, form: DescribePictureForm, status: int = 200) -> ResponseReturnValue:
    uses = picture_uses.get(picture.id)
    page = render_template(
        "admin/pictures/edit.html",
        picture=picture,
        form=form,
        click_size=_click_size(picture),
        uses=uses,
        titles=titles_of(uses),
        live=any(use.live for use in uses),
        in_markdown=_in_markdown,
    )
    return page, status


@bp.post("/<int:picture_id>/delete/")
@requires(Role.WRITER)
def delete(picture_id: int) -> ResponseReturnValue:
    """Moves a picture to the bin, unless something live uses it."""
    picture = queries.get_picture_or_404(picture_id)
    try:
        actions.delete_picture(picture_id=picture.id)
    except actions.PictureInUse:
        flash(gettext("This picture is shown on the site. Remove it first from the texts listed below."), "error")
        return redirect(url_for(".edit", picture_id=picture_id), 303)
    flash(gettext("The picture is in the bin. You can restore it for 30 days."))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:picture_id>/restore/")
@requires(Role.WRITER)
def restore(picture_id: int) -> ResponseReturnValue:
    """Restores a picture from the bin."""
    picture = queries.get_picture_or_404(picture_id)
    actions.restore_picture(picture_id=picture.id)
    flash(gettext("The picture has been restored."))
    return redirect(url_for(".edit", picture_id=picture_id), 303)


@bp.get("/choose/")
@requires(Role.WRITER)
def choose() -> ResponseReturnValue:
    """Pictures to choose from, for a text, into which a line of Markdown is inserted, or with `field` for a field."""
    language = request.args.get("language", "")
    return htmx.render(
        "admin/pictures/choose.html",
        "admin/pictures/_chooser.html",
        found=find_page(),
        field="field" in request.args,
        # Not `language`, which is the language of the page: htmx gets the list out of the whole page.
        text_language=language if language in LANGUAGES else current_language(),
        in_markdown=_in_markdown,
    )


def _in_markdown(picture: Picture | queries.PictureListItem, language: str = "") -> str:
    """The line of Markdown that shows a picture in a text, with its description in a language."""
    texts = picture if isinstance(picture, queries.PictureListItem) else queries.get_texts(picture.id).get(language)
    alt, caption = "", ""
    if isinstance(texts, queries.PictureListItem):
        alt, caption = texts.alts.get(language, ""), texts.captions.get(language, "")
    elif texts:
        alt, caption = texts.alt, texts.caption
    return renditions.picture_markdown(picture.key, (picture.width, picture.height), alt, caption)
