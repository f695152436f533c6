"""Projects, with their themes and countries."""

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.link_previews import LinkPreview, LinkPreviewText
from wzo.publication import PublishableText


class Project(LinkPreview, Base):
    """An investigation, a film or a special. `published_on` is an ISO date as precise as is known, such as 2022-05."""

    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    cover: Mapped[str] = mapped_column(String(96), default="")
    cover_picture: Mapped[str] = mapped_column(String(32), default="", server_default="")
    home_section: Mapped[str] = mapped_column(String(32), default="")
    published_on: Mapped[str | None] = mapped_column(String(10))


class ProjectText(LinkPreviewText, PublishableText, Base):
    """`credits`, `partners`, `awards` and `transcript` are Markdown; `particulars` are lines like `Director: Name`."""

    __tablename__ = "project_texts"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    kicker: Mapped[str] = mapped_column(default="")
    cover_alt: Mapped[str] = mapped_column(default="")
    credits: Mapped[str] = mapped_column(default="")
    partners: Mapped[str] = mapped_column(default="")
    awards: Mapped[str] = mapped_column(default="")
    particulars: Mapped[str] = mapped_column(default="")
    transcript: Mapped[str] = mapped_column(default="")


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
