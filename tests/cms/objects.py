"""Content objects of every type with distinctive texts, to see where these appear."""

from sqlalchemy import select

from tests.factories import UserFactory
from wzo.clock import today
from wzo.cms import drafts
from wzo.cms.content_types import ContentType, registry
from wzo.cms.fields import Fields
from wzo.cms.models import SHARED
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.petition.models import Petition
from wzo.projects.models import Project
from wzo.stories.models import Country, Series
from wzo.themes.models import Theme

# Words that occur nowhere else: one in each text, and one for search queries.
MARKS = {"ru": "Зыксомма", "en": "Zyxomma"}
ASKED = {"ru": "петиолятум", "en": "petiolatum"}
SLUG = "dragonfly-of-the-dusk"
# Objects of the seed content whose pages show others.
THEME, PROJECT, SERIES, PETITION = "motherhood", "last-hope", "outcasts", "mothers"
# Fields that take no free text.
NOT_WORDS = ("income", "spending", "numbers")


def shared_fields(content_type: ContentType) -> Fields:
    """Shared fields with which an object of a type can be published, related to objects of the seed content."""
    tied = {"themes": _id(Theme, THEME), "countries": str(db.session.scalar(select(Country.id).limit(1)))}
    own: dict[str, Fields] = {
        "stories": {**tied, "project_id": _id(Project, PROJECT), "series_id": _id(Series, SERIES), "format": "text"},
        "projects": {**tied, "kind": "special", "home_section": "transformation"},
        "series": {"themes": tied["themes"]},
        "pages": {"place": "none"},
        "mentions": {
            "kind": "original",
            "language": "en",
            "published_on": "2019-07",
            "url": "https://press.example.org/",
            "projects": _id(Project, PROJECT),
        },
        "directory": {"services": "lawyer"},
        "facts": {"themes": tied["themes"], "as_of": "2019-04-01"},
        "petition-thresholds": {
            "petition_id": _id(Petition, PETITION),
            "number": "10000",
            "answered_on": today().isoformat(),
            "source_url": "https://answers.example.org/",
        },
        "petition-updates": {"petition_id": _id(Petition, PETITION), "day": today().isoformat()},
        "donation-methods": {"kind": "link", "url": "https://give.example.org/", "answers": "russia elsewhere none"},
        "annual-accounts": {"year": "2024", "currency": "EUR"},
        "donation-goals": {"amount": "100", "currency": "EUR", "since": today().isoformat()},
    }
    fields = {**({"slug": SLUG} if content_type.has_slug else {}), **own.get(content_type.key, {})}
    return {**fields, "notice": "needed", "consent": "nobody"} if content_type.sensitive else fields


def translated_fields(content_type: ContentType, language: str) -> Fields:
    """Texts for every field of a language."""
    mark = f"{MARKS[language]} {content_type.key}"
    words = {
        field.name: f"{mark} {ASKED[language]} {field.name}."
        for field in content_type.translated_fields
        if field.kind in ("text", "textarea", "markdown") and field.name not in NOT_WORDS
    }
    money = dict.fromkeys(("income", "spending"), f"{mark}: 5")
    link = {"source_url": "https://counts.example.org/"}
    entries = {"body": f"2015-10: {words.get('body')} [Source](https://source.example.org/)"}
    own = {"annual-accounts": money, "facts": link, "timelines": entries}
    return {**words, **own.get(content_type.key, {})}


def create_draft(content_type: ContentType) -> int:
    """Create a complete draft of an object; for a singleton type, complete the draft of its first object."""
    db.session.rollback()
    author_id = UserFactory(role="publisher").id
    if content_type.singleton:
        object_id = int(db.session.scalars(select(content_type.model.id).order_by(content_type.model.id)).first() or 0)
    else:
        object_id = drafts.create(content_type=content_type, author_id=author_id)
    values = {SHARED: shared_fields(content_type)}
    values |= {code: translated_fields(content_type, code) for code in LANGUAGES}
    bases: dict[str, int] = {}
    saved = drafts.save(
        content_type=content_type,
        object_id=object_id,
        values=values,
        base_revision_ids=bases,
        edit_session="s",
        author_id=author_id,
    )
    if saved.conflicts:
        # A singleton is already live, so a save must name the revisions that it is based on.
        bases = saved.draft.revision_ids
        drafts.save(
            content_type=content_type,
            object_id=object_id,
            values=values,
            base_revision_ids=bases,
            edit_session="s",
            author_id=author_id,
        )
    return object_id


def types() -> list[str]:
    """The keys of all content types."""
    return list(registry)


def _id(model: type[Theme] | type[Project] | type[Series] | type[Petition], slug: str) -> str:
    return str(db.session.scalars(select(model.id).where(model.slug == slug)).one())
