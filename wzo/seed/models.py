"""Records of the initial content and of the demo material that were loaded."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base


class SeedRecord(Base):
    """An object or text of the initial content that was loaded; it is not loaded again even if editors delete it.

    `confirmed_on`: the day on which an editor confirmed the text as it is; one that was published since needs none.
    """

    __tablename__ = "seed_records"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    confirmed_on: Mapped[date | None]


class DemoObject(Base):
    """A story, project or series that `flask demo load` added, and `flask demo clear` deletes.

    The row is deleted with its object, because SQLite reuses the ids of deleted rows, perhaps for an editor's object.
    """

    __tablename__ = "demo_objects"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), unique=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), unique=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), unique=True)
