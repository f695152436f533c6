"""What search knows: the live texts, the words that stand in them, and how often the content has changed.

Beside these tables the migrations make `search_index`, in which the words of a document are found under its id: an FTS5
table on SQLite, a table of tsvectors on PostgreSQL. It goes wherever its document goes.
"""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base

OWNERS = ("story_id", "project_id", "series_id")


class SearchDocument(Base):
    """A live text of a story, a project or a series in one language, as plain words; there is none of any other."""

    __tablename__ = "search_documents"
    __table_args__ = (
        UniqueConstraint("story_id", "language"),
        UniqueConstraint("project_id", "language"),
        UniqueConstraint("series_id", "language"),
        CheckConstraint(
            " + ".join(f"CASE WHEN {owner} IS NULL THEN 0 ELSE 1 END" for owner in OWNERS) + " = 1", name="one_owner"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")


class SearchWord(Base):
    """A word as it is written in a live text, and its stem; what a typing slip is compared with."""

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(String(64), primary_key=True)
    stem: Mapped[str] = mapped_column(String(64), index=True)


class ContentVersion(Base):
    """One row, by which every process sees that what it remembers is stale.

    Its `version` is drawn anew with every change. A count would come to the same numbers again after a backup was
    restored.
    """

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
