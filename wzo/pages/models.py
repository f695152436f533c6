"""The home page's words, and the plain pages beside it."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, InLanguage
from wzo.publication import Published


class HomeBlock(Base):
    """A place on the home page that has words of its own: the hero, a pillar, the heading of a section."""

    __tablename__ = "home_blocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    position: Mapped[int]


class HomeBlockText(InLanguage, Base):
    __tablename__ = "home_block_texts"

    block_id: Mapped[int] = mapped_column(ForeignKey("home_blocks.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="")


class Page(Base):
    """A plain page of text, such as the one on privacy."""

    __tablename__ = "pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)


class PageText(Published, Base):
    __tablename__ = "page_texts"

    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id", ondelete="CASCADE"), primary_key=True)


class Notice(Base):
    """A sentence for all readers, at the head of every page; `until` is the last day on which it is shown."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    until: Mapped[date | None]


class NoticeText(Published, Base):
    __tablename__ = "notice_texts"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
