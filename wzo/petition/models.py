"""Petitions, their news, their signatures as they are stored, and their counts."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import NO_ROWID, Base
from wzo.link_previews import LinkPreview, LinkPreviewText
from wzo.publication import PublishableText

# If all confirmations updated one counter row, they would wait for one another; the count is the sum of several.
COUNT_SHARDS = 16


class SignatureState(StrEnum):
    """A signature is pending until its e-mail address is confirmed. One that is withdrawn is deleted."""

    PENDING = "pending"
    CONFIRMED = "confirmed"


class Retention(StrEnum):
    """The stages of erasing the data of a closed petition, each of which includes those before it; see retention.py.

    ERASE_HASHES: the hashes of e-mail addresses, and the signatures that were never confirmed. ERASE_SIGNATURES: the
    sealed signatures, but not the public names. ERASE_EVERYTHING: the public names, too.
    """

    ERASE_HASHES = "hashes"
    ERASE_SIGNATURES = "signatures"
    ERASE_EVERYTHING = "everything"


class Petition(LinkPreview, Base):
    """A petition, open from its creation until `closed_on`, except while it is paused (since `paused_on`).

    Without a `goal` the next round number is the goal. `retention` is what was ordered to be destroyed of it, until
    `retention_done_on`; its count keeps the `erased_signatures`. `countries_on`: when its countries were counted.

    `key_fingerprint` identifies the key that its e-mail addresses are hashed with: with another key, no signer would be
    recognised.
    """

    __tablename__ = "petitions"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    goal: Mapped[int | None]
    closed_on: Mapped[date | None]
    paused_on: Mapped[date | None]
    key_fingerprint: Mapped[bytes | None]
    retention: Mapped[str | None] = mapped_column(String(16))
    retention_done_on: Mapped[date | None]
    erased_signatures: Mapped[int] = mapped_column(default=0)
    countries_on: Mapped[date | None]


class PetitionText(LinkPreviewText, PublishableText, Base):
    __tablename__ = "petition_texts"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True)
    demand: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")


class PetitionUpdate(Base):
    """News of a petition; `day` is when it happened."""

    __tablename__ = "petition_updates"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]


class PetitionUpdateText(PublishableText, Base):
    __tablename__ = "petition_update_texts"

    update_id: Mapped[int] = mapped_column(ForeignKey("petition_updates.id", ondelete="CASCADE"), primary_key=True)


class PetitionThreshold(Base):
    """A number of signatures at which something happens: the title of its text says what, the body is the answer."""

    __tablename__ = "petition_thresholds"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    answered_on: Mapped[date | None]
    source_url: Mapped[str] = mapped_column(default="")


class PetitionThresholdText(PublishableText, Base):
    __tablename__ = "petition_threshold_texts"

    threshold_id: Mapped[int] = mapped_column(
        ForeignKey("petition_thresholds.id", ondelete="CASCADE"), primary_key=True
    )


class Signature(Base):
    """One person's signature. With the database alone, nobody can read whose it is.

    - `id`: random, so that it does not reveal the order of signing.
    - `email_hash`: keyed hash of the canonical address; its unique constraint allows one signature per person. It
      can be destroyed after the petition has closed: see retention.py.
    - `link_hash`: keyed hash of the token of the link that confirms it.
    - `code_hash`: keyed hash of the code that can be typed instead.
    - `link_ciphertext`: the link's token, encrypted with the code, so that both open the same.
    - `pending_ciphertext`: until confirmation, what was submitted, encrypted with the link's token, which only the
      e-mail has.
    - `sealed`: once confirmed, SEALED_FIELDS (see actions.py), encrypted to the organisers' key: the name, the address,
      the country, whether the signer wants the newsletter, the language, and the day of signing.
    - `public_name`: in plain text, only once confirmed, and only if the signer chose so.
    - `unsubscribed`: the signer wants no more newsletters. Whether they ever wanted any is sealed.
    """

    __tablename__ = "signatures"
    __table_args__ = (
        UniqueConstraint("petition_id", "email_hash"),
        CheckConstraint(
            "(state = 'pending' AND pending_ciphertext IS NOT NULL AND sealed IS NULL AND public_name IS NULL"
            " AND confirmed_on IS NULL) OR "
            "(state = 'confirmed' AND pending_ciphertext IS NULL AND sealed IS NOT NULL AND confirmed_on IS NOT NULL)",
            name="columns_match_state",
        ),
        # A covering index: the names are read without the table, however large that is.
        Index(
            "ix_signatures_public_names",
            "petition_id",
            "confirmed_on",
            "id",
            "public_name",
            postgresql_where=text("public_name IS NOT NULL"),
            sqlite_where=text("public_name IS NOT NULL"),
        ),
        # A covering index too: the signatures of some days are counted without reading the table.
        Index("ix_signatures_state_signed_on", "state", "signed_on", "petition_id"),
        Index("ix_signatures_state_mailed_on", "state", "mailed_on"),
        # A covering index: signatures are counted by state, and found by day, without reading the table.
        Index("ix_signatures_by_day", "petition_id", "state", "confirmed_on", "id"),
        NO_ROWID,
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"))
    state: Mapped[str] = mapped_column(String(16), default=SignatureState.PENDING)
    email_hash: Mapped[bytes | None]
    link_hash: Mapped[bytes] = mapped_column(unique=True)
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    link_ciphertext: Mapped[bytes]
    pending_ciphertext: Mapped[bytes | None]
    sealed: Mapped[bytes | None]
    public_name: Mapped[str | None]
    unsubscribed: Mapped[bool] = mapped_column(default=False)
    signed_on: Mapped[date]
    mailed_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]


class SignatureCount(Base):
    """A shard of a petition's count; see COUNT_SHARDS."""

    __tablename__ = "signature_counts"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True)
    confirmed: Mapped[int] = mapped_column(default=0)


class SignatureDay(Base):
    """A shard of the number of signatures that were confirmed on a day; all days together are the petition's count.

    Counting a million signatures by day takes up to a second; reading the stored counts takes milliseconds.
    """

    __tablename__ = "signature_days"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True)
    confirmed: Mapped[int] = mapped_column(default=0)


class PaperSignatures(Base):
    """A number of signatures on paper, as an editor entered it; a negative one corrects an earlier entry.

    They are shown next to the count and are never part of it: nobody can check them by e-mail.
    """

    __tablename__ = "paper_signatures"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), index=True)
    day: Mapped[date]
    number: Mapped[int]
    note: Mapped[str]


class EmailText(Base):
    """The text of a part of the e-mails to signers, if editors have changed it; see email_texts.py."""

    __tablename__ = "email_wordings"

    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    part: Mapped[str] = mapped_column(String(32), primary_key=True)
    text: Mapped[str]


class PetitionCountry(Base):
    """How many signatures come from a country, as editors entered it; see countries.py."""

    __tablename__ = "petition_countries"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    number: Mapped[int]


class Mailbox(Base):
    """When an e-mail address last got an e-mail, and whether its owner has blocked further ones.

    `mailed_ciphertext` is the time of the last e-mail, encrypted with a key that is derived from the address itself.
    `mailed_on`, the day of it, says when the row can be deleted.
    """

    __tablename__ = "mailboxes"
    __table_args__ = (NO_ROWID,)

    email_hash: Mapped[bytes] = mapped_column(primary_key=True)
    mailed_ciphertext: Mapped[bytes | None]
    mailed_on: Mapped[date] = mapped_column(index=True)
    blocked: Mapped[bool] = mapped_column(default=False)


class RowRewrite(Base):
    """When the rows of signers were last rewritten; see row_order.py.

    `done_until`: everything written before this day has been rewritten; None if that was never completed.
    """

    __tablename__ = "row_rewrites"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    done_until: Mapped[date | None]
