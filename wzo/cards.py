"""Share cards: the picture that is shown where a link to us is passed on."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base


class ShareCard(Base):
    """A card that was drawn and is kept: `key` says whose it is, `mark` is a hash of all that it was drawn from."""

    __tablename__ = "share_cards"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64))
    png: Mapped[bytes] = mapped_column(LargeBinary)
