"""Bringing drafts before the public, at once or later, and taking them down."""

import secrets
from collections.abc import Mapping, Sequence

from flask_babel import gettext
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DataError, IntegrityError

from wzo.admin.accounts.actions import log
from wzo.admin.editing import live, queries
from wzo.admin.editing.addresses import address_of, is_placeholder
from wzo.admin.editing.checks import NotReady, depends_on_shared, stops, told
from wzo.admin.editing.history import add_revision, begin_history, forget_schedule, lock, note_pictures
from wzo.admin.editing.kinds import KINDS, Kind
from wzo.admin.editing.live import Fields
from wzo.admin.editing.models import SHARED, DraftLink, Edition
from wzo.admin.editing.queries import Draft, get_draft, get_editions, other_language, source_id
from wzo.errors import NotThere
from wzo.extensions import db, upsert, write_transaction
from wzo.i18n import LANGUAGES
from wzo.publication import FormerAddress, now, today
from wzo.search.actions import content_changed
from wzo.stories.models import Story


def publish(
    *, kind: Kind, thing_id: int, languages: Sequence[str], author_id: int | None, caught_up: bool = False
) -> list[str]:
    """Bring what is written before the public, in these languages; returns those in which it was not live before.

    `caught_up`: where the other language has gone on, its changes were taken over. Raises NotReady.
    """
    with write_transaction():
        lock(kind, thing_id)
        begin_history(kind, thing_id)
        return _publish(kind, thing_id, languages, author_id, caught_up=caught_up)


def schedule(*, kind: Kind, thing_id: int, languages: Sequence[str], at: int, author_id: int) -> None:
    """Let what is written now go live by itself at a moment, in seconds since 1970. Raises NotReady."""
    with write_transaction():
        lock(kind, thing_id)
        begin_history(kind, thing_id)
        draft = get_draft(kind, thing_id)
        if found := stops(draft, languages):
            raise NotReady(found)
        for part in (SHARED, *languages):
            edition = draft.editions[part]
            edition.due_id = edition.head_id
            edition.due_at, edition.due_by = (at, author_id) if part != SHARED else (None, None)
            edition.trouble, edition.review_at = "", None
        log(action="schedule", kind=kind.key, thing_id=thing_id, languages=" ".join(languages), at=at)


def unschedule(*, kind: Kind, thing_id: int, languages: Sequence[str]) -> None:
    """Let nothing go live by itself any more."""
    with write_transaction():
        lock(kind, thing_id)
        forget_schedule(kind, thing_id, languages)
        log(action="unschedule", kind=kind.key, thing_id=thing_id, languages=" ".join(languages))


def publish_due() -> int:
    """Publish what is due, as the worker does; returns how many texts went live. What stops one is noted with it."""
    done = 0
    for key, thing_id, language in queries.get_due():
        with write_transaction():
            try:
                with db.session.begin_nested():
                    done += _publish_one_due(KINDS[key], thing_id, language)
            except NotReady as failure:
                _give_up(key, thing_id, language, told(failure.checks))
            except (IntegrityError, DataError, ValueError):
                # The checklist should know; whatever it does not, must not stop the others.
                _give_up(key, thing_id, language, str(gettext("Something in it does not fit together.")))
    return done


def _publish_one_due(kind: Kind, thing_id: int, language: str) -> bool:
    try:
        lock(kind, thing_id)
    except NotThere:
        return False
    editions = get_editions(kind, thing_id)
    edition = editions[language]
    if edition.due_at is None or edition.due_at > now():
        return False
    chosen = {part: editions[part].due_id or editions[part].head_id or 0 for part in (SHARED, language)}
    _publish(kind, thing_id, [language], edition.due_by, chosen=chosen)
    return True


def _give_up(key: str, thing_id: int, language: str, trouble: str) -> None:
    """Note why something could not go live; it does not try again by itself."""
    forget_schedule(KINDS[key], thing_id, [language])
    get_editions(KINDS[key], thing_id)[language].trouble = trouble


def _publish(
    kind: Kind,
    thing_id: int,
    languages: Sequence[str],
    author_id: int | None,
    *,
    caught_up: bool = False,
    chosen: Mapping[str, int] | None = None,
) -> list[str]:
    """Publish the heads of some parts, or the revisions that were chosen, in the current transaction."""
    draft = get_draft(kind, thing_id)
    if chosen:
        parts = {**draft.parts}
        for part, number in chosen.items():
            parts[part] = queries.complete(kind, part, queries.read_fields(number))
        draft = Draft(kind, thing_id, parts, {**draft.heads, **chosen}, draft.editions)
    before = live.live_languages(kind, thing_id)
    staying = {
        code: queries.complete(kind, code, queries.read_fields(draft.editions[code].live_id))
        for code in before
        if code not in languages
    }
    # What all languages share changes for those too that stay as they are.
    beside = Draft(kind, thing_id, {**draft.parts, **staying}, draft.heads, draft.editions)
    found = stops(draft, languages) + [one for one in stops(beside, list(staying)) if depends_on_shared(one)]
    if found:
        raise NotReady(list(dict.fromkeys(found)))
    shared = _settle_shared(draft, author_id, first=_is_new(kind, thing_id))
    content_changed()
    live.put_live(kind, thing_id, {SHARED: shared, **{code: draft.parts[code] for code in languages}}, staying)
    _note_live(draft, languages, caught_up=caught_up)
    note_pictures(kind, thing_id)
    forget_schedule(kind, thing_id, languages)
    for code in languages:
        log(action="publish", kind=kind.key, thing_id=thing_id, user_id=author_id, language=code)
    return [code for code in languages if code not in before]


def _settle_shared(draft: Draft, author_id: int | None, *, first: bool) -> Fields:
    """What is shared, with what goes without saying written out: the address, the day, the part of a series.

    `first`: it goes live for the first time.
    """
    kind, fields = draft.kind, dict(draft.parts[SHARED])
    thing = live.get_thing(kind, draft.id)
    if kind.has_address and not fields["slug"]:
        fields["slug"] = _free_address(draft)
    if first and "published" in fields and not fields["published"]:
        fields["published"] = today().isoformat()
    if kind.key == "stories":
        if fields["series_id"] and not fields["part"]:
            last = db.session.scalar(select(func.max(Story.part)).where(Story.series_id == int(fields["series_id"])))
            fields["part"] = str((last or 0) + 1)
        if not fields["series_id"]:
            fields["part"] = ""
    if kind.has_address and thing is not None and thing.slug != fields["slug"]:
        _leave_redirect(kind, draft.id, thing.slug, fields["slug"])
    if fields != draft.parts[SHARED]:
        edition = draft.editions[SHARED]
        number = add_revision(kind, draft.id, SHARED, fields, sitting=secrets.token_hex(8), author_id=author_id)
        if edition.head_id == draft.heads[SHARED]:
            edition.head_id = number
        draft.heads[SHARED] = number
    return fields


def _is_new(kind: Kind, thing_id: int) -> bool:
    return not any(live.once_live(kind, live.get_text(kind, thing_id, code)) for code in LANGUAGES)


def _leave_redirect(kind: Kind, thing_id: int, old: str, new: str) -> None:
    """Let the old address lead to the thing, wherever it goes after; the new one leads there by itself."""
    db.session.execute(delete(FormerAddress).where(FormerAddress.kind == kind.key, FormerAddress.slug == new))
    if not is_placeholder(old):
        statement = upsert(FormerAddress).values(kind=kind.key, slug=old, thing_id=thing_id)
        db.session.execute(
            statement.on_conflict_do_update(index_elements=["kind", "slug"], set_={"thing_id": thing_id})
        )


def _free_address(draft: Draft) -> str:
    """An address made from the title, the English one if there is any, with a number where it is taken."""
    titles = [draft.parts[code][draft.kind.title].strip() for code in reversed(LANGUAGES)]
    stem = next((address for title in titles if (address := address_of(title))), "") or draft.kind.key
    address, number = stem, 1
    while queries.find_by_slug(draft.kind, address) not in (None, draft.id):
        number += 1
        address = f"{stem}-{number}"
    return address


def _note_live(draft: Draft, languages: Sequence[str], *, caught_up: bool) -> None:
    stale = {code: queries.is_stale(draft, code) for code in LANGUAGES}
    if draft.editions[SHARED].due_id:
        # Another language goes live later; it must not bring back what is shared as it was before.
        draft.editions[SHARED].due_id = draft.heads[SHARED]
    for part in (SHARED, *languages):
        draft.editions[part].live_id = draft.heads[part]
        draft.editions[part].review_at = draft.editions[part].review_by = None
    for code in languages:
        edition, other = draft.editions[code], draft.editions[other_language(code)]
        both = other.part in languages
        first = edition.against_id is None
        # A small change to a text that is behind does not bring it up to date; saying so, or publishing both, does.
        if both or caught_up or first or not stale[code]:
            edition.against_id = source_id(draft.editions, code)
            if caught_up or both:
                other.against_id = edition.live_id
    db.session.flush()


def mark_in_step(*, kind: Kind, thing_id: int, language: str) -> None:
    """Say that a language needs no change, though the other has gone on."""
    with write_transaction():
        lock(kind, thing_id)
        begin_history(kind, thing_id)
        editions = get_editions(kind, thing_id)
        editions[language].against_id = source_id(editions, language)
        log(action="in-step", kind=kind.key, thing_id=thing_id, language=language)


def take_down(*, kind: Kind, thing_id: int, languages: Sequence[str]) -> list[str]:
    """Take a thing out of everybody's sight, its draft links too; returns the languages in which it was live."""
    with write_transaction():
        lock(kind, thing_id)
        begin_history(kind, thing_id)
        taken = take_down_now(kind, thing_id, languages)
        log(action="take-down", kind=kind.key, thing_id=thing_id, languages=" ".join(taken))
    return taken


def take_down_now(kind: Kind, thing_id: int, languages: Sequence[str]) -> list[str]:
    content_changed()
    taken = live.take_down(kind, thing_id, languages)
    note_pictures(kind, thing_id)
    for code in languages:
        db.session.execute(
            update(Edition)
            .where(Edition.kind == kind.key, Edition.thing_id == thing_id, Edition.part == code)
            .values(live_id=None)
        )
    forget_schedule(kind, thing_id, languages)
    db.session.execute(
        update(DraftLink)
        .where(
            DraftLink.kind == kind.key,
            DraftLink.thing_id == thing_id,
            DraftLink.language.in_(languages),
            DraftLink.revoked_at.is_(None),
        )
        .values(revoked_at=now())
    )
    return taken
