"""Converts content that editors paste into a text or drop on it to Markdown."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import MAX_FORM_BYTES, editor, requires
from wzo.admin.editing import conversion
from wzo.admin.editing.routes import bp
from wzo.i18n import LANGUAGES
from wzo.to_markdown.archives import MAX_FILE_SIZE, DocumentRefused

# A pasted text with its pictures in it.
MAX_BYTES = MAX_FORM_BYTES + 2 * MAX_FILE_SIZE


@bp.post("/convert")
@requires(Role.WRITER, max_bytes=MAX_BYTES)
def convert() -> ResponseReturnValue:
    """Converts a pasted text, or a document that was dropped on a text, to Markdown, and lists what was left out."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    first_note = request.form.get("first_note", 1, type=int)
    first_note = first_note if 0 < first_note < 10**6 else 1
    if document := request.files.get("document"):
        try:
            converted = conversion.convert_document(
                document.read(MAX_FILE_SIZE + 1), language, first_note=first_note, user=editor()
            )
        except DocumentRefused as refused:
            return {"error": str(refused.advice)}, 422
    elif html := _uploaded_text("html"):
        converted = conversion.convert_html(
            html, language, first_note=first_note, user=editor(), rtf=_uploaded_text("rtf")
        )
    else:
        markdown, notice = conversion.convert_plain_text(_uploaded_text("text"), language)
        return {"markdown": markdown, "notice": notice}
    if not converted.markdown and not converted.report.positions:
        return {"markdown": "", "notice": gettext("There was no text in it.")}
    return {"markdown": converted.markdown, "notice": conversion.notice_of(converted)}


def _uploaded_text(name: str) -> str:
    """A text that was sent as a file, since a field of a form may not be so long."""
    file = request.files.get(name)
    return file.read().decode("utf-8", "replace") if file else ""
