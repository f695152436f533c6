"""Queries for petitions and the chart of their signatures in the panel, but never for who signed."""

from datetime import date, timedelta
from typing import NamedTuple

from flask import abort
from sqlalchemy import select

from wzo.admin.petition.chart import Chart, draw_chart
from wzo.clock import today
from wzo.extensions import db
from wzo.petition.models import Petition, PetitionText
from wzo.petition.queries import count_by_day
from wzo.petition.signing_state import SigningState, signing_state


class PetitionRow(NamedTuple):
    """A petition, live or not, with its title in the editor's language if there is one."""

    id: int
    slug: str
    goal: int | None
    closed_on: date | None
    paused_on: date | None
    key_fingerprint: bytes | None
    retention: str | None
    retention_done_on: date | None
    title: str

    @property
    def state(self) -> SigningState:
        """Whether it can be signed, and if not, why."""
        return signing_state(self)


def get_petitions(language: str) -> list[PetitionRow]:
    """All petitions in their order, live or not."""
    titles: dict[int, dict[str, str]] = {}
    for text in db.session.execute(select(PetitionText.petition_id, PetitionText.language, PetitionText.title)):
        titles.setdefault(text.petition_id, {})[text.language] = text.title
    rows = db.session.execute(
        select(
            Petition.id,
            Petition.slug,
            Petition.goal,
            Petition.closed_on,
            Petition.paused_on,
            Petition.key_fingerprint,
            Petition.retention,
            Petition.retention_done_on,
        ).order_by(Petition.position, Petition.id)
    )
    return [PetitionRow(*row, _title(titles.get(row.id, {}), language) or row.slug) for row in rows]


def get_petition_or_404(petition_id: int, language: str) -> PetitionRow:
    """One petition, live or not."""
    return next((it for it in get_petitions(language) if it.id == petition_id), None) or abort(404)


def get_chart(petition_id: int, days: int | None) -> Chart:
    """The chart of the signatures of the last `days` days, including today; None for all days."""
    last = today()
    first = last - timedelta(days - 1) if days else None
    counts = [(it.day, it.number) for it in count_by_day(petition_id, first)]
    return draw_chart(counts, first or min([day for day, _ in counts], default=last), last)


def _title(titles: dict[str, str], language: str) -> str:
    return titles.get(language) or next(filter(None, titles.values()), "")
