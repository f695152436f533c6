"""What happens to drafts: begun, saved, restored, ordered.

Nobody's change is ever lost in silence. Whoever saves says which revision they began from; a field that somebody else
has changed since is merged where the two agree, else told, and what was not taken is kept aside.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import func, select

from wzo.admin.accounts.actions import log
from wzo.admin.editing import queries
from wzo.admin.editing.addresses import placeholder
from wzo.admin.editing.checks import Check, NotReady
from wzo.admin.editing.history import add_revision, advance, begin_history, lock, note_pictures
from wzo.admin.editing.kinds import FACT, FACT_SHARED, FACT_WORDS, Kind
from wzo.admin.editing.live import Fields
from wzo.admin.editing.models import SHARED, Piece, Revision
from wzo.admin.editing.queries import Draft, get_draft, get_editions
from wzo.extensions import db, write_transaction
from wzo.petition.models import Petition
from wzo.publication import now, today
from wzo.search.actions import content_changed


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
        begin_history(kind, thing_id)
        log(action="create", kind=kind.key, thing_id=thing_id)
    return thing_id


def save(
    *, kind: Kind, thing_id: int, values: Mapping[str, Fields], bases: Mapping[str, int], sitting: str, author_id: int
) -> Saved:
    """Save what somebody wrote, by parts. `bases`: for a part, or a field of it, the revision that they began from."""
    with write_transaction():
        lock(kind, thing_id)
        begin_history(kind, thing_id)
        draft = get_draft(kind, thing_id)
        theirs: dict[str, str] = {}
        conflicts: dict[str, Conflict] = {}
        for part, wanted in values.items():
            _save_part(draft, part, wanted, bases, sitting, author_id, theirs, conflicts)
        db.session.flush()
        note_pictures(kind, thing_id)
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
        advance(draft.kind, draft.id, part, merged, sitting=sitting, author_id=author_id)


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
        add_revision(draft.kind, draft.id, part, {**last, **aside}, sitting=sitting, author_id=author_id, aside=True)


def restore(*, kind: Kind, thing_id: int, revision_id: int, author_id: int) -> None:
    """Go on from an earlier version; the one that was worked on stays in the history."""
    with write_transaction():
        lock(kind, thing_id)
        revision = queries.get_revision_or_404(kind, thing_id, revision_id)
        head = get_draft(kind, thing_id).parts[revision.part]
        # What was set aside is some fields alone.
        fields = queries.complete(
            kind, revision.part, {**(head if revision.aside else {}), **json.loads(revision.fields)}
        )
        if fields != head:
            sitting = secrets.token_hex(8)
            advance(kind, thing_id, revision.part, fields, sitting=sitting, author_id=author_id)
            note_pictures(kind, thing_id)
        log(action="restore", kind=kind.key, thing_id=thing_id, part=revision.part, revision=revision_id)


def name_version(*, kind: Kind, thing_id: int, revision_id: int, name: str) -> None:
    """Give a version a name by which it is found again; an empty one takes the name away."""
    with write_transaction():
        queries.get_revision_or_404(kind, thing_id, revision_id).name = name.strip()[:120]


def ask_for_review(*, kind: Kind, thing_id: int, languages: Sequence[str], author_id: int) -> None:
    """Put a thing on the publishers' lists."""
    with write_transaction():
        lock(kind, thing_id)
        begin_history(kind, thing_id)
        editions = get_editions(kind, thing_id)
        for code in languages:
            editions[code].review_at, editions[code].review_by = now(), author_id
        log(action="ask-for-review", kind=kind.key, thing_id=thing_id, languages=" ".join(languages))


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
        case "accounts":
            return {"year": today().year - 1, "currency": "EUR"}
        case "goals":
            return {"currency": "EUR", "since": today()}
        case "updates":
            first = db.session.scalar(select(Petition.id).order_by(Petition.position))
            if first is None:
                raise NotReady(
                    [Check(True, str(gettext("There is no petition yet that the news could be about.")), "")]
                )
            return {"petition_id": first, "day": today()}
    return {}


def _last_author(draft: Draft, part: str) -> int | None:
    return db.session.scalar(select(Revision.author_id).where(Revision.id == draft.heads[part]))


def _plain(text: str) -> str:
    """What was sent, with the line ends of Unix and without the sign that PostgreSQL has not."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
