"""Publishing from the edit page: now or later, once the second factor has been confirmed, and unpublishing."""

from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import editor, recently_verified, requires, show_factor_page
from wzo.admin.editing import forms
from wzo.admin.editing.edit_page import show_edit_page
from wzo.admin.editing.routes import OBJECT, bp, language_list
from wzo.admin.help.tour import path_after_saving
from wzo.admin.times import NoSuchTime, parse_local
from wzo.clock import now
from wzo.cms import publishing, queries, scheduling
from wzo.cms.content_types import ContentType, NotReady
from wzo.cms.queries import Draft
from wzo.i18n import LANGUAGES

# The category of the message that the edit page completes with where readers find it.
PUBLISHED = "published"
# Five years.
MAX_SCHEDULE_AHEAD = timedelta(days=5 * 366)


@bp.get(f"{OBJECT}/publish")
@requires(Role.PUBLISHER)
def confirm_publishing(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Asks for the second factor, with which the saved draft is published."""
    draft = queries.get_draft_or_404(content_type, object_id)
    languages, action = _requested()
    if request.args.get("revisions") != _revisions(draft):
        return _changed_meanwhile(draft)
    if recently_verified():
        return render_template("admin/editing/publish.html", draft=draft, chosen=languages, action=action)
    return show_factor_page(action=request.full_path, fields=[], error="")


@bp.post(f"{OBJECT}/publish")
@requires(Role.PUBLISHER, recent_second_factor=True)
def publish(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Publishes or schedules the saved draft."""
    draft = queries.get_draft_or_404(content_type, object_id)
    languages, action = _requested()
    if request.values.get("revisions") != _revisions(draft):
        return _changed_meanwhile(draft)
    return _publish(draft, action, languages)


@bp.post(f"{OBJECT}/unschedule")
@requires(Role.PUBLISHER)
def unschedule(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Cancels scheduled publication."""
    queries.get_draft_or_404(content_type, object_id)
    scheduling.unschedule(content_type=content_type, object_id=object_id, languages=list(LANGUAGES))
    flash(gettext("Scheduled publication cancelled."))
    return redirect(url_for(".edit", content_type=content_type, object_id=object_id), 303)


@bp.post(f"{OBJECT}/unpublish")
@requires(Role.PUBLISHER)
def unpublish(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Unpublishes an object everywhere, at once."""
    queries.get_draft_or_404(content_type, object_id)
    languages = forms.parse_languages(request.form.get("languages", "")) or list(LANGUAGES)
    unpublished = publishing.unpublish(content_type=content_type, object_id=object_id, languages=languages)
    if unpublished:
        named = language_list(unpublished)
        flash(gettext("Taken down: %(languages)s. It is no longer on the site.", languages=named))
    return redirect(url_for(".edit", content_type=content_type, object_id=object_id), 303)


@bp.post(f"{OBJECT}/mark-translation-current")
@requires(Role.WRITER)
def mark_translation_current(content_type: ContentType, object_id: int) -> ResponseReturnValue:
    """Records that a translation needs no change, although its source has changed."""
    queries.get_draft_or_404(content_type, object_id)
    for language in forms.parse_languages(request.form.get("language", "")):
        publishing.mark_translation_current(content_type=content_type, object_id=object_id, language=language)
    return redirect(url_for(".edit", content_type=content_type, object_id=object_id), 303)


def publish_or_confirm(draft: Draft, action: str, languages: list[str]) -> ResponseReturnValue:
    """Publish or schedule a saved draft; if the second factor must be confirmed first, redirect there."""
    if not editor().may(Role.PUBLISHER):
        abort(403)
    if recently_verified():
        return _publish(draft, action, languages)
    try:
        publishing.check_ready(draft, languages)
    except NotReady as failure:
        # No editor should look for the code first only to learn that a field is empty.
        return show_edit_page(draft, blocking=failure.items, status=422)
    form_values = {name: request.values.get(name) for name in ("day", "hour", "translation_is_current", "tour")}
    path = url_for(
        ".confirm_publishing",
        content_type=draft.content_type,
        object_id=draft.id,
        languages=" ".join(languages),
        action=action,
        revisions=_revisions(draft),
        **form_values,  # type: ignore[arg-type]
    )
    return redirect(path, 303)


def _requested() -> tuple[list[str], str]:
    """The languages that the request names, and whether to publish them or to schedule that."""
    languages = forms.parse_languages(request.values.get("languages", ""))
    action = request.values.get("action", "publish")
    if not languages or action not in ("publish", "schedule"):
        abort(400)
    return languages, action


def _changed_meanwhile(draft: Draft) -> ResponseReturnValue:
    flash(gettext("Another editor has changed it in the meantime. Look at it again before publishing."), "error")
    return redirect(url_for(".edit", content_type=draft.content_type, object_id=draft.id), 303)


def _revisions(draft: Draft) -> str:
    """The revisions that a draft consists of, for a URL."""
    return ".".join(str(draft.revision_ids[locale]) for locale in queries.LOCALES)


def _publish(draft: Draft, action: str, languages: list[str]) -> ResponseReturnValue:
    content_type, object_id = draft.content_type, draft.id
    try:
        if action == "schedule":
            try:
                at = parse_local(request.values.get("day", ""), request.values.get("hour", ""))
            except NoSuchTime as error:
                flash(gettext("Saved, but not scheduled. %(advice)s", advice=error.advice), "error")
                return redirect(url_for(".edit", content_type=content_type, object_id=object_id), 303)
            if at is None or not now() < at < now() + MAX_SCHEDULE_AHEAD:
                message = gettext("Saved, but not scheduled: choose a date and time within the next five years.")
                flash(message, "error")
                return redirect(url_for(".edit", content_type=content_type, object_id=object_id), 303)
            scheduling.schedule(
                content_type=content_type, object_id=object_id, languages=languages, at=at, author_id=editor().id
            )
            flash(gettext("Scheduled: %(languages)s.", languages=language_list(languages)))
        else:
            publishing.publish(
                content_type=content_type,
                object_id=object_id,
                languages=languages,
                author_id=editor().id,
                translation_is_current=bool(request.values.get("translation_is_current")),
            )
            flash(gettext("Published: %(languages)s.", languages=language_list(languages)), PUBLISHED)
    except NotReady as failure:
        return show_edit_page(queries.get_draft(content_type, object_id), blocking=failure.items, status=422)
    return redirect(path_after_saving(content_type.key, object_id), 303)
