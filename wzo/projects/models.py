"""Projects, and what they share with stories: themes, facts and figures."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, InLanguage
from wzo.publication import Published


class Theme(Base):
    __tablename__ = "themes"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]


class ThemeText(Published, Base):
    __tablename__ = "theme_texts"

    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id", ondelete="CASCADE"), primary_key=True)


class Project(Base):
    """An investigation, a film or a special. `published` is an ISO date as far as it is known: 2022-05."""

    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    cover: Mapped[str] = mapped_column(String(96), default="")
    home_section: Mapped[str] = mapped_column(String(32), default="")
    published: Mapped[str | None] = mapped_column(String(10))


class ProjectText(Published, Base):
    """`credits`, `partners` and `awards` are Markdown; `particulars` of a film are lines like `Director: Name`."""

    __tablename__ = "project_texts"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    kicker: Mapped[str] = mapped_column(default="")
    cover_alt: Mapped[str] = mapped_column(default="")
    credits: Mapped[str] = mapped_column(default="")
    partners: Mapped[str] = mapped_column(default="")
    awards: Mapped[str] = mapped_column(default="")
    particulars: Mapped[str] = mapped_column(default="")
    original_url: Mapped[str] = mapped_column(default="")
    original_language: Mapped[str] = mapped_column(String(8), default="")
    original_label: Mapped[str] = mapped_column(default="")


class Fact(Base):
    """A figure that a journalist may quote, of a project or of a story; `as_of` is an ISO date as far as is known."""

    __tablename__ = "facts"
    __table_args__ = (CheckConstraint("(project_id IS NULL) != (story_id IS NULL)", name="one_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    as_of: Mapped[str | None] = mapped_column(String(10))


class FactText(InLanguage, Base):
    __tablename__ = "fact_texts"

    fact_id: Mapped[int] = mapped_column(ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True)
    figure: Mapped[str]
    text: Mapped[str]
    source: Mapped[str] = mapped_column(default="")


project_themes = Table(
    "project_themes",
    Base.metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("themes.id", ondelete="CASCADE"), primary_key=True, index=True),
)

project_countries = Table(
    "project_countries",
    Base.metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("country_id", ForeignKey("countries.id", ondelete="CASCADE"), primary_key=True, index=True),
)
