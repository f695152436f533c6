"""The search index: the live texts as plain text, and their vocabulary.

The migration also creates the full-text index `search_index`, whose `rowid` is a document's id: an FTS5 table on
SQLite, a table of tsvectors on PostgreSQL. Deleting a document deletes its row there.
"""

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base


class SearchDocument(Base):
    """A live text of a content object in one language, as plain text.

    `analysis_version` is the ANALYSIS_VERSION with which it was indexed; see wzo/search/analysis.py.
    """

    __tablename__ = "search_documents"
    __table_args__ = (UniqueConstraint("content_type", "object_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    content_type: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    analysis_version: Mapped[int] = mapped_column(default=0, server_default="0")


class SearchWord(Base):
    """A word as it is spelt in a live text, and its stem; misspelt queries are compared with these."""

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(String(64), primary_key=True)
    stem: Mapped[str] = mapped_column(String(64), index=True)
