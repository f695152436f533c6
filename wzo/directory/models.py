"""The directory: helpers of prisoners and their relatives, their services, places and contact details."""

from datetime import date

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.publication import PublishableText


class DirectoryEntry(Base):
    """An organisation or a person who helps.

    `services`: keys of `services.SERVICES`; `languages`: codes of those in which they help; both separated by spaces.
    An entry without countries applies everywhere.
    """

    __tablename__ = "directory_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    services: Mapped[str] = mapped_column(String(200), default="")
    languages: Mapped[str] = mapped_column(String(100), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    onion_url: Mapped[str] = mapped_column(String(500), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(100), default="")
    checked_on: Mapped[date | None]


class DirectoryEntryText(PublishableText, Base):
    """`title` is the name, `summary` their work; `region` is empty if they help in the whole of their countries."""

    __tablename__ = "directory_entry_texts"

    entry_id: Mapped[int] = mapped_column(ForeignKey("directory_entries.id", ondelete="CASCADE"), primary_key=True)
    region: Mapped[str] = mapped_column(default="")
    postal_address: Mapped[str] = mapped_column(default="")
    safety: Mapped[str] = mapped_column(default="")


directory_entry_countries = Table(
    "directory_entry_countries",
    Base.metadata,
    Column("entry_id", ForeignKey("directory_entries.id", ondelete="CASCADE"), primary_key=True),
    Column("country_id", ForeignKey("countries.id", ondelete="CASCADE"), primary_key=True, index=True),
)
