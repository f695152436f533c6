"""What is read of drafts and their history."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort
from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from wzo.admin.accounts.models import User
from wzo.admin.editing.kinds import KINDS, Kind
from wzo.admin.editing.live import Fields, get_text, get_thing, is_live, once_live, read_live
from wzo.admin.editing.models import SHARED, DraftLink, Edition, Piece, Revision
from wzo.extensions import AnyRow, AnySelect, db
from wzo.i18n import LANGUAGES, current_language
from wzo.media.models import Picture
from wzo.publication import FormerAddress, State, now

PARTS = (SHARED, *LANGUAGES)
PAGE = 50


@dataclass(frozen=True)
class Standing:
    """Where the words of one language stand, as the panel tells it.

    `live`: the public sees them; `withdrawn`: it once did; `changed`: the draft says more than what is live; `stale`:
    the other language has gone on since; `due_at`: when it goes live; `review`: it waits for a publisher.
    """

    live: bool = False
    withdrawn: bool = False
    empty: bool = True
    changed: bool = False
    stale: bool = False
    due_at: int | None = None
    review: bool = False
    trouble: str = ""


@dataclass
class Item:
    """A thing as lists of the panel show it: its title in each language, and where each stands."""

    kind: Kind
    id: int
    titles: dict[str, str]
    standings: dict[str, Standing]
    slug: str = ""
    changed_at: int | None = None

    @property
    def title(self) -> str:
        """Its title in the editor's language, else in one that has any."""
        return _in_own_language(self.titles)


@dataclass(frozen=True)
class Draft:
    """A thing as it is worked on: the fields of each part, and the revisions that they are."""

    kind: Kind
    id: int
    parts: dict[str, Fields]
    heads: dict[str, int]
    editions: dict[str, Edition] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Its title in the editor's language, else in one that has any."""
        return _in_own_language({code: self.parts[code][self.kind.title] for code in LANGUAGES})


def _in_own_language(titles: dict[str, str]) -> str:
    return titles.get(current_language()) or next(filter(None, titles.values()), "")


def get_kind_or_404(key: str) -> Kind:
    """The kind of this name."""
    return KINDS.get(key) or abort(404)


def get_draft_or_404(kind: Kind, thing_id: int, *, in_trash: bool = False) -> Draft:
    """What is worked on. A part that was never edited here is as it is live; its revision then has the number 0."""
    if get_thing(kind, thing_id) is None:
        abort(404)
    piece = get_piece(kind, thing_id)
    if (piece is not None and piece.deleted_at is not None) != in_trash:
        abort(404)
    return get_draft(kind, thing_id)


def get_draft(kind: Kind, thing_id: int) -> Draft:
    """The same of a thing that is known to be there."""
    editions = get_editions(kind, thing_id)
    heads = {part: editions[part].head_id or 0 if part in editions else 0 for part in PARTS}
    parts = {part: complete(kind, part, read_fields(heads[part])) if heads[part] else {} for part in PARTS}
    for part in PARTS:
        if not heads[part]:
            parts[part] = complete(kind, part, read_live(kind, thing_id, part))
    return Draft(kind, thing_id, parts, heads, editions)


def complete(kind: Kind, part: str, fields: Fields) -> Fields:
    """Fields with those that the kind got since they were saved, empty."""
    return {**{one.name: "" for one in kind.fields_of(part)}, **fields}


def get_piece(kind: Kind, thing_id: int) -> Piece | None:
    """What the panel knows of a thing."""
    return db.session.get(Piece, {"kind": kind.key, "thing_id": thing_id})


def get_editions(kind: Kind, thing_id: int) -> dict[str, Edition]:
    """Where each part stands, of those that were edited here."""
    rows = db.session.scalars(select(Edition).where(Edition.kind == kind.key, Edition.thing_id == thing_id))
    return {row.part: row for row in rows}


def read_fields(revision_id: int | None) -> Fields:
    """The fields of a revision; none of one that is not there."""
    text = db.session.scalar(select(Revision.fields).where(Revision.id == revision_id)) if revision_id else None
    fields: Fields = json.loads(text) if text else {}
    return fields


def get_base(kind: Kind, thing_id: int, part: str, revision_id: int) -> Fields:
    """What an editor saw who began from this revision; the oldest where it is unknown or was never of this part."""
    of_part = (
        Revision.kind == kind.key,
        Revision.thing_id == thing_id,
        Revision.part == part,
        Revision.aside.is_(False),
    )
    text = db.session.scalar(
        select(Revision.fields).where(*of_part, Revision.id <= revision_id).order_by(Revision.id.desc()).limit(1)
    ) or db.session.scalar(select(Revision.fields).where(*of_part).order_by(Revision.id).limit(1))
    fields: Fields = json.loads(text) if text else {}
    return complete(kind, part, fields)


def get_standings(draft: Draft) -> dict[str, Standing]:
    """Where each language of a thing stands."""
    return {language: _standing(draft, language, get_text(draft.kind, draft.id, language)) for language in LANGUAGES}


def _standing(draft: Draft, language: str, text: Any | None, known: Mapping[int, Fields] | None = None) -> Standing:
    """Where a language stands; `text` is its row in the public tables, or those columns that say whether it is live."""
    edition, shared = draft.editions.get(language), draft.editions.get(SHARED)
    live = is_live(draft.kind, text)
    return Standing(
        live=live,
        withdrawn=not live and once_live(draft.kind, text),
        empty=not any(draft.parts[language].values()),
        changed=live and any(one and one.head_id != one.live_id for one in (edition, shared)),
        stale=is_stale(draft, language, known),
        due_at=edition.due_at if edition else None,
        review=bool(edition and edition.review_at),
        trouble=edition.trouble if edition else "",
    )


def other_language(language: str) -> str:
    """The language on the other side of the page."""
    return next(code for code in LANGUAGES if code != language)


def source_id(editions: dict[str, Edition], language: str) -> int | None:
    """The revision of the other language that counts for this one: the live one, else the one that is worked on."""
    edition = editions.get(other_language(language))
    return (edition.live_id or edition.head_id) if edition else None


def is_stale(draft: Draft, language: str, known: Mapping[int, Fields] | None = None) -> bool:
    """Whether the other language has gone on since this one was approved against it.

    `known`: the fields of revisions that were read before, by their ids.
    """
    ids = _compared(draft.editions, language)
    if ids is None:
        return False
    before, after = (known[number] if known else read_fields(number) for number in ids)
    return bool(_differing(draft.kind, language, before, after))


def _compared(editions: dict[str, Edition], language: str) -> tuple[int, int] | None:
    """The revisions of the other language that tell whether this one is out of date; None where it cannot be."""
    edition, now_id = editions.get(language), source_id(editions, language)
    if edition is None or not edition.against_id or not now_id or edition.against_id == now_id:
        return None
    return edition.against_id, now_id


def what_changed(kind: Kind, language: str, before_id: int, after_id: int) -> dict[str, tuple[str, str]]:
    """The fields of the other language that changed between two of its revisions: name -> before, after."""
    return _differing(kind, language, read_fields(before_id), read_fields(after_id))


def _differing(kind: Kind, language: str, old: Fields, new: Fields) -> dict[str, tuple[str, str]]:
    other = other_language(language)
    before, after = complete(kind, other, old), complete(kind, other, new)
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return {name: (before.get(name, ""), after.get(name, "")) for name in names}


def get_history(kind: Kind, thing_id: int, part: str) -> Sequence[AnyRow]:
    """The history of a part, newest first: of each sitting the last revision, every named one, and what was set aside.

    Columns: id, saved_at, name, aside, author (a name).
    """
    of_part = (Revision.kind == kind.key, Revision.thing_id == thing_id, Revision.part == part)
    last = select(func.max(Revision.id)).where(*of_part).group_by(Revision.sitting, Revision.author_id, Revision.aside)
    return db.session.execute(
        select(Revision.id, Revision.saved_at, Revision.name, Revision.aside, User.name.label("author"))
        .outerjoin(User, User.id == Revision.author_id)
        .where(*of_part, or_(Revision.id.in_(last), Revision.name != ""))
        .order_by(Revision.id.desc())
    ).all()


def get_revision_or_404(kind: Kind, thing_id: int, revision_id: int) -> Revision:
    """A revision of a thing."""
    return db.session.scalars(
        select(Revision).where(Revision.id == revision_id, Revision.kind == kind.key, Revision.thing_id == thing_id)
    ).first() or abort(404)


def get_names(ids: Iterable[int | None]) -> dict[int, str]:
    """The names of editors by their ids."""
    wanted = {one for one in ids if one}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def get_choices(key: str) -> list[tuple[str, str]]:
    """The things of a kind that another can name: their ids and titles, in their order."""
    kind = KINDS[key]
    return [(str(item.id), item.title or f"№ {item.id}") for item in get_items(kind, limit=None)]


def _in_trash(kind: Kind) -> Any:
    return select(Piece.thing_id).where(Piece.kind == kind.key, Piece.deleted_at.is_not(None))


def existing_ids(key: str, ids: Iterable[int]) -> set[int]:
    """Which of these things of a kind are there, outside of the trash."""
    kind = KINDS[key]
    wanted = select(kind.model.id).where(kind.model.id.in_(list(ids)), kind.model.id.not_in(_in_trash(kind)))
    return set(db.session.scalars(wanted))


def get_picture_choices(chosen: str) -> Sequence[AnyRow]:
    """The pictures that were uploaded last, and the one that is chosen: key and name."""
    newest = select(Picture.id).where(Picture.deleted_at.is_(None)).order_by(Picture.id.desc()).limit(PAGE)
    return db.session.execute(
        select(Picture.key, Picture.name)
        .where(or_(Picture.id.in_(newest), Picture.key == chosen))
        .order_by(Picture.id.desc())
    ).all()


def get_items(
    kind: Kind,
    *,
    ids: Iterable[int] | None = None,
    before: int | None = None,
    limit: int | None = PAGE,
    trash: bool = False,
) -> list[Item]:
    """Things of a kind as lists show them, in the editors' order, the newest stories first; `before` pages by id.

    A handful of statements, however many they are.
    """
    model = kind.model
    gone = and_(Piece.kind == kind.key, Piece.thing_id == model.id, Piece.deleted_at.is_not(None))
    wanted = select(model.id).outerjoin(Piece, gone)
    wanted = wanted.where(Piece.thing_id.is_not(None) if trash else Piece.thing_id.is_(None))
    if ids is not None:
        wanted = wanted.where(model.id.in_(list(ids)))
    if before is not None:
        wanted = wanted.where(model.id < before)
    newest_first = kind.key in ("stories", "updates")
    wanted = (
        wanted.order_by(model.id.desc())
        if newest_first or not hasattr(model, "position")
        else wanted.order_by(model.position, model.id)
    )
    found = db.session.scalars(wanted.limit(limit)).all()
    return _items(kind, list(found))


# What things can be picked out by, and in whose hands the work then is.
ONLY = ("stale", "missing", "changed", "due", "review", "mine", "trouble")


def find(only: str, *, kind: Kind | None = None, editor_id: int | None = None, limit: int = PAGE) -> list[Item]:
    """Things that wait for something, of one kind or of all, the newest change first: at most `limit`.

    stale: a language is out of date; missing: one is not live; changed: the draft says more than what is live; due: it
    goes live by itself; review: it waits for a publisher; mine: a draft of this editor; trouble: it could not go live.
    """
    if only == "missing":
        found = [(one.key, number) for one in ([kind] if kind else KINDS.values()) for number in _missing(one, limit)]
    else:
        waiting = _waiting(only, editor_id)
        if kind:
            waiting = waiting.where(Edition.kind == kind.key)
        found = list(dict.fromkeys((row.kind, row.thing_id) for row in db.session.execute(waiting.limit(4 * limit))))
    found = found[:limit]
    by_kind: dict[str, list[int]] = {}
    for key, number in found:
        by_kind.setdefault(key, []).append(number)
    items = {(key, item.id): item for key, ids in by_kind.items() for item in _items(KINDS[key], ids)}
    wanted = [items[one] for one in found if one in items]
    return [it for it in wanted if only != "stale" or any(one.stale for one in it.standings.values())]


def _waiting(only: str, editor_id: int | None) -> AnySelect:
    gone = exists().where(Piece.kind == Edition.kind, Piece.thing_id == Edition.thing_id, Piece.deleted_at.is_not(None))
    wanted = select(Edition.kind, Edition.thing_id).where(~gone).order_by(Edition.head_id.desc())
    match only:
        case "review":
            return wanted.where(Edition.review_at.is_not(None))
        case "due":
            return wanted.where(Edition.due_at.is_not(None))
        case "trouble":
            return wanted.where(Edition.trouble != "")
        case "changed":
            return wanted.where(Edition.live_id.is_not(None), Edition.live_id != Edition.head_id)
        case "mine":
            mine = select(Revision.id).where(Revision.author_id == editor_id)
            open_still = or_(Edition.live_id.is_(None), Edition.live_id != Edition.head_id)
            return wanted.where(Edition.head_id.in_(mine), open_still)
    # The other language has another revision now than the one that this was approved against.
    other = aliased(Edition)
    now_id = func.coalesce(other.live_id, other.head_id)
    beside = and_(
        other.kind == Edition.kind,
        other.thing_id == Edition.thing_id,
        other.part != Edition.part,
        other.part != SHARED,
    )
    return wanted.join(other, beside).where(
        Edition.part != SHARED, Edition.against_id.is_not(None), Edition.against_id != now_id
    )


def _missing(kind: Kind, limit: int) -> list[int]:
    owner = getattr(kind.text, kind.owner)
    there = select(owner).group_by(owner).having(func.count() == len(LANGUAGES))
    if kind.published:
        there = there.where(kind.text.state == State.LIVE)
    return list(
        db.session.scalars(
            select(kind.model.id)
            .where(kind.model.id.not_in(there), kind.model.id.not_in(_in_trash(kind)))
            .order_by(kind.model.id.desc())
            .limit(limit)
        )
    )


def _items(kind: Kind, ids: list[int]) -> list[Item]:
    slugs = _slugs(kind, ids)
    texts = _texts(kind, ids)
    editions: dict[int, dict[str, Edition]] = {one: {} for one in ids}
    heads: dict[int, dict[str, Fields]] = {one: {} for one in ids}
    saved: dict[int, int] = {}
    for edition, fields, saved_at in db.session.execute(
        select(Edition, Revision.fields, Revision.saved_at)
        .join(Revision, Revision.id == Edition.head_id)
        .where(Edition.kind == kind.key, Edition.thing_id.in_(ids))
    ):
        editions[edition.thing_id][edition.part] = edition
        heads[edition.thing_id][edition.part] = json.loads(fields)
        saved[edition.thing_id] = max(saved.get(edition.thing_id, 0), saved_at)
    wanted = {number for one in ids for code in LANGUAGES for number in _compared(editions[one], code) or ()}
    known = {
        row.id: json.loads(row.fields)
        for row in db.session.execute(select(Revision.id, Revision.fields).where(Revision.id.in_(wanted)))
    }
    items = []
    for one in ids:
        parts = {part: heads[one].get(part, {}) for part in PARTS}
        for language in LANGUAGES:
            text = texts.get((one, language))
            if language not in heads[one] and text is not None:
                parts[language] = {kind.title: getattr(text, kind.title)}
        draft = Draft(kind, one, parts, {}, editions[one])
        items.append(
            Item(
                kind,
                one,
                {language: parts[language].get(kind.title, "") for language in LANGUAGES},
                {language: _standing(draft, language, texts.get((one, language)), known) for language in LANGUAGES},
                slugs.get(one, ""),
                saved.get(one),
            )
        )
    return items


def _texts(kind: Kind, ids: list[int]) -> dict[tuple[int, str], AnyRow]:
    owner = getattr(kind.text, kind.owner)
    columns = [owner.label("owner"), kind.text.language, getattr(kind.text, kind.title)]
    if kind.published:
        columns += [kind.text.state, kind.text.live_at]
    rows = db.session.execute(select(*columns).where(owner.in_(ids)))
    return {(row.owner, row.language): row for row in rows}


def _slugs(kind: Kind, ids: list[int]) -> dict[int, str]:
    if not hasattr(kind.model, "slug"):
        return {}
    rows = db.session.execute(select(kind.model.id, kind.model.slug).where(kind.model.id.in_(ids)))
    return {row.id: row.slug for row in rows}


def find_by_slug(kind: Kind, slug: str) -> int | None:
    """The thing that has this address, or had it."""
    found = db.session.scalar(select(kind.model.id).where(kind.model.slug == slug))
    return found or db.session.scalar(
        select(FormerAddress.thing_id).where(FormerAddress.kind == kind.key, FormerAddress.slug == slug)
    )


def get_draft_links(kind: Kind, thing_id: int) -> Sequence[DraftLink]:
    """The links by which strangers may read a draft now."""
    return db.session.scalars(
        select(DraftLink)
        .where(
            DraftLink.kind == kind.key,
            DraftLink.thing_id == thing_id,
            DraftLink.revoked_at.is_(None),
            DraftLink.expires_at > now(),
        )
        .order_by(DraftLink.id)
    ).all()


def get_draft_link(token_hash: bytes) -> DraftLink | None:
    """A link that somebody holds, if it still leads anywhere."""
    return db.session.scalars(
        select(DraftLink).where(
            DraftLink.token_hash == token_hash, DraftLink.revoked_at.is_(None), DraftLink.expires_at > now()
        )
    ).first()


def get_due() -> Sequence[AnyRow]:
    """The texts whose moment to go live has come: kind, thing_id, part; of one thing those first that are due first."""
    return db.session.execute(
        select(Edition.kind, Edition.thing_id, Edition.part)
        .where(Edition.due_at <= now())
        .order_by(Edition.due_at, Edition.kind, Edition.thing_id, Edition.part)
    ).all()
