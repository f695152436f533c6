"""What has been loaded of the starting content."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base


class LoadedContent(Base):
    """A piece of the starting content that was loaded once, and is the editors' own from then on."""

    __tablename__ = "loaded_content"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
