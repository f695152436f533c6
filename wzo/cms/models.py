"""Drafts, their history, and links to drafts.

A content object is identified by its content type (`stories`, see content_types.py) and its id. It has locales: what
all languages share, and its text in each language.

The live tables are those of the features. An object has a row there from its creation, with a placeholder for its slug;
a text gets its row when it is first published. Readers see only texts whose `state` is `live`. Drafts and history are
in `revisions`.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.extensions import Base

# The locale of what is the same in all languages; the other locales are the languages.
SHARED = "shared"


class ObjectKey:
    """Columns that identify a content object."""

    content_type: Mapped[str] = mapped_column(String(32), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)


class ContentItem(ObjectKey, Base):
    """A content object besides its drafts: who created it, and whether it is in the bin.

    `languages_live_at_deletion`: the languages, separated by spaces, in which it was live when it was moved to the bin.
    """

    __tablename__ = "content_items"

    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    deleted_by: Mapped[int | None]
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    languages_live_at_deletion: Mapped[str] = mapped_column(String(64), default="")


class Revision(Base):
    """A locale of a content object as it once was: every save adds one, and trash.py deletes some after two days.

    `fields` is a JSON object of strings.

    - `edit_session`: the saves of one editor in one opening of the edit page; the history shows the last of each.
    - `name`: a name that an editor gave to this revision.
    - `conflicting`: it was not applied, because another editor had changed the same field; it is stored so that
      nothing is lost.
    """

    __tablename__ = "revisions"
    __table_args__ = (Index("ix_revisions_of_locale", "content_type", "object_id", "locale", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    content_type: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[int]
    locale: Mapped[str] = mapped_column(String(8))
    fields: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None]
    edit_session: Mapped[str] = mapped_column(String(32), default="")
    saved_at: Mapped[datetime] = mapped_column(default=now, index=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    conflicting: Mapped[bool] = mapped_column(default=False)


class DraftState(ObjectKey, Base):
    """The state of a locale of a content object.

    - `latest_revision_id`: the revision that is being edited; `live_revision_id`: the one that is public.
    - `source_revision_id`: the revision of the reference language that this translation was last approved against; if
      that language has changed since, the translation is out of date.
    - `scheduled_revision_id`, `go_live_at`, `scheduled_by`: which revision is to be published, when, and who scheduled
      it; `publish_error`: why that failed.
    - `review_requested_at`, `review_requested_by`: since when it has been waiting for a publisher, and who asked.
    """

    __tablename__ = "draft_states"

    locale: Mapped[str] = mapped_column(String(8), primary_key=True)
    latest_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"), index=True)
    live_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"), index=True)
    source_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"), index=True)
    scheduled_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"), index=True)
    go_live_at: Mapped[datetime | None] = mapped_column(index=True)
    scheduled_by: Mapped[int | None]
    publish_error: Mapped[str] = mapped_column(default="")
    review_requested_at: Mapped[datetime | None]
    review_requested_by: Mapped[int | None]


class DraftLink(Base):
    """A link by which a person without an account reads a draft. It holds a random token; this row stores its hash."""

    __tablename__ = "draft_links"
    __table_args__ = (Index("ix_draft_links_of_object", "content_type", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    content_type: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    reader: Mapped[str] = mapped_column(String(120), default="")
    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
