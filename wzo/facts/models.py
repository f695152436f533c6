"""Facts (shown as “Figures”): with their day and source, and the projects and stories that use them."""

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.publication import PublishableText


class Fact(Base):
    """A figure that a journalist may quote.

    `slug` is its anchor on the page of figures; `as_of` an ISO date as precise as is known; `drawing` how its numbers
    are drawn, one of `drawings.DRAWING_KINDS` or nothing.
    """

    __tablename__ = "facts"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    as_of: Mapped[str | None] = mapped_column(String(10))
    drawing: Mapped[str] = mapped_column(String(16), default="")
    on_home_page: Mapped[bool] = mapped_column(default=False)


class FactText(PublishableText, Base):
    """`figure` is the figure as it is printed, and `summary` the words that follow it.

    `numbers`: the numbers of the drawing, in lines like `Children under three: 474`; see numbers.py.
    """

    __tablename__ = "fact_texts"

    fact_id: Mapped[int] = mapped_column(ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True)
    figure: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    source_url: Mapped[str] = mapped_column(default="")
    numbers: Mapped[str] = mapped_column(default="")


fact_themes = Table(
    "fact_themes",
    Base.metadata,
    Column("fact_id", ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("themes.id", ondelete="CASCADE"), primary_key=True, index=True),
)

project_facts = Table(
    "project_facts",
    Base.metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("fact_id", ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True, index=True),
)

story_facts = Table(
    "story_facts",
    Base.metadata,
    Column("story_id", ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("fact_id", ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True, index=True),
)
