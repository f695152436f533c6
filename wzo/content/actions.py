"""Loading the starting content: `structure.toml` says what there is, the folders of the languages hold the words."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from wzo.content.models import LoadedContent
from wzo.donate.models import DonationWay, DonationWayText
from wzo.extensions import Base, db, write_transaction
from wzo.home.models import HomeBlock, HomeBlockText, Page, PageText
from wzo.i18n import LANGUAGES
from wzo.petition.models import Petition, PetitionText
from wzo.projects.models import (
    Fact,
    FactText,
    Project,
    ProjectText,
    Theme,
    ThemeText,
    project_countries,
    project_themes,
)
from wzo.publication import Published, State
from wzo.stories.models import (
    Country,
    CountryText,
    Series,
    SeriesText,
    Story,
    StoryText,
    series_themes,
    story_countries,
    story_themes,
)
from wzo.team.models import Member, MemberText

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Kind:
    """A kind of content: its two models, how a text names its owner, and what else it is tied to.

    `one`: field in the structure -> model it names by slug. `many`: field -> (model, table between them).
    `with_facts`: its words may hold facts and figures.
    """

    model: type[Any]
    text: type[Any]
    owner: str
    key: str = "slug"
    one: tuple[tuple[str, type[Any]], ...] = ()
    many: tuple[tuple[str, type[Any], Table], ...] = ()
    with_facts: bool = False


# In the order of loading: what is named by others comes first.
KINDS = {
    "themes": Kind(Theme, ThemeText, "theme_id"),
    "countries": Kind(Country, CountryText, "country_id"),
    "projects": Kind(
        Project,
        ProjectText,
        "project_id",
        many=(("themes", Theme, project_themes), ("countries", Country, project_countries)),
        with_facts=True,
    ),
    "series": Kind(Series, SeriesText, "series_id", many=(("themes", Theme, series_themes),)),
    "stories": Kind(
        Story,
        StoryText,
        "story_id",
        one=(("project", Project), ("series", Series)),
        many=(("themes", Theme, story_themes), ("countries", Country, story_countries)),
        with_facts=True,
    ),
    "members": Kind(Member, MemberText, "member_id"),
    "petitions": Kind(Petition, PetitionText, "petition_id"),
    "donation_ways": Kind(DonationWay, DonationWayText, "way_id"),
    "home_blocks": Kind(HomeBlock, HomeBlockText, "block_id", key="key"),
    "pages": Kind(Page, PageText, "page_id"),
}


def load_content() -> int:
    """Add what was never loaded before, in one transaction; returns the number of pieces that were added."""
    structure = tomllib.loads((FOLDER / "structure.toml").read_text(encoding="utf-8"))
    with write_transaction():
        loaded = set(db.session.scalars(select(LoadedContent.key)))
        before = len(loaded)
        for name, kind in KINDS.items():
            for position, entry in enumerate(structure[name], start=1):
                _load_thing(name, kind, position, entry, loaded)
        return len(loaded) - before


def _load_thing(name: str, kind: Kind, position: int, entry: dict[str, Any], loaded: set[str]) -> None:
    slug = entry[kind.key]
    path = f"{name}/{slug}"
    owner = _find(kind.model, kind.key, slug)
    if path not in loaded:
        _mark(path, loaded)
        if owner is None:
            owner = _add_owner(kind, position, entry)
    if owner is None:
        return  # An editor has deleted it.
    for language in LANGUAGES:
        if f"{path}/{language}" in loaded:
            continue
        _mark(f"{path}/{language}", loaded)
        words = _read_words(language, name, slug)
        if kind.with_facts:
            _add_facts({kind.owner: owner.id}, words.pop("facts", []), language)
        if issubclass(kind.text, Published):
            words["state"] = State.LIVE
        db.session.add(kind.text(**{kind.owner: owner.id}, language=language, **words))
    db.session.flush()


def _add_owner(kind: Kind, position: int, entry: dict[str, Any]) -> Any:
    columns = {column.key for column in kind.model.__table__.columns}
    values = {field: value for field, value in entry.items() if field in columns}
    if "position" in columns:
        values["position"] = position
    for field, model in kind.one:
        if field in entry:
            values[f"{field}_id"] = _find(model, "slug", entry[field]).id
    owner = kind.model(**values)
    db.session.add(owner)
    db.session.flush()
    for field, model, table in kind.many:
        near, far = (column.name for column in table.primary_key.columns)
        for other in entry.get(field, ()):
            db.session.execute(table.insert().values({near: owner.id, far: _find(model, "slug", other).id}))
    return owner


def _add_facts(owner: dict[str, int], words: list[dict[str, str]], language: str) -> None:
    """Add facts in one language; the first language makes them, the others only say them."""
    facts = db.session.scalars(select(Fact).filter_by(**owner).order_by(Fact.position)).all()
    for position, fact in enumerate(words):
        known = facts[position] if position < len(facts) else None
        known = known or Fact(**owner, position=position, as_of=fact["as_of"] or None)
        db.session.add(known)
        db.session.flush()
        text = {field: fact[field] for field in ("figure", "text", "source")}
        db.session.add(FactText(fact_id=known.id, language=language, **text))


def _read_words(language: str, name: str, slug: str) -> dict[str, Any]:
    """The words of one thing: a Markdown file of its own, or its table in the file of its kind."""
    path = FOLDER / language / name / f"{slug}.md"
    if path.exists():
        _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        return {**tomllib.loads(front), "body": body.strip()}
    file_name = {"home_blocks": "home", "members": "team"}.get(name, name)
    words = tomllib.loads((FOLDER / language / f"{file_name}.toml").read_text(encoding="utf-8"))[slug]
    return words if isinstance(words, dict) else {"name": words}


def _find(model: type[Base], key: str, slug: str) -> Any:
    return db.session.scalar(select(model).where(getattr(model, key) == slug))


def _mark(path: str, loaded: set[str]) -> None:
    loaded.add(path)
    db.session.add(LoadedContent(key=path))
