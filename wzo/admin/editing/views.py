"""Everything that is public is edited here, whatever its kind: lists, the page where one writes, publishing."""

import secrets
from collections.abc import Sequence

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from wzo.admin.access import LONGEST_FORM, editor, factor_is_fresh, needs
from wzo.admin.accounts.carried import put_down
from wzo.admin.accounts.models import Role
from wzo.admin.editing import actions, checks, forms, live, preview, publishing, queries, trash
from wzo.admin.editing.actions import Conflict
from wzo.admin.editing.checks import NotReady
from wzo.admin.editing.draft_views import LINK_DAYS, NEW_LINK
from wzo.admin.editing.finding import find_everywhere
from wzo.admin.editing.kinds import KINDS, Kind
from wzo.admin.editing.live import Fields
from wzo.admin.editing.models import SHARED
from wzo.admin.editing.queries import Draft
from wzo.admin.editing.routes import KIND, ONE, bp, named, number_of
from wzo.admin.help.actions import end_tour
from wzo.admin.help.tour import is_ending, path_after_saving
from wzo.admin.times import clock, read_moment
from wzo.errors import PictureRefused, StoreUnavailable
from wzo.i18n import LANGUAGES
from wzo.media.actions import add_picture_from_upload, plain_name
from wzo.media.images import LONGEST_FILE
from wzo.publication import now
from wzo.templating import full_url

# How far ahead something can be scheduled, in seconds: five years.
LATEST = 5 * 366 * 24 * 60 * 60


@bp.get(f"{KIND}/")
@needs(Role.WRITER)
def index(kind: str) -> ResponseReturnValue:
    """All things of a kind, in their order, with where each language stands."""
    one = queries.get_kind_or_404(kind)
    before = number_of(request.args.get("before"))
    items = queries.get_items(one, before=before, limit=None if one.ordered else queries.PAGE)
    more = items[-1].id if len(items) == queries.PAGE else None
    return render_template("admin/editing/index.html", kind=one, items=items, more=more)


@bp.post(f"{KIND}/")
@needs(Role.WRITER)
def create(kind: str) -> ResponseReturnValue:
    """Begins a thing and opens the page where one writes it."""
    one = queries.get_kind_or_404(kind)
    if one.fixed:
        abort(405)
    try:
        thing_id = actions.create(kind=one, author_id=editor().id)
    except NotReady as failure:
        flash(checks.told(failure.checks), "error")
        return redirect(url_for(".index", kind=kind), 303)
    return redirect(url_for(".edit", kind=kind, thing_id=thing_id), 303)


@bp.get(f"{ONE}/")
@needs(Role.WRITER)
def edit(kind: str, thing_id: int) -> ResponseReturnValue:
    """A thing to be written, both languages side by side."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    link = put_down(NEW_LINK) or {}
    own = link.get("thing") == f"{kind}/{thing_id}"
    return _page(draft, new_link=full_url(link["path"]) if own else "")


@bp.post(f"{ONE}/")
@needs(Role.WRITER, body=LONGEST_FORM + 3 * LONGEST_FILE)
def save(kind: str, thing_id: int) -> ResponseReturnValue:
    """Saves what was written; then does what the button says: publish, schedule, ask for a review."""
    saved, sitting = _save_words(kind, thing_id)
    all_taken = _take_pictures(saved.draft, sitting)
    if saved.conflicts:
        return _three_ways(saved.draft, saved.conflicts, sitting, request.form.get("do", ""))
    deed, _, which = request.form.get("do", "").partition(":")
    languages = forms.read_languages(which)
    if deed in ("publish", "schedule") and saved.theirs:
        return _page(saved.draft, fresh=list(saved.theirs), status=409)
    if deed in ("publish", "schedule") and languages and all_taken:
        return _go_public(queries.get_draft(saved.draft.kind, thing_id), deed, languages)
    if deed == "review" and languages:
        actions.ask_for_review(kind=saved.draft.kind, thing_id=thing_id, languages=languages, author_id=editor().id)
        flash(gettext("Saved. The publishers see that it waits for them."))
    else:
        flash(gettext("Saved."))
    if is_ending():
        end_tour(user_id=editor().id)
    return redirect(path_after_saving(kind, thing_id), 303)


def _save_words(kind: str, thing_id: int) -> tuple[actions.Saved, str]:
    """Save the fields that were sent; gives what became of them, and the sitting in which they were written."""
    one = queries.get_kind_or_404(kind)
    queries.get_draft_or_404(one, thing_id)
    sent = forms.read_fields(one, request.form)
    saved = actions.save(
        kind=one,
        thing_id=thing_id,
        values=sent.values,
        bases=sent.bases,
        sitting=sent.sitting,
        author_id=editor().id,
    )
    return saved, sent.sitting


def _take_pictures(draft: Draft, sitting: str) -> bool:
    """Take the pictures that came with the form, once its words are saved; whether all could be taken."""
    taken: Fields = {}
    all_taken = True
    for field in draft.kind.shared:
        file = request.files.get(f"upload.{field.name}")
        if field.widget == "picture" and file and file.filename:
            try:
                taken[field.name] = add_picture_from_upload(file, editor()).key
            except PictureRefused as refused:
                flash(f"{plain_name(file.filename)}: {refused}", "error")
                all_taken = False
            except StoreUnavailable:
                flash(
                    gettext("The words are saved, the picture is not: its store does not answer. Try again."), "error"
                )
                all_taken = False
    if taken:
        actions.save(
            kind=draft.kind,
            thing_id=draft.id,
            values={SHARED: taken},
            bases=draft.heads,
            sitting=sitting,
            author_id=editor().id,
        )
    return all_taken


@bp.post(f"{ONE}/autosave")
@needs(Role.WRITER)
def autosave(kind: str, thing_id: int) -> ResponseReturnValue:
    """Saves what was typed since the last time, and tells what others have changed meanwhile."""
    saved, _ = _save_words(kind, thing_id)
    return {
        "saved_at": clock(now()),
        "bases": saved.draft.heads,
        "theirs": saved.theirs,
        "conflicts": {name: {"theirs": it.theirs, "who": it.who} for name, it in saved.conflicts.items()},
        "checks_html": render_template("admin/editing/_checks.html", checks=checks.check(saved.draft)),
    }


@bp.route(f"{ONE}/publish", methods=["GET", "POST"])
@needs(Role.PUBLISHER, factor=True)
def publish(kind: str, thing_id: int) -> ResponseReturnValue:
    """Publishes what was saved, once the second factor has been given."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    languages = forms.read_languages(request.values.get("languages", ""))
    deed = request.values.get("deed", "publish")
    if not languages or deed not in ("publish", "schedule"):
        abort(400)
    if request.values.get("heads") != _heads(draft):
        flash(gettext("Somebody has changed it in the meantime. Look at it again before it goes out."), "error")
        return redirect(url_for(".edit", kind=kind, thing_id=thing_id), 303)
    if request.method == "GET":
        return render_template("admin/editing/publish.html", draft=draft, languages=languages, deed=deed)
    return _do(draft, deed, languages)


@bp.post(f"{ONE}/unschedule")
@needs(Role.PUBLISHER)
def unschedule(kind: str, thing_id: int) -> ResponseReturnValue:
    """Keeps a thing from going live by itself."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    publishing.unschedule(kind=draft.kind, thing_id=thing_id, languages=list(LANGUAGES))
    flash(gettext("It will not go live by itself."))
    return redirect(url_for(".edit", kind=kind, thing_id=thing_id), 303)


@bp.post(f"{ONE}/take-down")
@needs(Role.PUBLISHER)
def take_down(kind: str, thing_id: int) -> ResponseReturnValue:
    """Takes a thing out of everybody's sight at once."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    languages = forms.read_languages(request.form.get("languages", "")) or list(LANGUAGES)
    taken = publishing.take_down(kind=draft.kind, thing_id=thing_id, languages=languages)
    if taken:
        flash(gettext("Taken down: %(languages)s. Nobody outside sees it any more.", languages=named(taken)))
    return redirect(url_for(".edit", kind=kind, thing_id=thing_id), 303)


@bp.post(f"{ONE}/in-step")
@needs(Role.WRITER)
def in_step(kind: str, thing_id: int) -> ResponseReturnValue:
    """Notes that a language needs no change, though the other has gone on."""
    draft = queries.get_draft_or_404(queries.get_kind_or_404(kind), thing_id)
    languages = forms.read_languages(request.form.get("language", ""))
    for language in languages:
        publishing.mark_in_step(kind=draft.kind, thing_id=thing_id, language=language)
    return redirect(url_for(".edit", kind=kind, thing_id=thing_id), 303)


@bp.post(f"{ONE}/move")
@needs(Role.PUBLISHER)
def move(kind: str, thing_id: int) -> ResponseReturnValue:
    """Moves a thing up or down among its kind."""
    one = queries.get_kind_or_404(kind)
    if not one.ordered:
        abort(405)
    step = request.form.get("step", 0, type=int)
    actions.move(kind=one, thing_id=thing_id, step=step)
    return redirect(url_for(".index", kind=kind, _anchor=f"item-{thing_id}"), 303)


@bp.post(f"{KIND}/bulk")
@needs(Role.PUBLISHER, factor=True)
def bulk(kind: str) -> ResponseReturnValue:
    """Does one thing to all that were chosen, and tells what could not be done and why."""
    one = queries.get_kind_or_404(kind)
    chosen = [number for text in request.form.getlist("chosen") if (number := number_of(text))]
    deed = request.form.get("do", "")
    if deed not in BULK:
        abort(400)
    done, refused = 0, []
    for item in queries.get_items(one, ids=chosen, limit=None):
        try:
            BULK[deed](one, item.id)
            done += 1
        except NotReady as failure:
            refused.append(f"{item.title}: {checks.told(failure.checks)}")
        except trash.InUse:
            refused.append(gettext("%(title)s: it is in use.", title=item.title))
    if done:
        flash(ngettext("Done for one.", "Done for %(num)d.", done))
    for sentence in refused:
        flash(sentence, "error")
    if not chosen:
        flash(gettext("Nothing was chosen."), "error")
    return redirect(url_for(".index", kind=kind), 303)


@bp.get("/search/")
@needs(Role.WRITER)
def search() -> ResponseReturnValue:
    """Everything in which the words stand, live or draft, of every kind."""
    question = request.args.get("q", "")[:200]
    return render_template("admin/editing/search.html", question=question, found=find_everywhere(question))


@bp.get("/translations/")
@needs(Role.WRITER)
def matrix() -> ResponseReturnValue:
    """Every thing in every language, and where each stands; each cell leads to the work."""
    only = request.args.get("only", "")
    rows = [
        (kind, queries.find(only, kind=kind) if only in queries.ONLY else queries.get_items(kind, limit=queries.PAGE))
        for kind in KINDS.values()
    ]
    return render_template("admin/editing/matrix.html", rows=rows, only=only, page=queries.PAGE)


def _publish_all(kind: Kind, thing_id: int) -> None:
    publishing.publish(kind=kind, thing_id=thing_id, languages=list(LANGUAGES), author_id=editor().id)


def _take_down_all(kind: Kind, thing_id: int) -> None:
    publishing.take_down(kind=kind, thing_id=thing_id, languages=list(LANGUAGES))


def _throw_away_all(kind: Kind, thing_id: int) -> None:
    trash.throw_away(kind=kind, thing_id=thing_id, author_id=editor().id, may_publish=True)


BULK = {"publish": _publish_all, "take-down": _take_down_all, "throw-away": _throw_away_all}


def _page(
    draft: Draft,
    *,
    stopped: list[checks.Check] | None = None,
    status: int = 200,
    new_link: str = "",
    fresh: Sequence[str] = (),
) -> Response:
    """The page where a thing is written."""
    kind = draft.kind
    standings = queries.get_standings(draft)
    stale = {
        code: queries.what_changed(
            kind, code, draft.editions[code].against_id or 0, queries.source_id(draft.editions, code) or 0
        )
        for code, standing in standings.items()
        if standing.stale
    }
    thing = live.get_thing(kind, draft.id)
    return make_response(
        render_template(
            "admin/editing/edit.html",
            draft=draft,
            kind=kind,
            standings=standings,
            stale=stale,
            stopped=stopped or [],
            checks=checks.check(draft),
            facts=forms.facts_on_page(draft) if kind.has_facts else [],
            first_fields=list(forms.first_fields(kind)),
            folded_fields=forms.folded_fields(kind),
            choices={field.of: queries.get_choices(field.of) for field in kind.fields() if field.of},
            links=queries.get_draft_links(kind, draft.id),
            link_days=LINK_DAYS,
            new_link=new_link,
            fresh=fresh,
            paths={code: preview.path_of(kind, thing, code) for code, one in standings.items() if one.live},
            sitting=secrets.token_hex(8),
        ),
        status,
    )


def _three_ways(draft: Draft, conflicts: dict[str, Conflict], sitting: str, deed: str) -> Response:
    """What two people wrote in the same field: as it was, theirs and mine, and a field for what is to become of it."""
    page = render_template(
        "admin/editing/three_ways.html",
        draft=draft,
        conflicts=conflicts,
        sitting=sitting,
        deed=deed,
        named=forms.value_in_words,
        is_text=forms.is_text,
    )
    return make_response(page, 409)


def _go_public(draft: Draft, deed: str, languages: list[str]) -> ResponseReturnValue:
    """Do it, or go where the second factor is asked for first."""
    if not editor().may(Role.PUBLISHER):
        abort(403)
    if factor_is_fresh():
        return _do(draft, deed, languages)
    more = {name: request.values.get(name) for name in ("day", "hour", "caught_up", "tour")} | {"heads": _heads(draft)}
    return redirect(
        url_for(".publish", kind=draft.kind.key, thing_id=draft.id, languages=" ".join(languages), deed=deed, **more),  # type: ignore[arg-type]
        303,
    )


def _heads(draft: Draft) -> str:
    """Which revisions a draft is, as an address says it."""
    return ".".join(str(draft.heads[part]) for part in queries.PARTS)


def _do(draft: Draft, deed: str, languages: list[str]) -> ResponseReturnValue:
    kind, thing_id = draft.kind, draft.id
    try:
        if deed == "schedule":
            at = read_moment(request.values.get("day", ""), request.values.get("hour", ""))
            if at is None or not now() < at < now() + LATEST:
                sentence = gettext("Saved, but not scheduled: choose a day and an hour within the next five years.")
                flash(sentence, "error")
                return redirect(url_for(".edit", kind=kind.key, thing_id=thing_id), 303)
            publishing.schedule(kind=kind, thing_id=thing_id, languages=languages, at=at, author_id=editor().id)
            flash(gettext("Scheduled: %(languages)s.", languages=named(languages)))
        else:
            publishing.publish(
                kind=kind,
                thing_id=thing_id,
                languages=languages,
                author_id=editor().id,
                caught_up=bool(request.values.get("caught_up")),
            )
            flash(gettext("Published: %(languages)s.", languages=named(languages)))
    except NotReady as failure:
        return _page(queries.get_draft(kind, thing_id), stopped=list(failure.checks), status=422)
    return redirect(path_after_saving(kind.key, thing_id), 303)
