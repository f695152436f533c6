"""What the panel knows of the things that are edited: their drafts, their history, and what is to become of them.

A thing is named by its kind (`stories`, see kinds.py) and its id. It has parts: what all languages share, and its words
in each language. The public tables hold what is live, and nothing else; drafts live here.
"""

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.publication import now

# The part of a thing that is the same in all languages; the other parts are named by their language.
SHARED = "all"


class OfThing:
    """Columns that name a thing."""

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True)


class Piece(OfThing, Base):
    """A thing as the panel knows it: who began it, and whether it lies in the trash.

    `was_live`: the languages, parted by spaces, in which it was live when it was thrown away.
    """

    __tablename__ = "pieces"

    made_by: Mapped[int | None]
    made_at: Mapped[int] = mapped_column(BigInteger, default=now)
    deleted_by: Mapped[int | None]
    deleted_at: Mapped[int | None] = mapped_column(BigInteger, index=True)
    was_live: Mapped[str] = mapped_column(String(64), default="")


class Revision(Base):
    """A part of a thing as it once was: every save is one. `fields` is a JSON object of texts.

    - `sitting`: the saves of one editor in one opening of the page; the history shows the last of each.
    - `name`: what an editor called this version, to find it again.
    - `aside`: it was not taken, since somebody else had changed the same field; kept so that nothing is lost.
    """

    __tablename__ = "revisions"
    __table_args__ = (Index("ix_revisions_of_part", "kind", "thing_id", "part", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    thing_id: Mapped[int]
    part: Mapped[str] = mapped_column(String(8))
    fields: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None]
    sitting: Mapped[str] = mapped_column(String(32), default="")
    saved_at: Mapped[int] = mapped_column(BigInteger, default=now, index=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    aside: Mapped[bool] = mapped_column(default=False)


class Edition(OfThing, Base):
    """Where a part of a thing stands.

    - `head_id`: the revision that is worked on, `live_id`: the one that is shown to the public.
    - `against_id`: the revision of the other language that this one was last approved against; if that language has
      gone on since, this one is out of date.
    - `due_id`, `due_at`, `due_by`: which revision goes live, when, and by whose word; `trouble`: why it could not.
    - `review_at`, `review_by`: since when it waits for a publisher, and who asked.
    """

    __tablename__ = "editions"

    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    head_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"), index=True)
    live_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"), index=True)
    against_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"), index=True)
    due_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"), index=True)
    due_at: Mapped[int | None] = mapped_column(BigInteger, index=True)
    due_by: Mapped[int | None]
    trouble: Mapped[str] = mapped_column(default="")
    review_at: Mapped[int | None] = mapped_column(BigInteger)
    review_by: Mapped[int | None]


class DraftLink(Base):
    """A link by which somebody without an account reads a draft. It holds a random word, this row its hash."""

    __tablename__ = "draft_links"
    __table_args__ = (Index("ix_draft_links_of_thing", "kind", "thing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    thing_id: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    reader: Mapped[str] = mapped_column(String(120), default="")
    made_by: Mapped[int | None]
    made_at: Mapped[int] = mapped_column(BigInteger, default=now)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)
