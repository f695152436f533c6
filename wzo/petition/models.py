"""The petition, its signatures as they are kept, and its count."""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.publication import PublishableText

# One counter row that every confirmation touches would make them wait for one another; the count is the sum of these.
COUNT_SHARDS = 16


class SignatureState(StrEnum):
    """A signature waits for the mail to be answered, or counts. One that is withdrawn is erased."""

    PENDING = "pending"
    CONFIRMED = "confirmed"


class Petition(Base):
    """A petition, open from its making until `closed_on`. Without a `goal` the next round number is the goal.

    `key_fingerprint` recognises the key with which its addresses are hashed: with another, nobody would be recognised.
    """

    __tablename__ = "petitions"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    goal: Mapped[int | None]
    closed_on: Mapped[date | None]
    key_fingerprint: Mapped[bytes | None]


class PetitionText(PublishableText, Base):
    __tablename__ = "petition_texts"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True)
    demand: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")


class PetitionUpdate(Base):
    """News of a petition, told under it; `day` is when it happened."""

    __tablename__ = "petition_updates"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]


class PetitionUpdateText(PublishableText, Base):
    __tablename__ = "petition_update_texts"

    update_id: Mapped[int] = mapped_column(ForeignKey("petition_updates.id", ondelete="CASCADE"), primary_key=True)


class Signature(Base):
    """One person's signature: nothing here can be read by whoever holds the database alone.

    - `id` is random, so that it does not tell the order of signing.
    - `email_hash`: keyed hash of the canonical address; with the constraint it makes one person one signature.
    - `code_hash`: keyed hash of the code in the mail.
    - `pending_ciphertext`: until confirmation, what was signed, encrypted with that code, which only the mail holds.
    - `sealed`: from confirmation on, name, address and country, sealed to the organisers' key.
    - `public_name`: in clear, only after confirmation, only of those who chose it.
    """

    __tablename__ = "signatures"
    __table_args__ = (
        UniqueConstraint("petition_id", "email_hash"),
        CheckConstraint(
            "(state = 'pending' AND pending_ciphertext IS NOT NULL AND sealed IS NULL AND public_name IS NULL"
            " AND confirmed_on IS NULL) OR "
            "(state = 'confirmed' AND pending_ciphertext IS NULL AND sealed IS NOT NULL AND confirmed_on IS NOT NULL)",
            name="kept_as_promised",
        ),
        Index(
            "ix_signatures_public_names",
            "petition_id",
            "confirmed_on",
            "id",
            postgresql_where=text("public_name IS NOT NULL"),
            sqlite_where=text("public_name IS NOT NULL"),
        ),
        Index("ix_signatures_state_signed_on", "state", "signed_on"),
        # States are counted, and the signatures of a day found, without a look at the signatures themselves.
        Index("ix_signatures_by_day", "petition_id", "state", "confirmed_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"))
    state: Mapped[str] = mapped_column(String(16), default=SignatureState.PENDING)
    email_hash: Mapped[bytes]
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    pending_ciphertext: Mapped[bytes | None]
    sealed: Mapped[bytes | None]
    public_name: Mapped[str | None]
    signed_on: Mapped[date]
    confirmed_on: Mapped[date | None]


class SignatureCount(Base):
    """A share of a petition's count; see COUNT_SHARDS."""

    __tablename__ = "signature_counts"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True)
    confirmed: Mapped[int] = mapped_column(default=0)


class SignatureDay(Base):
    """A share of the count of those who confirmed on a day; the shares of all days are the petition's count.

    Kept, since counting a million signatures by day takes up to a second, and reading their kept days milliseconds.
    """

    __tablename__ = "signature_days"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True)
    confirmed: Mapped[int] = mapped_column(default=0)


class Mailbox(Base):
    """What must be remembered of an address in order to leave it in peace.

    `mailed_ciphertext` holds the moment of the last mail, encrypted with a key that only the address itself yields;
    `mailed_on`, the day, tells when the row can go. `blocked`: its owner wants no mail from us.
    """

    __tablename__ = "mailboxes"

    email_hash: Mapped[bytes] = mapped_column(primary_key=True)
    mailed_ciphertext: Mapped[bytes | None]
    mailed_on: Mapped[date] = mapped_column(index=True)
    blocked: Mapped[bool] = mapped_column(default=False)
