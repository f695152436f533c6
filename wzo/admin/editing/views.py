"""The edit page: both languages side by side, with autosave and save buttons."""

from flask import flash, get_template_attribute, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from wzo.accounts.flow_state import pop_flow_state
from wzo.accounts.models import Role
from wzo.admin.access import MAX_FORM_BYTES, editor, requires
from wzo.admin.editing import conversion, forms, publish_views
from wzo.admin.editing.draft_views import NEW_LINK
from wzo.admin.editing.edit_page import show_conflicts, show_edit_page
from wzo.admin.editing.routes import OBJECT, bp
from wzo.admin.help.actions import end_tour
from wzo.admin.help.tour import is_ending, path_after_saving
from wzo.admin.times import clock
from wzo.clock import now
from wzo.cms import checks, drafts, picture_fields, presence, queries
from wzo.cms.content_types import ContentType
from wzo.cms.fields import Fields
from wzo.cms.models import SHARED
from wzo.cms.patches import Replacement, replacements
from wzo.cms.queries import Draft
from wzo.cms.status import get_statuses
from wzo.i18n import LANGUAGES
from wzo.media.actions import add_picture_from_upload, clean_file_name, upload_notice
from wzo.media.store import StoreUnavailable
from wzo.media.uploads import MAX_FILE_SIZE, PictureRefused
from wzo.templating import full_url
from wzo.to_markdown.archives import MAX_FILE_SIZE as MAX_DOCUMENT_SIZE
from wzo.to_markdown.archives import DocumentRefused


@bp.get(f"{OBJECT}/")
@requires(Role.WRITER)
def edit(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """An object to edit, both languages side by side."""
    draft = queries.get_draft_or_404(content_type, object_id)
    presence.report(content_type=content_type, object_id=object_id, user_id=editor().id)
    link = pop_flow_state(NEW_LINK) or {}
    is_own = link.get("object") == f"{content_type.key}/{object_id}"
    return show_edit_page(draft, new_link=full_url(link["path"]) if is_own else "")


@bp.post(f"{OBJECT}/")
@requires(Role.WRITER, max_bytes=MAX_FORM_BYTES + 3 * MAX_FILE_SIZE)
def save(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Saves the form, then does what the button says: publish, schedule or request a review."""
    saved, submitted = _save_fields(content_type, object_id)
    edit_session = submitted.edit_session
    draft, pictures_accepted = _save_pictures(saved.draft, edit_session)
    draft, refused = _save_documents(draft, edit_session)
    action, _, which = request.form.get("do", "").partition(":")
    languages = forms.parse_languages(which)
    if saved.conflicts:
        for message in refused.values():
            flash(message, "error")
        return show_conflicts(draft, saved.conflicts, edit_session, request.form.get("do", ""))
    if action in ("publish", "schedule") and (saved.theirs or saved.merged):
        return show_edit_page(draft, changed_by_others=[*saved.theirs, *saved.merged], status=409)
    if refused:
        return show_edit_page(draft, refused_documents=refused, status=422)
    if action in ("publish", "schedule") and languages and pictures_accepted:
        return publish_views.publish_or_confirm(draft, action, languages)
    if action == "choose" and picture_fields.find_picture_field(content_type, which):
        return redirect(url_for(".choose_picture", content_type=content_type, object_id=object_id, field=which), 303)
    if action == "review" and languages:
        drafts.request_review(
            content_type=content_type, object_id=object_id, languages=languages, author_id=editor().id
        )
        flash(gettext("Saved and sent for review."))
    else:
        flash(gettext("Saved."))
    if is_ending():
        end_tour(user_id=editor().id)
    return redirect(path_after_saving(content_type.key, object_id), 303)


@bp.post(f"{OBJECT}/autosave")
@requires(Role.WRITER)
def autosave(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Saves the changes since the last time, and returns those that others have made meanwhile."""
    saved, submitted = _save_fields(content_type, object_id, only_changes=True)
    badges = get_template_attribute("admin/editing/_status.html", "badges")
    return {
        "saved_at": clock(now()),
        "base_revision_ids": saved.draft.revision_ids,
        "theirs": {name: forms.shown_value(content_type, name, value) for name, value in saved.theirs.items()},
        "replacements": _replacements(saved, submitted),
        "merged": list(saved.merged),
        "conflicts": {
            name: {
                "theirs": forms.shown_value(content_type, name, it.theirs),
                "shown": forms.theirs_only(content_type, name, it),
                "who": it.who,
            }
            for name, it in saved.conflicts.items()
        },
        "checklist_html": render_template("admin/editing/_checklist.html", checklist=checks.checklist(saved.draft)),
        "badges_html": {code: badges(status) for code, status in get_statuses(saved.draft).items()},
    }


@bp.post(f"{OBJECT}/presence")
@requires(Role.WRITER)
def report_presence(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Records that the edit page is open, and returns the names of the others who have it open."""
    queries.get_draft_or_404(content_type, object_id)
    presence.report(content_type=content_type, object_id=object_id, user_id=editor().id)
    others = presence.get_others(content_type, object_id, editor().id)
    return render_template("admin/editing/_presence.html", others=others)


def _save_fields(
    content_type: ContentType, object_id: int, *, only_changes: bool = False
) -> tuple[drafts.SaveResult, forms.SubmittedFields]:
    """Save the submitted fields; returns the result and what was submitted. `only_changes`: see drafts.save."""
    queries.get_draft_or_404(content_type, object_id)
    submitted = forms.parse_fields(content_type, request.form)
    for name, patch in submitted.patches.items():
        locale, _, field = name.partition(".")
        base_id = submitted.base_revision_ids.get(name, submitted.base_revision_ids.get(locale, 0))
        text = queries.get_base(content_type, object_id, locale, base_id)[field]
        submitted.values.setdefault(locale, {})[field] = forms.limited(patch.apply(text))
    saved = drafts.save(
        content_type=content_type,
        object_id=object_id,
        values=submitted.values,
        base_revision_ids=submitted.base_revision_ids,
        edit_session=submitted.edit_session,
        author_id=editor().id,
        only_changes=only_changes,
    )
    return saved, submitted


def _replacements(saved: drafts.SaveResult, submitted: forms.SubmittedFields) -> dict[str, list[Replacement]]:
    """How the submitted texts differ from those that were saved, by field.

    Invisible characters were removed, and paragraphs that others have changed were merged, in conflicting texts too.
    """
    found = {}
    for locale, fields in submitted.values.items():
        for field, text in fields.items():
            name = f"{locale}.{field}"
            conflict = saved.conflicts.get(name)
            shown = conflict.mine if conflict else saved.draft.fields[locale][field]
            if shown != text and name not in saved.theirs:
                found[name] = replacements(text, shown)
    return found


def _save_pictures(draft: Draft, edit_session: str) -> tuple[Draft, bool]:
    """Add the pictures that were uploaded with the form; returns the draft, and whether all were accepted."""
    added: Fields = {}
    all_accepted = True
    for field in draft.content_type.shared_fields:
        file = request.files.get(f"upload.{field.name}")
        if field.kind == "picture" and file and file.filename:
            try:
                picture = add_picture_from_upload(file, editor())
                added[field.name] = picture.key
                if notice := upload_notice(picture):
                    flash(notice)
            except PictureRefused as refused:
                flash(f"{clean_file_name(file.filename)}: {refused}", "error")
                all_accepted = False
            except StoreUnavailable:
                flash(
                    gettext(
                        "Your text is saved but the picture is not: the media storage is not responding. Try again."
                    ),
                    "error",
                )
                all_accepted = False
    if added:
        draft = drafts.save(
            content_type=draft.content_type,
            object_id=draft.id,
            values={SHARED: added},
            base_revision_ids=draft.revision_ids,
            edit_session=edit_session,
            author_id=editor().id,
        ).draft
    return draft, all_accepted


def _save_documents(draft: Draft, edit_session: str) -> tuple[Draft, dict[str, str]]:
    """Add the text of documents that were uploaded with the form; returns the draft, and refusals by field."""
    added: dict[str, Fields] = {}
    refusals: dict[str, str] = {}
    for key, file in request.files.items():
        prefix, _, name = key.partition(".")
        locale, _, field = name.partition(".")
        if prefix != "document" or locale not in LANGUAGES or not file.filename:
            continue
        if not forms.is_markdown(draft.content_type, field):
            continue
        try:
            added.setdefault(locale, {})[field] = _with_document(draft.fields[locale][field], file, locale)
        except (DocumentRefused, forms.FieldTooLong) as refused:
            refusals[key] = f"{clean_file_name(file.filename)}: {refused.advice}"
    if added:
        draft = drafts.save(
            content_type=draft.content_type,
            object_id=draft.id,
            values=added,
            base_revision_ids=draft.revision_ids,
            edit_session=edit_session,
            author_id=editor().id,
        ).draft
    return draft, refusals


def _with_document(text: str, file: FileStorage, language: str) -> str:
    """A text with that of a document after it; flashes what was left out. Raises DocumentRefused or FieldTooLong."""
    data = file.stream.read(MAX_DOCUMENT_SIZE + 1)
    note = conversion.next_note(text)
    converted = conversion.convert_document(data, language, first_note=note, user=editor())
    changed = forms.limited("\n\n".join(filter(None, (text.rstrip(), converted.markdown))))
    flash(f"{clean_file_name(file.filename or '')}: {conversion.notice_of(converted)}")
    return changed
