"""Mentions: publications of our work elsewhere, what others wrote about it, prizes, rulings and screenings."""

from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.publication import PublishableText

MENTION_KINDS = {
    "original": lazy_gettext("Original"),
    "translation": lazy_gettext("Translation"),
    "film": lazy_gettext("Film"),
    "mention": lazy_gettext("Publication"),
    "interview": lazy_gettext("Interview"),
    "award": lazy_gettext("Prizes and awards"),
    "ruling": lazy_gettext("Court ruling"),
    "screening": lazy_gettext("Screening"),
}
# Kinds that code treats specially. `mention`, which editors see as "Publication", is what others wrote about us.
ORIGINAL, TRANSLATION, FILM, SCREENING = "original", "translation", "film", "screening"


class Mention(Base):
    """A publication elsewhere, or an event, and what it belongs to.

    `kind`: one of MENTION_KINDS; `language`: one of languages.LANGUAGES, or nothing; `own_title`: its title in that
    language, empty if it has none or none is known; `published_on`: an ISO date as precise as is known. `url` may be
    empty; `archive_url`: a copy in a web archive. `slug` is its anchor; `of_group`: it is about the group itself.
    """

    __tablename__ = "mentions"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8), default="")
    own_title: Mapped[str] = mapped_column(String(300), default="")
    published_on: Mapped[str | None] = mapped_column(String(10))
    url: Mapped[str] = mapped_column(String(2000), default="")
    archive_url: Mapped[str] = mapped_column(String(2000), default="")
    of_group: Mapped[bool] = mapped_column(default=False)


class MentionText(PublishableText, Base):
    """`title` is the title translated, or a description if it has none; `body` a note in Markdown."""

    __tablename__ = "mention_texts"

    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True)
    publisher: Mapped[str] = mapped_column(String(200), default="")


def _association_table(name: str, column: str, target: str, *others: Column[Any]) -> Table:
    return Table(
        name,
        Base.metadata,
        Column("mention_id", ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True),
        Column(column, ForeignKey(f"{target}.id", ondelete="CASCADE"), primary_key=True, index=True),
        *others,
    )


mention_stories = _association_table(
    "mention_stories", "story_id", "stories", Column("position", Integer, nullable=False, server_default="0")
)
mention_projects = _association_table("mention_projects", "project_id", "projects")
mention_members = _association_table("mention_members", "member_id", "members")
