"""What has been loaded: of the starting content, and of the demo material."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base


class SeedRecord(Base):
    """A piece of the starting content that was loaded once, and is the editors' own from then on."""

    __tablename__ = "seed_records"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)


class DemoObject(Base):
    """A story, project or series that `flask demo load` made: exactly what `flask demo clear` takes out.

    It goes with what it names: SQLite gives the id of a deleted row to another one, which may be an editor's.
    """

    __tablename__ = "demo_objects"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), unique=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), unique=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), unique=True)
