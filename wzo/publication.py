"""What published things have in common: a state for each language."""

import time
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, validates

from wzo.extensions import InLanguage


class State(StrEnum):
    """Where the text of one language stands."""

    DRAFT = "draft"
    LIVE = "live"
    WITHDRAWN = "withdrawn"


def now() -> int:
    """The moment, in whole seconds since 1970, as texts note when they changed."""
    return int(time.time())


class Published(InLanguage):
    """Columns of a text that is read by the public: its words and whether they are shown.

    `live_at`: when it was first shown, `changed_at`: when it last changed, both in seconds since 1970.
    """

    state: Mapped[str] = mapped_column(String(16), default=State.DRAFT)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    content_notice: Mapped[str] = mapped_column(default="")
    live_at: Mapped[int | None] = mapped_column(BigInteger)
    changed_at: Mapped[int] = mapped_column(BigInteger, default=now, onupdate=now)

    @validates("state")
    def note_when_it_went_live(self, _column: str, state: str) -> str:
        """The first time that a text is shown is kept, whatever becomes of it later."""
        if state == State.LIVE and self.live_at is None:
            self.live_at = now()
        return state

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[CheckConstraint, ...]:
        states = ", ".join(f"'{state}'" for state in State)
        return (CheckConstraint(f"state IN ({states})", name="state_known"),)
