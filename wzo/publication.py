"""Publication states: the text of a content object in a language is a draft, live or unpublished."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import abort
from sqlalchemy import CheckConstraint, Connection, String, event, inspect, select
from sqlalchemy.orm import Mapped, Mapper, declared_attr, mapped_column, validates
from sqlalchemy.orm.attributes import flag_modified

from wzo.clock import now
from wzo.extensions import AnyRow, Base, TranslationMixin, db


class State(StrEnum):
    """The publication state of a text in one language.

    A text that editors write has no row before it is first published; until then it is in `revisions`, see wzo/cms.
    Only the demo content has rows in the state `draft`.
    """

    DRAFT = "draft"
    LIVE = "live"
    UNPUBLISHED = "unpublished"


class NotTranslated(Exception):
    """An object is live, but not in the requested language; `texts`: a row for each language in which it is live."""

    def __init__(self, texts: list[AnyRow]) -> None:
        super().__init__()
        self.texts = texts


class SlugChanged(Exception):
    """An object has another slug now: `slug`."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


class Redirect(Base):
    """A slug that an object had while it was live; requests for it are redirected to the object's current slug."""

    __tablename__ = "redirects"

    content_type: Mapped[str] = mapped_column(String(32), primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), primary_key=True)
    object_id: Mapped[int]


class PublishableText(TranslationMixin):
    """Columns of a text (see TranslationMixin) that has a publication state.

    `first_published_at`: when it first went live, `changed_at`: when its content last changed.
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
        """Record when the text first goes live; later changes of its state leave that alone."""
        if state == State.LIVE and self.first_published_at is None:
            self.first_published_at = now()
        return state

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[CheckConstraint, ...]:
        states = ", ".join(f"'{state}'" for state in State)
        return (CheckConstraint(f"state IN ({states})", name="state_known"),)


@event.listens_for(PublishableText, "before_update", propagate=True)
def _keep_the_day_of_the_last_change(mapper: Mapper[Any], connection: Connection, text: PublishableText) -> None:
    """Readers see when the content changed; to unpublish a text, or publish it again, changes no content."""
    changed = {column.key for column in inspect(text).attrs if column.history.has_changes()}
    if changed <= {"state", "first_published_at"} and text.changed_at is not None:
        flag_modified(text, "changed_at")


def get_live_languages_or_404(model: Any, text: Any, owner: Any, slug: str, language: str) -> list[str]:
    """The languages in which an object is live, the requested one among them.

    Aborts with 404 if there is no such object, and with 410 if it was unpublished, in this language or in all that it
    had. Raises NotTranslated if it was never live in this language, and SlugChanged if it has another slug now.
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
        raise_if_slug_changed(model, slug)
    if not live:
        abort(404)
    raise NotTranslated(live)


def key_of(model: Any) -> str:
    """The key of the content type with this model: the name of its table, unless the model gives another."""
    return str(getattr(model, "content_type", model.__tablename__))


def raise_if_slug_changed(model: Any, slug: str) -> None:
    """Raise SlugChanged if an object of this model once had this slug."""
    current_slug = get_changed_slug(model, slug)
    if current_slug is not None:
        raise SlugChanged(current_slug)


def get_changed_slug(model: Any, slug: str) -> str | None:
    """The slug that the object that once had this one has now; None if there is no such object."""
    object_id = select(Redirect.object_id).where(Redirect.content_type == key_of(model), Redirect.slug == slug)
    current_slug: str | None = db.session.scalar(select(model.slug).where(model.id.in_(object_id), model.slug != slug))
    return current_slug
