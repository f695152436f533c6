"""The members of the team."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, TranslationMixin


class Member(Base):
    """A member of the team; `portrait` is the key of a picture, empty if there is none."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    portrait: Mapped[str] = mapped_column(String(32), default="")


class MemberText(TranslationMixin, Base):
    __tablename__ = "member_texts"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
