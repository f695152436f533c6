"""What happens to drafts: begun, saved, brought before the public, taken down, thrown away, had back.

Nobody's change is ever lost in silence. Whoever saves says which revision they began from; a field that somebody else
has changed since is merged where the two agree, else told, and what was not taken is kept aside.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_babel import gettext
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DataError, IntegrityError

from wzo.admin.accounts.actions import log
from wzo.admin.accounts.queries import token_hash
from wzo.admin.editing import live, queries
from wzo.admin.editing.addresses import address_of, is_placeholder, placeholder
from wzo.admin.editing.checks import Check, depends_on_shared, stops, told
from wzo.admin.editing.kinds import FACT, FACT_SHARED, FACT_WORDS, KINDS, Field, Kind
from wzo.admin.editing.live import Fields
from wzo.admin.editing.models import SHARED, DraftLink, Edition, Piece, Revision
from wzo.admin.editing.queries import PARTS, Draft, get_draft, get_editions, other_language, source_id
from wzo.errors import NotThere
from wzo.extensions import db, upsert, write_transaction
from wzo.i18n import LANGUAGES
from wzo.media.actions import forget_uses, note_uses
from wzo.media.files import keys_in
from wzo.petition.models import Petition, PetitionUpdate, Signature, SignatureCount, SignatureDay
from wzo.publication import FormerAddress, now
from wzo.search.actions import content_changed
from wzo.stories.models import Story

DAY = 24 * 60 * 60
# How long what was thrown away can be had back, and how long the saves within a sitting are kept.
TRASH_KEPT = 30 * DAY
SAVES_KEPT = 2 * DAY
BATCH = 500


class NotReady(Exception):
    """Something stops the publishing; `checks` say what."""

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__()
        self.checks = checks


class InUse(Exception):
    """What was to be thrown away is still needed: it is part of the design, or people have signed it."""


class NotAllowed(Exception):
    """This needs a publisher: readers see it, or soon will."""


@dataclass(frozen=True)
class Conflict:
    """A field that two people changed: as it was, as it is now, and as it was to become; `who` changed it before."""

    base: str
    theirs: str
    mine: str
    who: str


@dataclass(frozen=True)
class Saved:
    """What became of a save. Fields are named `part.field`.

    `theirs`: fields that somebody else changed meanwhile, and their values; `conflicts`: those that both changed.
    """

    draft: Draft
    theirs: dict[str, str]
    conflicts: dict[str, Conflict]


def create(*, kind: Kind, author_id: int) -> int:
    """Begin a thing; returns its id. Nobody sees it before it is published. Raises NotReady."""
    with write_transaction():
        # Before the log is written to: all who change the content take these two locks in the same order.
        content_changed()
        values: dict[str, object] = {}
        if kind.has_address:
            values["slug"] = placeholder()
        if hasattr(kind.model, "position"):
            values["position"] = (db.session.scalar(select(func.max(kind.model.position))) or 0) + 1
        values |= _first_values(kind)
        thing = kind.model(**values)
        db.session.add(thing)
        db.session.flush()
        thing_id: int = thing.id
        db.session.add(Piece(kind=kind.key, thing_id=thing_id, made_by=author_id))
        db.session.flush()
        _begin_history(kind, thing_id)
        log(action="create", kind=kind.key, thing_id=thing_id)
    return thing_id


def save(
    *, kind: Kind, thing_id: int, values: Mapping[str, Fields], bases: Mapping[str, int], sitting: str, author_id: int
) -> Saved:
    """Save what somebody wrote, by parts. `bases`: for a part, or a field of it, the revision that they began from."""
    with write_transaction():
        _lock(kind, thing_id)
        _begin_history(kind, thing_id)
        draft = get_draft(kind, thing_id)
        theirs: dict[str, str] = {}
        conflicts: dict[str, Conflict] = {}
        for part, wanted in values.items():
            _save_part(draft, part, wanted, bases, sitting, author_id, theirs, conflicts)
        db.session.flush()
        _note_pictures(kind, thing_id)
        return Saved(get_draft(kind, thing_id), theirs, conflicts)


def _save_part(
    draft: Draft,
    part: str,
    wanted: Fields,
    bases: Mapping[str, int],
    sitting: str,
    author_id: int,
    theirs: dict[str, str],
    conflicts: dict[str, Conflict],
) -> None:
    head = draft.parts[part]
    known: dict[int, Fields] = {}
    merged, mine = dict(head), dict(head)
    for name, text in wanted.items():
        if not may_hold(draft.kind, part, name):
            continue
        value, here = _plain(text), head.get(name, "")
        base_id = bases.get(f"{part}.{name}", bases.get(part, 0))
        if base_id not in known:
            known[base_id] = queries.get_base(draft.kind, draft.id, part, base_id)
        base = known[base_id].get(name, "")
        if value == here:
            continue
        if value == base:
            theirs[f"{part}.{name}"] = here
        elif here == base:
            merged[name] = mine[name] = value
        else:
            mine[name] = value
            who = queries.get_names([_last_author(draft, part)])
            conflicts[f"{part}.{name}"] = Conflict(base, here, value, next(iter(who.values()), ""))
    aside = {name: value for name, value in mine.items() if merged.get(name) != value}
    if aside:
        _keep_aside(draft, part, aside, sitting, author_id)
    if merged != head:
        _advance(draft.kind, draft.id, part, merged, sitting=sitting, author_id=author_id)


def _keep_aside(draft: Draft, part: str, aside: Fields, sitting: str, author_id: int) -> None:
    """Keep what was not taken, where the history shows it: those fields alone, with what was set aside before."""
    same = select(Revision.fields).where(
        Revision.kind == draft.kind.key,
        Revision.thing_id == draft.id,
        Revision.part == part,
        Revision.aside,
        Revision.sitting == sitting[:32],
        Revision.author_id == author_id,
    )
    last = json.loads(db.session.scalar(same.order_by(Revision.id.desc()).limit(1)) or "{}")
    if {**last, **aside} != last:
        _add_revision(draft.kind, draft.id, part, {**last, **aside}, sitting=sitting, author_id=author_id, aside=True)


def publish(
    *, kind: Kind, thing_id: int, languages: Sequence[str], author_id: int | None, caught_up: bool = False
) -> list[str]:
    """Bring what is written before the public, in these languages; returns those in which it was not live before.

    `caught_up`: where the other language has gone on, its changes were taken over. Raises NotReady.
    """
    with write_transaction():
        _lock(kind, thing_id)
        _begin_history(kind, thing_id)
        return _publish(kind, thing_id, languages, author_id, caught_up=caught_up)


def schedule(*, kind: Kind, thing_id: int, languages: Sequence[str], at: int, author_id: int) -> None:
    """Let what is written now go live by itself at a moment, in seconds since 1970. Raises NotReady."""
    with write_transaction():
        _lock(kind, thing_id)
        _begin_history(kind, thing_id)
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
        _lock(kind, thing_id)
        _forget_schedule(kind, thing_id, languages)
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
        _lock(kind, thing_id)
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
    _forget_schedule(KINDS[key], thing_id, [language])
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
    _note_pictures(kind, thing_id)
    _forget_schedule(kind, thing_id, languages)
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
        fields["published"] = _today().isoformat()
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
        number = _add_revision(kind, draft.id, SHARED, fields, sitting=secrets.token_hex(8), author_id=author_id)
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
        _lock(kind, thing_id)
        _begin_history(kind, thing_id)
        editions = get_editions(kind, thing_id)
        editions[language].against_id = source_id(editions, language)
        log(action="in-step", kind=kind.key, thing_id=thing_id, language=language)


def take_down(*, kind: Kind, thing_id: int, languages: Sequence[str]) -> list[str]:
    """Take a thing out of everybody's sight, its draft links too; returns the languages in which it was live."""
    with write_transaction():
        _lock(kind, thing_id)
        _begin_history(kind, thing_id)
        taken = _take_down(kind, thing_id, languages)
        log(action="take-down", kind=kind.key, thing_id=thing_id, languages=" ".join(taken))
    return taken


def _take_down(kind: Kind, thing_id: int, languages: Sequence[str]) -> list[str]:
    content_changed()
    taken = live.take_down(kind, thing_id, languages)
    _note_pictures(kind, thing_id)
    for code in languages:
        db.session.execute(
            update(Edition)
            .where(Edition.kind == kind.key, Edition.thing_id == thing_id, Edition.part == code)
            .values(live_id=None)
        )
    _forget_schedule(kind, thing_id, languages)
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


def restore(*, kind: Kind, thing_id: int, revision_id: int, author_id: int) -> None:
    """Go on from an earlier version; the one that was worked on stays in the history."""
    with write_transaction():
        _lock(kind, thing_id)
        revision = queries.get_revision_or_404(kind, thing_id, revision_id)
        head = get_draft(kind, thing_id).parts[revision.part]
        # What was set aside is some fields alone.
        fields = queries.complete(
            kind, revision.part, {**(head if revision.aside else {}), **json.loads(revision.fields)}
        )
        if fields != head:
            sitting = secrets.token_hex(8)
            _advance(kind, thing_id, revision.part, fields, sitting=sitting, author_id=author_id)
            _note_pictures(kind, thing_id)
        log(action="restore", kind=kind.key, thing_id=thing_id, part=revision.part, revision=revision_id)


def name_version(*, kind: Kind, thing_id: int, revision_id: int, name: str) -> None:
    """Give a version a name by which it is found again; an empty one takes the name away."""
    with write_transaction():
        queries.get_revision_or_404(kind, thing_id, revision_id).name = name.strip()[:120]


def ask_for_review(*, kind: Kind, thing_id: int, languages: Sequence[str], author_id: int) -> None:
    """Put a thing on the publishers' lists."""
    with write_transaction():
        _lock(kind, thing_id)
        _begin_history(kind, thing_id)
        editions = get_editions(kind, thing_id)
        for code in languages:
            editions[code].review_at, editions[code].review_by = now(), author_id
        log(action="ask-for-review", kind=kind.key, thing_id=thing_id, languages=" ".join(languages))


def throw_away(*, kind: Kind, thing_id: int, author_id: int, may_publish: bool) -> None:
    """Put a thing into the trash and take it down; it can be had back for 30 days. Raises InUse, NotAllowed."""
    with write_transaction():
        piece = _lock(kind, thing_id)
        _begin_history(kind, thing_id)
        if kind.fixed or (kind.model is Petition and _was_signed(thing_id)):
            raise InUse
        due = any(edition.due_at for edition in get_editions(kind, thing_id).values())
        if not may_publish and (due or live.live_languages(kind, thing_id)):
            raise NotAllowed
        piece.was_live = " ".join(_take_down(kind, thing_id, list(LANGUAGES)))
        piece.deleted_at, piece.deleted_by = now(), author_id
        log(action="throw-away", kind=kind.key, thing_id=thing_id)


def _was_signed(petition_id: int) -> bool:
    """Whether anybody ever signed a petition, even if they withdrew."""
    return any(
        db.session.scalar(select(model.petition_id).where(model.petition_id == petition_id).limit(1)) is not None
        for model in (Signature, SignatureCount, SignatureDay)
    )


def put_back(*, kind: Kind, thing_id: int) -> list[str]:
    """Take a thing out of the trash, as a draft; returns the languages in which it was live before."""
    with write_transaction():
        piece = _lock(kind, thing_id, in_trash=True)
        was_live = piece.was_live.split()
        piece.deleted_at = piece.deleted_by = None
        piece.was_live = ""
        log(action="put-back", kind=kind.key, thing_id=thing_id)
    return was_live


def prune() -> None:
    """Erase what lay in the trash for 30 days, and the saves within a sitting that ended long ago."""
    old = db.session.execute(select(Piece.kind, Piece.thing_id).where(Piece.deleted_at < now() - TRASH_KEPT)).all()
    for key, thing_id in old:
        with write_transaction():
            try:
                piece = _lock(KINDS[key], thing_id, in_trash=True)
            except NotThere:
                continue
            if (piece.deleted_at or now()) < now() - TRASH_KEPT:
                _erase(KINDS[key], thing_id)
    _prune_saves()
    with write_transaction():
        db.session.execute(delete(DraftLink).where(DraftLink.expires_at < now() - TRASH_KEPT))


def _prune_saves() -> None:
    """Erase saves in batches, so that nobody waits long."""
    last = select(func.max(Revision.id)).group_by(
        Revision.kind, Revision.thing_id, Revision.part, Revision.sitting, Revision.author_id, Revision.aside
    )
    over = select(Revision.id).where(
        Revision.saved_at < now() - SAVES_KEPT, Revision.name == "", Revision.id.not_in(last)
    )
    for column in (Edition.head_id, Edition.live_id, Edition.against_id, Edition.due_id):
        over = over.where(Revision.id.not_in(select(column).where(column.is_not(None))))
    gone = list(db.session.scalars(over))
    for start in range(0, len(gone), BATCH):
        with write_transaction():
            db.session.execute(delete(Revision).where(Revision.id.in_(gone[start : start + BATCH])))


def _erase(kind: Kind, thing_id: int) -> None:
    """Erase a thing with all that is known of it."""
    content_changed()
    if kind.model is Petition:
        for update_id in db.session.scalars(
            select(PetitionUpdate.id).where(PetitionUpdate.petition_id == thing_id)
        ).all():
            _erase(KINDS["updates"], update_id)
    forget_uses(kind=kind.key, thing_id=thing_id)
    for model in (Edition, Revision, DraftLink, FormerAddress, Piece):
        db.session.execute(delete(model).where(model.kind == kind.key, model.thing_id == thing_id))
    if kind.key == "series":
        for story in db.session.scalars(select(Story).where(Story.series_id == thing_id)):
            story.series_id = story.part = None
    if (thing := live.get_thing(kind, thing_id)) is not None:
        db.session.delete(thing)
    log(action="erase", kind=kind.key, thing_id=thing_id)


def move(*, kind: Kind, thing_id: int, step: int) -> None:
    """Move a thing up (-1) or down (+1) in its order; at the ends nothing happens."""
    with write_transaction():
        content_changed()
        shown = [item.id for item in queries.get_items(kind, limit=None)]
        if thing_id not in shown:
            return
        place = shown.index(thing_id)
        target = min(max(place + step, 0), len(shown) - 1)
        shown.insert(target, shown.pop(place))
        things = {thing.id: thing for thing in db.session.scalars(select(kind.model))}
        hidden = [number for number in things if number not in shown]
        for position, number in enumerate([*shown, *hidden], start=1):
            if things[number].position != position:
                things[number].position = position
        log(action="move", kind=kind.key, thing_id=thing_id)


def make_draft_link(*, kind: Kind, thing_id: int, language: str, reader: str, days: int, author_id: int) -> str:
    """Let somebody without an account read a draft for some days; returns the word of the link, kept as its hash."""
    word = secrets.token_urlsafe(32)
    with write_transaction():
        db.session.add(
            DraftLink(
                token_hash=token_hash(word),
                kind=kind.key,
                thing_id=thing_id,
                language=language,
                reader=reader[:120],
                made_by=author_id,
                expires_at=now() + days * DAY,
            )
        )
        log(action="draft-link", kind=kind.key, thing_id=thing_id, language=language, days=days)
    return word


def revoke_draft_link(*, kind: Kind, thing_id: int, link_id: int) -> None:
    """Let a link lead nowhere any more."""
    with write_transaction():
        db.session.execute(
            update(DraftLink)
            .where(DraftLink.id == link_id, DraftLink.kind == kind.key, DraftLink.thing_id == thing_id)
            .values(revoked_at=now())
        )
        log(action="revoke-draft-link", kind=kind.key, thing_id=thing_id)


def may_hold(kind: Kind, part: str, name: str) -> bool:
    """Whether a part has a field of this name."""
    if any(field.name == name for field in kind.fields_of(part)):
        return True
    head, _, rest = name.partition(".")
    number, _, word = rest.partition(".")
    known = FACT_SHARED if part == SHARED else FACT_WORDS
    return kind.has_facts and head == FACT and number.isdigit() and len(number) <= 3 and word in known


def _first_values(kind: Kind) -> dict[str, object]:
    """What a new thing cannot be without."""
    match kind.key:
        case "stories":
            return {"format": "text"}
        case "projects":
            return {"kind": "special"}
        case "donation-ways":
            return {"kind": "link"}
        case "updates":
            first = db.session.scalar(select(Petition.id).order_by(Petition.position))
            if first is None:
                raise NotReady(
                    [Check(True, str(gettext("There is no petition yet that the news could be about.")), "")]
                )
            return {"petition_id": first, "day": _today()}
    return {}


def _lock(kind: Kind, thing_id: int, *, in_trash: bool = False) -> Piece:
    """Let one editor at a time write to a thing. Raises NotThere where it lies in the trash, or does not."""
    db.session.execute(upsert(Piece).values(kind=kind.key, thing_id=thing_id).on_conflict_do_nothing())
    piece = db.session.scalars(
        select(Piece).where(Piece.kind == kind.key, Piece.thing_id == thing_id).with_for_update()
    ).one()
    if (piece.deleted_at is not None) != in_trash or live.get_thing(kind, thing_id) is None:
        raise NotThere
    return piece


def _begin_history(kind: Kind, thing_id: int) -> None:
    """Write down how a thing stood before its first change in the panel: all parts at once, so that they fit."""
    if get_editions(kind, thing_id):
        return
    languages = live.live_languages(kind, thing_id)
    editions = {}
    for part in PARTS:
        fields = queries.complete(kind, part, live.read_live(kind, thing_id, part))
        number = _add_revision(kind, thing_id, part, fields, sitting="", author_id=None)
        shown = part in languages or (part == SHARED and languages)
        editions[part] = Edition(
            kind=kind.key, thing_id=thing_id, part=part, head_id=number, live_id=number if shown else None
        )
        db.session.add(editions[part])
    if len(languages) == len(LANGUAGES):
        for code in languages:
            editions[code].against_id = editions[other_language(code)].head_id
    db.session.flush()


def _note_pictures(kind: Kind, thing_id: int) -> None:
    """Note which pictures a thing shows, in its draft and before the public: strangers see only the latter."""
    draft, languages = get_draft(kind, thing_id), live.live_languages(kind, thing_id)
    for part in PARTS:
        shown = live.read_live(kind, thing_id, part) if part in languages or (part == SHARED and languages) else {}
        for is_live, fields in ((False, draft.parts[part]), (True, shown)):
            keys = {key for field in kind.fields_of(part) for key in _pictures_in(field, fields.get(field.name, ""))}
            note_uses(kind=kind.key, thing_id=thing_id, part=part, live=is_live, keys=keys)


def _pictures_in(field: Field, value: str) -> set[str]:
    return {value} if field.widget == "picture" else keys_in(value) if field.is_markdown else set()


def _advance(kind: Kind, thing_id: int, part: str, fields: Fields, *, sitting: str, author_id: int | None) -> None:
    number = _add_revision(kind, thing_id, part, fields, sitting=sitting, author_id=author_id)
    edition = db.session.get_one(Edition, {"kind": kind.key, "thing_id": thing_id, "part": part})
    edition.head_id = number
    edition.trouble = ""


def _add_revision(
    kind: Kind, thing_id: int, part: str, fields: Fields, *, sitting: str, author_id: int | None, aside: bool = False
) -> int:
    revision = Revision(
        kind=kind.key,
        thing_id=thing_id,
        part=part,
        fields=json.dumps(fields, ensure_ascii=False),
        sitting=sitting[:32],
        author_id=author_id,
        aside=aside,
    )
    db.session.add(revision)
    db.session.flush()
    return revision.id


def _last_author(draft: Draft, part: str) -> int | None:
    return db.session.scalar(select(Revision.author_id).where(Revision.id == draft.heads[part]))


def _forget_schedule(kind: Kind, thing_id: int, languages: Sequence[str]) -> None:
    editions = get_editions(kind, thing_id)
    for code in languages:
        if code in editions:
            editions[code].due_id = editions[code].due_at = editions[code].due_by = None
            editions[code].trouble = ""
    if SHARED in editions and not any(edition.due_at for edition in editions.values()):
        editions[SHARED].due_id = None
    db.session.flush()


def _free_address(draft: Draft) -> str:
    """An address made from the title, the English one if there is any, with a number where it is taken."""
    titles = [draft.parts[code][draft.kind.title].strip() for code in reversed(LANGUAGES)]
    stem = next((address for title in titles if (address := address_of(title))), "") or draft.kind.key
    address, number = stem, 1
    while queries.find_by_slug(draft.kind, address) not in (None, draft.id):
        number += 1
        address = f"{stem}-{number}"
    return address


def _today() -> date:
    return datetime.now(UTC).date()


def _plain(text: str) -> str:
    """What was sent, with the line ends of Unix and without the sign that PostgreSQL has not."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
