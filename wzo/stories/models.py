"""Stories, the series they form, and the countries they come from."""

from functools import cache

from flask_babel import lazy_gettext
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, TranslationMixin
from wzo.i18n import current_language, in_language
from wzo.link_previews import LinkPreview, LinkPreviewText
from wzo.publication import PublishableText

FORMAT_NAMES = {
    "text": lazy_gettext("Text"),
    "film": lazy_gettext("Film"),
    "photo": lazy_gettext("Photo story"),
    "interview": lazy_gettext("Interview"),
    "investigation": lazy_gettext("Investigation"),
}
FORMATS = tuple(FORMAT_NAMES)


def format_name(value: str, language: str | None = None) -> str:
    """The name of a format, in the reader's language unless another is given."""
    return _format_name(value, language or current_language())


@cache
def _format_name(value: str, language: str) -> str:
    with in_language(language):
        return str(FORMAT_NAMES[value])


class Country(Base):
    __tablename__ = "countries"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]


class CountryText(TranslationMixin, Base):
    __tablename__ = "country_texts"

    country_id: Mapped[int] = mapped_column(ForeignKey("countries.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str]


class Series(Base):
    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    cover: Mapped[str] = mapped_column(String(96), default="")
    cover_picture: Mapped[str] = mapped_column(String(32), default="", server_default="")


class SeriesText(PublishableText, Base):
    __tablename__ = "series_texts"

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), primary_key=True)
    cover_alt: Mapped[str] = mapped_column(default="")


class Story(LinkPreview, Base):
    """A text, film, photo story, interview or investigation; `part`: its number if it is part of a series.

    `published_on` is an ISO date as precise as is known, such as 2019-07. `picture` is the key of its lead picture;
    without one, `cover` is drawn in its place, or the cover of its series or project is shown.
    """

    __tablename__ = "stories"
    __table_args__ = (
        UniqueConstraint("series_id", "part"),
        CheckConstraint("(series_id IS NULL) = (part IS NULL)", name="part_of_a_series"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    format: Mapped[str] = mapped_column(String(32))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id", ondelete="SET NULL"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    part: Mapped[int | None]
    published_on: Mapped[str | None] = mapped_column(String(10))
    picture: Mapped[str] = mapped_column(String(32), default="")
    picture_decorative: Mapped[bool] = mapped_column(default=False)
    cover: Mapped[str] = mapped_column(String(96), default="", server_default="")


class StoryText(LinkPreviewText, PublishableText, Base):
    __tablename__ = "story_texts"

    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    picture_alt: Mapped[str] = mapped_column(default="")
    picture_caption: Mapped[str] = mapped_column(default="")
    credits: Mapped[str] = mapped_column(default="")


# For feeds, which read the newest live stories of a language. Partial, because SQLite would use a full index by
# language and state for other lists too, and scan thousands of rows.
Index(
    "ix_story_texts_newest",
    StoryText.language,
    StoryText.first_published_at,
    StoryText.story_id,
    sqlite_where=text("state = 'live'"),
    postgresql_where=text("state = 'live'"),
)


story_themes = Table(
    "story_themes",
    Base.metadata,
    Column("story_id", ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("themes.id", ondelete="CASCADE"), primary_key=True, index=True),
)

story_countries = Table(
    "story_countries",
    Base.metadata,
    Column("story_id", ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("country_id", ForeignKey("countries.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# The stories that editors recommend after a story, in their order.
related_stories = Table(
    "related_stories",
    Base.metadata,
    Column("story_id", ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("related_id", ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

series_themes = Table(
    "series_themes",
    Base.metadata,
    Column("series_id", ForeignKey("series.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("themes.id", ondelete="CASCADE"), primary_key=True, index=True),
)
