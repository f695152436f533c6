"""What published things have in common: a state for each language."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import abort
from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, validates

from wzo.clock import now
from wzo.extensions import AnyRow, Base, InLanguage, db


class State(StrEnum):
    """Where the text of one language stands."""

    DRAFT = "draft"
    LIVE = "live"
    UNPUBLISHED = "unpublished"


class NotTranslated(Exception):
    """What was asked for is live, but not in the reader's language; `texts`: a row for each language that it is in."""

    def __init__(self, texts: list[AnyRow]) -> None:
        super().__init__()
        self.texts = texts


class Moved(Exception):
    """What was asked for has another address now; `slug` is the last part of it."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


class Redirect(Base):
    """An address that a thing had while it was live; whoever asks for it is sent on to the one that it has now."""

    __tablename__ = "redirects"

    content_type: Mapped[str] = mapped_column(String(32), primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), primary_key=True)
    object_id: Mapped[int]


class Published(InLanguage):
    """Columns of a text that is read by the public: its words and whether they are shown.

    `first_published_at`: when it was first shown, `changed_at`: when it last changed.
    """

    state: Mapped[str] = mapped_column(String(16), default=State.DRAFT)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    content_notice: Mapped[str] = mapped_column(default="")
    first_published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    @validates("state")
    def set_first_published_at(self, _column: str, state: str) -> str:
        """The first time that a text is shown is kept, whatever becomes of it later."""
        if state == State.LIVE and self.first_published_at is None:
            self.first_published_at = now()
        return state

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[CheckConstraint, ...]:
        states = ", ".join(f"'{state}'" for state in State)
        return (CheckConstraint(f"state IN ({states})", name="state_known"),)


def get_languages_or_404(model: Any, text: Any, owner: Any, slug: str, language: str) -> list[str]:
    """The languages in which a thing is live, the reader's among them.

    Answers 404 where there is no such thing and 410 where it was taken down, in this language or in all that it had;
    raises InOtherLanguages where it was never there in this one, and Moved where it has another address now.
    """
    texts = db.session.execute(
        select(text.language, text.state, text.title, text.summary)
        .join(model, owner == model.id)
        .where(model.slug == slug)
        .order_by(text.language)
    ).all()
    states = {row.language: row.state for row in texts}
    live = [row for row in texts if row.state == State.LIVE]
    if states.get(language) == State.LIVE:
        return [row.language for row in live]
    if states.get(language) == State.UNPUBLISHED or (not live and State.UNPUBLISHED in states.values()):
        abort(410)
    if not texts:
        raise_if_moved(model, slug)
    if not live:
        abort(404)
    raise NotTranslated(live)


def raise_if_moved(model: Any, slug: str) -> None:
    """Raise Moved where a thing once had this address; nothing where none had."""
    former = select(Redirect.object_id).where(Redirect.content_type == model.__tablename__, Redirect.slug == slug)
    now_at = db.session.scalar(select(model.slug).where(model.id.in_(former)))
    if now_at is not None and now_at != slug:
        raise Moved(now_at)
