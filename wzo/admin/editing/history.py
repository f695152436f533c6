"""What all actions stand on: one editor at a time, revisions and heads, and the pictures that a thing shows."""

import json
from collections.abc import Sequence

from sqlalchemy import select

from wzo.admin.editing import live, queries
from wzo.admin.editing.kinds import Field, Kind
from wzo.admin.editing.live import Fields
from wzo.admin.editing.models import SHARED, Edition, Piece, Revision
from wzo.admin.editing.queries import PARTS, get_draft, get_editions, other_language
from wzo.errors import NotThere
from wzo.extensions import db, upsert
from wzo.i18n import LANGUAGES
from wzo.media.actions import note_uses
from wzo.media.files import keys_in


def lock(kind: Kind, thing_id: int, *, in_trash: bool = False) -> Piece:
    """Let one editor at a time write to a thing. Raises NotThere where it lies in the trash, or does not."""
    db.session.execute(upsert(Piece).values(kind=kind.key, thing_id=thing_id).on_conflict_do_nothing())
    piece = db.session.scalars(
        select(Piece).where(Piece.kind == kind.key, Piece.thing_id == thing_id).with_for_update()
    ).one()
    if (piece.deleted_at is not None) != in_trash or live.get_thing(kind, thing_id) is None:
        raise NotThere
    return piece


def begin_history(kind: Kind, thing_id: int) -> None:
    """Write down how a thing stood before its first change in the panel: all parts at once, so that they fit."""
    if get_editions(kind, thing_id):
        return
    languages = live.live_languages(kind, thing_id)
    editions = {}
    for part in PARTS:
        fields = queries.complete(kind, part, live.read_live(kind, thing_id, part))
        number = add_revision(kind, thing_id, part, fields, sitting="", author_id=None)
        shown = part in languages or (part == SHARED and languages)
        editions[part] = Edition(
            kind=kind.key, thing_id=thing_id, part=part, head_id=number, live_id=number if shown else None
        )
        db.session.add(editions[part])
    if len(languages) == len(LANGUAGES):
        for code in languages:
            editions[code].against_id = editions[other_language(code)].head_id
    db.session.flush()


def advance(kind: Kind, thing_id: int, part: str, fields: Fields, *, sitting: str, author_id: int | None) -> None:
    number = add_revision(kind, thing_id, part, fields, sitting=sitting, author_id=author_id)
    edition = db.session.get_one(Edition, {"kind": kind.key, "thing_id": thing_id, "part": part})
    edition.head_id = number
    edition.trouble = ""


def add_revision(
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


def forget_schedule(kind: Kind, thing_id: int, languages: Sequence[str]) -> None:
    editions = get_editions(kind, thing_id)
    for code in languages:
        if code in editions:
            editions[code].due_id = editions[code].due_at = editions[code].due_by = None
            editions[code].trouble = ""
    if SHARED in editions and not any(edition.due_at for edition in editions.values()):
        editions[SHARED].due_id = None
    db.session.flush()


def note_pictures(kind: Kind, thing_id: int) -> None:
    """Note which pictures a thing shows, in its draft and before the public: strangers see only the latter."""
    draft, languages = get_draft(kind, thing_id), live.live_languages(kind, thing_id)
    for part in PARTS:
        shown = live.read_live(kind, thing_id, part) if part in languages or (part == SHARED and languages) else {}
        for is_live, fields in ((False, draft.parts[part]), (True, shown)):
            keys = {key for field in kind.fields_of(part) for key in _pictures_in(field, fields.get(field.name, ""))}
            note_uses(kind=kind.key, thing_id=thing_id, part=part, live=is_live, keys=keys)


def _pictures_in(field: Field, value: str) -> set[str]:
    return {value} if field.widget == "picture" else keys_in(value) if field.is_markdown else set()
