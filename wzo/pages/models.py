"""The blocks of the home page, plain pages, and notices."""

from datetime import date

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, TranslationMixin
from wzo.link_previews import LinkPreview, LinkPreviewText
from wzo.publication import PublishableText

# The sections of the home page, by the blocks that head them. The hero is above all of them.
SECTIONS = (
    "what-we-do",
    "themes",
    "transformation-and-hiv",
    "cancer",
    "mothers",
    "lgbt",
    "help",
    "stories",
    "team",
)


class HomeBlock(Base):
    """A block of text on the home page: the hero, a pillar, or the heading of a section.

    `position`: that of its section; `hidden`: the home page does not show its section.
    """

    __tablename__ = "home_blocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    position: Mapped[int]
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())


class HomeBlockText(TranslationMixin, Base):
    __tablename__ = "home_block_texts"

    block_id: Mapped[int] = mapped_column(ForeignKey("home_blocks.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="")


# Where a page is linked on every page of the site.
NOWHERE, MENU, FOOTER = "none", "menu", "footer"


class Page(LinkPreview, Base):
    """A plain page of text, such as the one on privacy; `place`: NOWHERE, MENU or FOOTER."""

    __tablename__ = "pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    place: Mapped[str] = mapped_column(String(16), default=NOWHERE)


class PageText(LinkPreviewText, PublishableText, Base):
    __tablename__ = "page_texts"

    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id", ondelete="CASCADE"), primary_key=True)


class Notice(Base):
    """A notice at the top of every page; `until` is the last day on which it is shown."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    until: Mapped[date | None]


class NoticeText(PublishableText, Base):
    __tablename__ = "notice_texts"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
