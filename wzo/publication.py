"""What published things have in common: a state for each language."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from wzo.extensions import InLanguage


class State(StrEnum):
    """Where the text of one language stands."""

    DRAFT = "draft"
    LIVE = "live"
    WITHDRAWN = "withdrawn"


class Published(InLanguage):
    """Columns of a text that is read by the public: its words and whether they are shown."""

    state: Mapped[str] = mapped_column(String(16), default=State.DRAFT)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    content_notice: Mapped[str] = mapped_column(default="")

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[CheckConstraint, ...]:
        states = ", ".join(f"'{state}'" for state in State)
        return (CheckConstraint(f"state IN ({states})", name="state_known"),)
