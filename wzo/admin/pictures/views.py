"""The panel's pages of pictures."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import FileStorage

from wzo import htmx
from wzo.accounts.models import Role
from wzo.admin.access import editor, requires
from wzo.admin.pictures.forms import DescribePictureForm
from wzo.admin.pictures.queries import titles_of
from wzo.errors import PictureRefused
from wzo.i18n import LANGUAGES, current_language
from wzo.media import actions, files, queries
from wzo.media.alt import alt_is_missing
from wzo.media.models import Picture

bp = Blueprint("pictures", __name__, url_prefix="/pictures")

# What one form may bring, in bytes: some pictures at once, where no script sends them one by one.
MOST_AT_ONCE = 64 * 1024 * 1024
PAGE = 48
FEW = 24
FILTERS = ("", "silent", "unused", "deleted")
# How large the picture is on which the focal point is set, in CSS pixels: a browser without scripts tells the place
# of a click in these. It fits the narrowest screen.
CLICK_WIDTH, CLICK_HEIGHT = 256, 320

bp.add_app_template_filter(alt_is_missing)


@bp.get("/")
@requires(Role.WRITER)
def index() -> ResponseReturnValue:
    """All pictures, the newest first, or those that are asked for; and the field to upload more."""
    question, only = request.args.get("q", ""), request.args.get("only", "")
    if only not in FILTERS:
        abort(404)
    found = queries.find_pictures(question, only)
    page = request.args.get("page", 1, type=int)
    return render_template(
        "admin/pictures/index.html",
        pictures=found[(page - 1) * PAGE : page * PAGE] if page > 0 else abort(404),
        count=len(found),
        page=page,
        more=len(found) > page * PAGE,
        question=question,
        only=only,
        uploads_enabled=actions.uploads_enabled(),
    )


@bp.post("/upload/")
@requires(Role.WRITER, body=MOST_AT_ONCE)
def upload() -> ResponseReturnValue:
    """Takes pictures; what was refused is told with its reason, and one that was taken opens for its description."""
    sent = [file for file in request.files.getlist("pictures") if file.filename]
    results = [(actions.clean_file_name(file.filename or ""), *_take(file)) for file in sent]
    taken = [picture for _, picture, _ in results if picture]
    whole = bool(sent) and len(taken) == len(sent)
    if request.accept_mimetypes.best == "application/json":
        return _for_text(results)
    if whole and not htmx.wants_fragment():
        flash(ngettext("%(num)d picture uploaded.", "%(num)d pictures uploaded.", len(taken)))
        one = url_for(".edit", picture_id=taken[0].id)
        return redirect(one if len(taken) == 1 else url_for(".index"), 303)
    return htmx.render(
        "admin/pictures/upload.html",
        "admin/pictures/_uploaded.html",
        status=200 if whole else 422,
        results=results,
        in_markdown=_in_markdown,
    )


def _for_text(results: list[tuple[str, Picture | None, str]]) -> ResponseReturnValue:
    """For a picture that was dropped into a text: the line that shows it, or why it was refused."""
    for _, picture, refused in results:
        if picture is None:
            return {"error": refused}, 422
        return {"markdown": _in_markdown(picture), "edit": url_for(".edit", picture_id=picture.id)}
    return {"error": gettext("No picture was received.")}, 422


def _take(file: FileStorage) -> tuple[Picture | None, str]:
    try:
        return actions.add_picture_from_upload(file, editor()), ""
    except PictureRefused as refused:
        return None, str(refused)


@bp.get("/<int:picture_id>/")
@requires(Role.WRITER)
def edit(picture_id: int) -> ResponseReturnValue:
    """A picture with its words, its focal point, and where it is used."""
    picture = queries.get_picture_or_404(picture_id)
    texts = queries.get_texts(picture.id)
    words = {f"{field}_{code}": getattr(text, field) for code, text in texts.items() for field in ("alt", "caption")}
    return _page(picture, DescribePictureForm(obj=picture, data=words))


@bp.post("/<int:picture_id>/")
@requires(Role.WRITER)
def save(picture_id: int) -> ResponseReturnValue:
    """Keeps the words and the focal point of a picture; a click on the picture sets that point too."""
    picture = queries.get_picture_or_404(picture_id)
    form = DescribePictureForm()
    if clicked := _clicked(picture):
        form.focus_x.process(None, clicked[0])
        form.focus_y.process(None, clicked[1])
        form.focus_x.raw_data, form.focus_y.raw_data = [str(clicked[0])], [str(clicked[1])]
    if not form.validate():
        return _page(picture, form, status=422)
    focus = (form.focus_x.data or 0, form.focus_y.data or 0)
    moved = focus != (picture.focus_x, picture.focus_y)
    seen = any(use.live for use in queries.get_uses(picture_id))
    may_change = editor().may(Role.PUBLISHER) or not seen
    actions.describe(
        picture_id=picture_id,
        alts={code: form[f"alt_{code}"].data or "" for code in LANGUAGES},
        captions={code: form[f"caption_{code}"].data or "" for code in LANGUAGES},
        credit=(form.credit.data or "") if may_change else picture.credit,
        decorative=form.decorative.data,
    )
    if not may_change and (moved or (form.credit.data or "") != picture.credit):
        sentence = gettext(
            "The descriptions are saved. This picture is on the site, so only a publisher can change its "
            "focal point and credit."
        )
        flash(sentence, "error")
    else:
        if moved:
            actions.set_focus(picture_id=picture_id, x=focus[0], y=focus[1])
        flash(gettext("Saved."))
    return redirect(url_for(".edit", picture_id=picture_id), 303)


def _clicked(picture: Picture) -> tuple[int, int] | None:
    """Where the picture was clicked, in percent from the left and the top; the browser sends pixels."""
    place = request.form.get("at.x", type=int), request.form.get("at.y", type=int)
    if place[0] is None or place[1] is None:
        return None
    width, height = _click_size(picture)
    return min(100, max(0, round(100 * place[0] / width))), min(100, max(0, round(100 * place[1] / height)))


def _click_size(picture: Picture) -> tuple[int, int]:
    ratio = min(CLICK_WIDTH / picture.width, CLICK_HEIGHT / picture.height)
    return max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio))


def _page(picture: Picture, form: DescribePictureForm, status: int = 200) -> ResponseReturnValue:
    uses = queries.get_uses(picture.id)
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
    """Puts a picture into the trash, unless readers see it somewhere."""
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
    """Takes a picture back from the trash."""
    picture = queries.get_picture_or_404(picture_id)
    actions.restore_picture(picture_id=picture.id)
    flash(gettext("The picture has been restored."))
    return redirect(url_for(".edit", picture_id=picture_id), 303)


@bp.get("/choose/")
@requires(Role.WRITER)
def choose() -> ResponseReturnValue:
    """Pictures to choose from: for the field of a form, or for a text, where each gives its line of Markdown."""
    question = request.args.get("q", "")
    language = request.args.get("language", "")
    return htmx.render(
        "admin/pictures/choose.html",
        "admin/pictures/_picker.html",
        pictures=queries.find_pictures(question)[:FEW],
        question=question,
        field=request.args.get("field", ""),
        value=request.args.get("value", ""),
        language=language if language in LANGUAGES else current_language(),
        in_markdown=_in_markdown,
    )


def _in_markdown(picture: Picture | queries.PictureListItem, language: str = "") -> str:
    """The line by which a text shows a picture, with its words in a language."""
    words = picture if isinstance(picture, queries.PictureListItem) else queries.get_texts(picture.id).get(language)
    alt, caption = "", ""
    if isinstance(words, queries.PictureListItem):
        alt, caption = words.alts.get(language, ""), words.captions.get(language, "")
    elif words:
        alt, caption = words.alt, words.caption
    return files.picture_markdown(picture.key, (picture.width, picture.height), alt, caption)
