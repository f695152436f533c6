"""What has been loaded: of the starting content, and of the demo material."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base


class LoadedContent(Base):
    """A piece of the starting content that was loaded once, and is the editors' own from then on."""

    __tablename__ = "loaded_content"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)


class DemoThing(Base):
    """A row that `flask demo load` made, by its table and id: exactly what `flask demo clear` takes out."""

    __tablename__ = "demo_things"

    table_name: Mapped[str] = mapped_column(String(32), primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True)
