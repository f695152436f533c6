"""The table of old addresses."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base

MAX_PATH_LENGTH = 200


class OldAddress(Base):
    """The path of a page of the earlier site, and that of the page of this one that readers are redirected to."""

    __tablename__ = "old_addresses"

    path: Mapped[str] = mapped_column(String(MAX_PATH_LENGTH), primary_key=True)
    target: Mapped[str] = mapped_column(String(MAX_PATH_LENGTH))
