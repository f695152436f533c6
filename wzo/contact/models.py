"""How to reach the group."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.publication import PublishableText


class Contact(Base):
    """The mailbox of the group and its public key, each empty until editors enter it; there is one row.

    `public_key`: as `public_keys.parse_public_key` accepts it.
    """

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    public_key: Mapped[str] = mapped_column(String(20_000), default="")


class ContactText(PublishableText, Base):
    """`body` explains what must not be sent by e-mail, and how to write safely."""

    __tablename__ = "contact_texts"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
