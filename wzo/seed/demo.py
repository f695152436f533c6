"""Demo material: invented stories, projects and series, marked as such, for trying out the site."""

import random
import re
from collections.abc import Callable, Sequence

from sqlalchemy import delete, func, insert, select, update

from wzo.cms.content_types import ContentType
from wzo.cms.indexing import forget_unused_words, reindex
from wzo.extensions import db, write_transaction
from wzo.i18n import LANGUAGES
from wzo.projects.content_types import PROJECTS
from wzo.seed.demo_objects import DemoContent, happens, make_project, make_series, make_story
from wzo.seed.demo_text import Writer
from wzo.seed.models import DemoObject
from wzo.social_cards import delete_cards
from wzo.stories.content_types import SERIES, STORIES
from wzo.stories.models import Country, Story
from wzo.themes.models import Theme

# How many stories are added, or objects deleted, in one transaction; each batch of stories has a project and a series.
BATCH = 100
MIN_PARTS, MAX_PARTS = 3, 12
# Of a hundred stories, those that belong to a project.
IN_PROJECT = 10
# Stories come first: those that remain in a demo project or series after that are the editors' own.
CONTENT_TYPES = (STORIES, PROJECTS, SERIES)


class NoInitialContent(Exception):
    """The themes and countries of demo objects are missing."""


def count_demo() -> dict[str, int]:
    """How many demo objects there are, by the key of their content type."""
    columns = [getattr(DemoObject, content_type.foreign_key) for content_type in CONTENT_TYPES]
    counts = db.session.execute(select(*map(func.count, columns))).one()
    return {content_type.key: count for content_type, count in zip(CONTENT_TYPES, counts, strict=True)}


def load_demo(*, stories: int, seed: int, on_progress: Callable[[int], None]) -> int:
    """Add demo material until there are `stories` demo stories; returns how many were added.

    The same seed generates the same material. `on_progress` is called after each transaction with the number of
    stories added so far. If it is interrupted, whole transactions remain, which `clear_demo` removes. Raises
    NoInitialContent.
    """
    missing = stories - count_demo()[STORIES.key]
    first = _next_number()
    loader = _Loader(seed)
    for start in range(0, missing, BATCH):
        numbers = range(first + start, first + min(start + BATCH, missing))
        with write_transaction():
            loader.add_batch(numbers)
        on_progress(start + len(numbers))
    return max(missing, 0)


def clear_demo(*, on_progress: Callable[[int], None]) -> int:
    """Delete the demo objects and nothing else; returns how many other stories were taken out of demo objects.

    Those are real stories that editors had put into a demo project or series. `on_progress` is called after each
    transaction with the number of objects deleted so far. If it is interrupted, it can be repeated.
    """
    deleted = 0
    freed: set[int] = set()
    for content_type in CONTENT_TYPES:
        column = getattr(DemoObject, content_type.foreign_key)
        while ids := db.session.scalars(select(column).where(column.is_not(None)).limit(BATCH)).all():
            with write_transaction():
                if content_type is not STORIES:
                    freed.update(_free_stories(content_type, ids))
                _delete_social_cards(content_type, ids)
                db.session.execute(delete(content_type.model).where(content_type.model.id.in_(ids)))
            deleted += len(ids)
            on_progress(deleted)
    with write_transaction():
        forget_unused_words()
    return len(freed)


def _free_stories(content_type: ContentType, ids: Sequence[int]) -> Sequence[int]:
    """Take all stories out of some projects or series; returns the ids of the stories."""
    field = next(field for field in STORIES.shared_fields if field.to == content_type.key)
    stories = db.session.scalars(select(Story.id).where(getattr(Story, field.name).in_(ids))).all()
    empty = dict.fromkeys((field.name, *field.clears))
    db.session.execute(update(Story).where(Story.id.in_(stories)).values(empty))
    return stories


def _delete_social_cards(content_type: ContentType, ids: Sequence[int]) -> None:
    model = content_type.model
    slugs = db.session.scalars(select(model.slug).where(model.id.in_(ids))).all()
    delete_cards(content_type.endpoint, [(language, slug) for language in LANGUAGES for slug in slugs])


def _next_number() -> int:
    """The number after the highest one of the demo stories."""
    slug = db.session.scalar(
        select(func.max(Story.slug)).join(DemoObject, DemoObject.story_id == Story.id).where(Story.slug.like("demo-%"))
    )
    found = re.match(r"demo-(\d+)", slug or "")
    return int(found[1]) + 1 if found else 1


class _Loader:
    """Adds batches of demo objects, in the caller's transaction."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.related_ids = {
            name: db.session.scalars(select(model.id).order_by(model.position)).all()
            for name, model in (("themes", Theme), ("countries", Country))
        }
        if not all(self.related_ids.values()):
            raise NoInitialContent

    def add_batch(self, numbers: range) -> None:
        """Add stories with these numbers; the first are the parts of a series, some belong to a project."""
        writer = Writer(f"{self.seed} batch {numbers[0]}")
        rng = writer.rng
        (project,) = self._add(PROJECTS, [make_project(writer, numbers[0])], rng)
        series, parts = None, rng.randint(MIN_PARTS, MAX_PARTS)
        if len(numbers) >= MIN_PARTS:
            (series,) = self._add(SERIES, [make_series(writer, numbers[0])], rng)
        stories = []
        for part, number in enumerate(numbers, start=1):
            story = make_story(Writer(f"{self.seed} story {number}"), number)
            in_series = series is not None and part <= parts
            story.columns.update(
                series_id=series if in_series else None,
                part=part if in_series else None,
                project_id=project if happens(rng, IN_PROJECT) else None,
            )
            stories.append(story)
        self._add(STORIES, stories, rng)

    def _add(self, content_type: ContentType, objects: Sequence[DemoContent], rng: random.Random) -> Sequence[int]:
        """Add objects after the existing ones, with their texts, and index them; returns their ids."""
        model, owner = content_type.model, content_type.foreign_key
        first = (db.session.scalar(select(func.max(model.position))) or 0) + 1
        ids = db.session.scalars(
            insert(model).returning(model.id, sort_by_parameter_order=True),
            [{**obj.columns, "position": position} for position, obj in enumerate(objects, start=first)],
        ).all()
        db.session.execute(insert(DemoObject), [{owner: object_id} for object_id in ids])
        texts = [{owner: object_id, **text} for object_id, obj in zip(ids, objects, strict=True) for text in obj.texts]
        db.session.execute(insert(content_type.text), texts)
        for field in content_type.shared_fields:
            if field.to in self.related_ids and field.table is not None:
                near, far = (column.name for column in field.table.primary_key.columns)
                related = self.related_ids[field.to]
                links = [{near: object_id, far: other} for object_id in ids for other in _choose(related, rng)]
                db.session.execute(insert(field.table), links)
        reindex(content_type, ids)
        return ids


def _choose(ids: Sequence[int], rng: random.Random) -> set[int]:
    """One or two of the ids; the first ones are the most likely."""
    weights = [1 / place for place in range(1, len(ids) + 1)]
    return set(rng.choices(ids, weights, k=rng.choice((1, 1, 1, 2))))
