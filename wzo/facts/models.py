"""Facts and figures of projects and stories."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, TranslationMixin


class Fact(Base):
    """A figure that a journalist may quote, of a project or a story; `as_of` is an ISO date as precise as is known."""

    __tablename__ = "facts"
    __table_args__ = (CheckConstraint("(project_id IS NULL) != (story_id IS NULL)", name="one_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    as_of: Mapped[str | None] = mapped_column(String(10))


class FactText(TranslationMixin, Base):
    __tablename__ = "fact_texts"

    fact_id: Mapped[int] = mapped_column(ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True)
    figure: Mapped[str]
    text: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
