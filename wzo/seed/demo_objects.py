"""Generates single demo objects: their columns and texts, without touching the database."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from wzo.publication import State
from wzo.seed.demo_text import LANGUAGES, Words, Writer, join
from wzo.slugs import MAX_SLUG_LENGTH
from wzo.stories.models import FORMATS

# Weights of the formats; and of a hundred stories, those in one language, unpublished, drafts, with a content notice.
FORMAT_WEIGHTS = (60, 8, 10, 15, 7)
ONE_LANGUAGE, UNPUBLISHED, DRAFTS, WITH_NOTICE = 5, 1, 1, 5
# Weights of a date that is known to the day, to the month, to the year, or not at all.
DATE_WEIGHTS = (70, 15, 10, 5)
FIRST_DAY, DAYS = datetime(2016, 1, 1, 12, tzinfo=UTC), 3652
PROJECT_KINDS = ("special", "film", "investigation")
COVERS = ("breastfeeding", "children-in-cages", "last-hope", "outcasts", "transformation", "zone-hiv")
EMPTY: Words = dict.fromkeys(LANGUAGES, "")


@dataclass(frozen=True)
class DemoContent:
    """An object before it is added: its columns, and those of its text in each of its languages."""

    columns: dict[str, Any]
    texts: list[dict[str, Any]]


def make_project(writer: Writer, number: int) -> DemoContent:
    """A live project."""
    kind = writer.rng.choice(PROJECT_KINDS)
    project = _make(
        writer,
        "project",
        number,
        kicker=writer.say("kicker"),
        cover_alt=writer.say("cover_alt"),
        credits=writer.say("credits"),
        particulars=writer.say("particulars") if kind == "film" else EMPTY,
    )
    project.columns.update(kind=kind, cover=writer.rng.choice(COVERS))
    return project


def make_series(writer: Writer, number: int) -> DemoContent:
    """A live series; it has no date of publication of its own."""
    series = _make(writer, "series", number, cover_alt=writer.say("cover_alt"))
    series.columns["cover"] = writer.rng.choice(COVERS)
    del series.columns["published_on"]
    return series


def make_story(writer: Writer, number: int) -> DemoContent:
    """A story in any state, in one language or in all."""
    rng = writer.rng
    states = (State.UNPUBLISHED, State.DRAFT, State.LIVE)
    (state,) = rng.choices(states, (UNPUBLISHED, DRAFTS, 100 - UNPUBLISHED - DRAFTS))
    story = _make(
        writer,
        "story",
        number,
        state=state,
        languages=[rng.choice(list(LANGUAGES))] if happens(rng, ONE_LANGUAGE) else list(LANGUAGES),
        credits=writer.say("credits"),
        content_notice=writer.say("notice") if happens(rng, WITH_NOTICE) else EMPTY,
    )
    (story.columns["format"],) = rng.choices(FORMATS, FORMAT_WEIGHTS)
    return story


def happens(rng: random.Random, percentage: int) -> bool:
    """True in so many of a hundred cases."""
    return rng.randrange(100) < percentage


def _make(
    writer: Writer,
    kind: str,
    number: int,
    *,
    state: State = State.LIVE,
    languages: Sequence[str] = LANGUAGES,
    **more: Words,
) -> DemoContent:
    """The common columns of all kinds of objects; every title says that it is a sample."""
    published_at = FIRST_DAY + timedelta(days=writer.rng.randrange(DAYS))
    day = published_at.date().isoformat()
    title = writer.say("title")
    fields: dict[str, Words] = {
        "title": join(writer.say(f"{kind}_mark", number=number), title, between=" "),
        "summary": join(writer.say("lead"), writer.say("sentence"), between=" "),
        "body": writer.body(),
        **more,
    }
    dates = {
        "first_published_at": None if state == State.DRAFT else published_at,
        "changed_at": published_at,
    }
    (published_on,) = writer.rng.choices((day, day[:7], day[:4], None), DATE_WEIGHTS)
    start = f"demo-{number:05}" if kind == "story" else f"demo-{kind}-{number:05}"
    slug = f"{start}-{re.sub('[^a-z]+', '-', title['en'].lower())}"[:MAX_SLUG_LENGTH].strip("-")
    return DemoContent(
        {"slug": slug, "published_on": published_on},
        [
            {"language": language, "state": state, **dates, **{name: text[language] for name, text in fields.items()}}
            for language in languages
        ],
    )
