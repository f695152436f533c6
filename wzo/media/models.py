"""Uploaded pictures, their descriptions, and the objects that use them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.extensions import Base, TranslationMixin


class Picture(Base):
    """An uploaded picture. `key`, which is random, names the folder of its files.

    `width` and `height` are in pixels, `focus_x` and `focus_y`, the point that must stay visible in crops, in percent
    from the left and the top. `decorative`: it needs no alternative text. `first_published_at`: when a live object
    first used it. `was_animated`, set right after the upload: it is the first picture of an animation.
    """

    __tablename__ = "pictures"
    __table_args__ = (CheckConstraint("focus_x BETWEEN 0 AND 100 AND focus_y BETWEEN 0 AND 100", name="focus_inside"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    width: Mapped[int]
    height: Mapped[int]
    focus_x: Mapped[int] = mapped_column(default=50)
    focus_y: Mapped[int] = mapped_column(default=50)
    credit: Mapped[str] = mapped_column(default="")
    decorative: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    first_published_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    was_animated = False


class PictureText(TranslationMixin, Base):
    __tablename__ = "picture_texts"

    picture_id: Mapped[int] = mapped_column(ForeignKey("pictures.id", ondelete="CASCADE"), primary_key=True)
    alt: Mapped[str] = mapped_column(default="")
    caption: Mapped[str] = mapped_column(default="")


class PictureUse(Base):
    """A locale of a content object that uses a picture, in its draft or live. The public sees only live uses."""

    __tablename__ = "picture_uses"
    __table_args__ = (Index("ix_picture_uses_of_object", "content_type", "object_id", "locale"),)

    picture_id: Mapped[int] = mapped_column(ForeignKey("pictures.id", ondelete="CASCADE"), primary_key=True)
    content_type: Mapped[str] = mapped_column(String(32), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(String(8), primary_key=True)
    live: Mapped[bool] = mapped_column(primary_key=True)
