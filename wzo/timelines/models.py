"""Timelines: events by day, and the projects and stories that show them."""

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.publication import PublishableText


class Timeline(Base):
    """A sequence of dated entries with a page of its own."""

    __tablename__ = "timelines"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]


class TimelineText(PublishableText, Base):
    """`summary` introduces the timeline, and `body` holds its entries; see entries.py."""

    __tablename__ = "timeline_texts"

    timeline_id: Mapped[int] = mapped_column(ForeignKey("timelines.id", ondelete="CASCADE"), primary_key=True)


project_timelines = Table(
    "project_timelines",
    Base.metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("timeline_id", ForeignKey("timelines.id", ondelete="CASCADE"), primary_key=True, index=True),
)

story_timelines = Table(
    "story_timelines",
    Base.metadata,
    Column("story_id", ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("timeline_id", ForeignKey("timelines.id", ondelete="CASCADE"), primary_key=True, index=True),
)
