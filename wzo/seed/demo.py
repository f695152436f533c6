"""Demo material: invented stories, projects and series, marked as such, to try the site out with."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from wzo.cms.content_types import ContentType
from wzo.cms.indexing import forget_unused_words, reindex
from wzo.extensions import db, write_transaction
from wzo.i18n import LANGUAGES
from wzo.projects.content_types import PROJECTS
from wzo.publication import State
from wzo.seed.demo_text import Words, Writer, join
from wzo.seed.models import DemoObject
from wzo.stories.content_types import SERIES, STORIES
from wzo.stories.models import FORMATS, Country, Story
from wzo.themes.models import Theme

# So many stories are made, or things deleted, in one transaction; each such batch has a project and a series.
BATCH = 100
MIN_PARTS, MAX_PARTS = 3, 12
# Of a hundred stories: those of each format; those in one language, withdrawn, drafts, in a project, with a notice.
FORMAT_SHARES = (60, 8, 10, 15, 7)
ONE_LANGUAGE, UNPUBLISHED, DRAFTS, IN_PROJECT, WITH_NOTICE = 5, 1, 1, 10, 5
# How often a date is known to the day, to the month, to the year, not at all.
DATE_SHARES = (70, 15, 10, 5)
FIRST_DAY, DAYS = datetime(2016, 1, 1, 12, tzinfo=UTC), 3652
KINDS = ("special", "film", "investigation")
COVERS = ("breastfeeding", "children-in-cages", "last-hope", "outcasts", "transformation", "zone-hiv")
MAX_SLUG_LENGTH = 80
NOTHING: Words = dict.fromkeys(LANGUAGES, "")
# Stories first: those that then still belong to a demo project or series are the editors' own.
CONTENT_TYPES = (STORIES, PROJECTS, SERIES)


class NoStartingContent(Exception):
    """The themes and countries that demo material belongs to are not there."""


def count_demo() -> dict[str, int]:
    """How many demo objects there are, by the key of their content type."""
    columns = [getattr(DemoObject, content_type.foreign_key) for content_type in CONTENT_TYPES]
    counts = db.session.execute(select(*map(func.count, columns))).one()
    return {content_type.key: count for content_type, count in zip(CONTENT_TYPES, counts, strict=True)}


def load_demo(*, stories: int, seed: int, tell: Callable[[int], None]) -> int:
    """Add demo material until there are so many demo stories; returns how many stories were added.

    The same seed makes the same material. Tells after each transaction how many stories it has added so far. What is
    killed leaves whole transactions, which `clear_demo` takes out. Raises NoStartingContent.
    """
    wanted = stories - count_demo()[STORIES.key]
    first = _next_number()
    loader = _Loader(seed)
    for start in range(0, wanted, BATCH):
        numbers = range(first + start, first + min(start + BATCH, wanted))
        with write_transaction():
            loader.add_batch(numbers)
        tell(start + len(numbers))
    return max(wanted, 0)


def clear_demo(*, tell: Callable[[int], None]) -> int:
    """Remove what `load_demo` made, and nothing else; tells after each transaction how many things are removed so far.

    Returns how many real stories had been put into a demo project or series, and now are in none. What is killed can be
    repeated.
    """
    removed = 0
    freed: set[int] = set()
    for content_type in CONTENT_TYPES:
        column = getattr(DemoObject, content_type.foreign_key)
        while ids := db.session.scalars(select(column).where(column.is_not(None)).limit(BATCH)).all():
            with write_transaction():
                if content_type is not STORIES:
                    freed.update(_free_stories(content_type, ids))
                db.session.execute(delete(content_type.model).where(content_type.model.id.in_(ids)))
            removed += len(ids)
            tell(removed)
    with write_transaction():
        forget_unused_words()
    return len(freed)


def _free_stories(content_type: ContentType, ids: Sequence[int]) -> Sequence[int]:
    """Take all stories out of some projects or series; returns the ids of the stories."""
    field = next(field for field in STORIES.shared_fields if field.of == content_type.key)
    stories = db.session.scalars(select(Story.id).where(getattr(Story, field.name).in_(ids))).all()
    nothing = dict.fromkeys((field.name, *field.cleared_with_it))
    db.session.execute(update(Story).where(Story.id.in_(stories)).values(nothing))
    return stories


def _next_number() -> int:
    """Numbers go on after the highest."""
    slug = db.session.scalar(
        select(func.max(Story.slug)).join(DemoObject, DemoObject.story_id == Story.id).where(Story.slug.like("demo-%"))
    )
    found = re.match(r"demo-(\d+)", slug or "")
    return int(found[1]) + 1 if found else 1


@dataclass(frozen=True)
class _Draft:
    """A thing before it is added: its columns, and those of its text in each of its languages."""

    columns: dict[str, Any]
    texts: list[dict[str, Any]]


class _Loader:
    """Adds batches of demo material, in the current transaction."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.others = {
            name: db.session.scalars(select(model.id).order_by(model.position)).all()
            for name, model in (("themes", Theme), ("countries", Country))
        }
        if not all(self.others.values()):
            raise NoStartingContent

    def add_batch(self, numbers: range) -> None:
        """Add stories; the first are the parts of a series, some belong to a project."""
        writer = Writer(f"{self.seed} batch {numbers[0]}")
        rng = writer.rng
        (project,) = self._add(PROJECTS, [_project(writer, numbers[0])], rng)
        series, parts = None, rng.randint(MIN_PARTS, MAX_PARTS)
        if len(numbers) >= MIN_PARTS:
            (series,) = self._add(SERIES, [_series(writer, numbers[0])], rng)
        drafts = []
        for part, number in enumerate(numbers, start=1):
            draft = _story(Writer(f"{self.seed} story {number}"), number)
            in_series = series is not None and part <= parts
            draft.columns.update(
                series_id=series if in_series else None,
                part=part if in_series else None,
                project_id=project if _of_hundred(rng, IN_PROJECT) else None,
            )
            drafts.append(draft)
        self._add(STORIES, drafts, rng)

    def _add(self, content_type: ContentType, drafts: Sequence[_Draft], rng: random.Random) -> Sequence[int]:
        """Add objects after the existing ones, with their texts, and index them; returns their ids."""
        model, owner = content_type.model, content_type.foreign_key
        position = (db.session.scalar(select(func.max(model.position))) or 0) + 1
        ids = db.session.scalars(
            insert(model).returning(model.id, sort_by_parameter_order=True),
            [{**draft.columns, "position": position + place} for place, draft in enumerate(drafts)],
        ).all()
        db.session.execute(insert(DemoObject), [{owner: one} for one in ids])
        texts = [{owner: one, **words} for one, draft in zip(ids, drafts, strict=True) for words in draft.texts]
        db.session.execute(insert(content_type.text), texts)
        for field in content_type.shared_fields:
            if field.table is not None:
                near, far = (column.name for column in field.table.primary_key.columns)
                links = [{near: one, far: other} for one in ids for other in _some(self.others[field.of], rng)]
                db.session.execute(insert(field.table), links)
        reindex(content_type, ids)
        return ids


def _project(writer: Writer, number: int) -> _Draft:
    kind = writer.rng.choice(KINDS)
    draft = _draft(
        writer,
        "project",
        number,
        kicker=writer.say("kicker"),
        cover_alt=writer.say("cover_alt"),
        credits=writer.say("credits"),
        particulars=writer.say("particulars") if kind == "film" else NOTHING,
    )
    draft.columns.update(kind=kind, cover=writer.rng.choice(COVERS))
    return draft


def _series(writer: Writer, number: int) -> _Draft:
    draft = _draft(writer, "series", number, cover_alt=writer.say("cover_alt"))
    draft.columns["cover"] = writer.rng.choice(COVERS)
    # A series has no date of its own.
    del draft.columns["published"]
    return draft


def _story(writer: Writer, number: int) -> _Draft:
    rng = writer.rng
    states = (State.UNPUBLISHED, State.DRAFT, State.LIVE)
    (state,) = rng.choices(states, (UNPUBLISHED, DRAFTS, 100 - UNPUBLISHED - DRAFTS))
    draft = _draft(
        writer,
        "story",
        number,
        state=state,
        languages=[rng.choice(list(LANGUAGES))] if _of_hundred(rng, ONE_LANGUAGE) else list(LANGUAGES),
        credits=writer.say("credits"),
        content_notice=writer.say("notice") if _of_hundred(rng, WITH_NOTICE) else NOTHING,
    )
    (draft.columns["format"],) = rng.choices(FORMATS, FORMAT_SHARES)
    return draft


def _draft(
    writer: Writer,
    kind: str,
    number: int,
    *,
    state: State = State.LIVE,
    languages: Sequence[str] = tuple(LANGUAGES),
    **more: Words,
) -> _Draft:
    """What all kinds of things have in common; every text says that it is a sample."""
    moment = FIRST_DAY + timedelta(days=writer.rng.randrange(DAYS))
    first_published_at = moment
    day = moment.date().isoformat()
    title = writer.say("title")
    words: dict[str, Words] = {
        "title": join(writer.say(f"{kind}_mark", number=number), title, between=" "),
        "summary": join(writer.say("lead"), writer.say("sentence"), between=" "),
        "body": writer.body(),
        **more,
    }
    dates = {
        "first_published_at": None if state == State.DRAFT else first_published_at,
        "changed_at": first_published_at,
    }
    (published,) = writer.rng.choices((day, day[:7], day[:4], None), DATE_SHARES)
    start = f"demo-{number:05}" if kind == "story" else f"demo-{kind}-{number:05}"
    slug = f"{start}-{re.sub('[^a-z]+', '-', title['en'].lower())}"[:MAX_SLUG_LENGTH].strip("-")
    return _Draft(
        {"slug": slug, "published": published},
        [
            {"language": language, "state": state, **dates, **{name: said[language] for name, said in words.items()}}
            for language in languages
        ],
    )


def _some(ids: Sequence[int], rng: random.Random) -> set[int]:
    """One or two, the first more often than the last."""
    weights = [1 / place for place in range(1, len(ids) + 1)]
    return set(rng.choices(ids, weights, k=rng.choice((1, 1, 1, 2))))


def _of_hundred(rng: random.Random, share: int) -> bool:
    return rng.randrange(100) < share
