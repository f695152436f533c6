"""Uploaded documents, recordings and films, their titles and captions, and the objects that use them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.extensions import Base, TranslationMixin


class File(Base):
    """An uploaded file. `key`, which is random, names its folder in the media store, `suffix` its format.

    `size` is in bytes. `version` counts the uploads: a new version keeps the key, and so its address. `warnings` are
    names, separated by spaces, of what the file still reveals (see checking/warnings.py). `has_poster`: a video has a
    picture that is shown before it plays. `first_published_at`: when a live object first used it.
    """

    __tablename__ = "files"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    suffix: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    warnings: Mapped[str] = mapped_column("remarks", String(200), default="")
    has_poster: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    first_published_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)


class FileText(TranslationMixin, Base):
    """The title of a file in a language and, of a recording or film, its captions (WebVTT) and its transcript."""

    __tablename__ = "file_texts"

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str] = mapped_column(default="")
    captions: Mapped[str] = mapped_column(default="")
    transcript: Mapped[str] = mapped_column(default="")


class FileUse(Base):
    """A locale of a content object that uses a file, in its draft or live. The public sees only live uses."""

    __tablename__ = "file_uses"
    __table_args__ = (Index("ix_file_uses_of_object", "content_type", "object_id", "locale"),)

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    content_type: Mapped[str] = mapped_column(String(32), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(String(8), primary_key=True)
    live: Mapped[bool] = mapped_column(primary_key=True)
