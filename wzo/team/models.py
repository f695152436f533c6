"""The members of the team, and the stories and projects on which they worked."""

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, TranslationMixin


class Member(Base):
    """A member of the team; `portrait` is the key of a picture; without one, the initials are
    drawn in `portrait_colour`, empty for yellow."""

    __tablename__ = "members"
    content_type = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    portrait: Mapped[str] = mapped_column(String(32), default="")
    portrait_colour: Mapped[str] = mapped_column(String(16), default="", server_default="")


class MemberText(TranslationMixin, Base):
    __tablename__ = "member_texts"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="", server_default="")


# `roles`: those of the member in it, separated by spaces (see ROLES in wzo/cms/fields.py); empty if unknown.
story_members = Table(
    "story_members",
    Base.metadata,
    Column("story_id", ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("member_id", ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("roles", String(200), nullable=False, default="", server_default=""),
)

project_members = Table(
    "project_members",
    Base.metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("member_id", ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("roles", String(200), nullable=False, default="", server_default=""),
)
