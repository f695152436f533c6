"""Thresholds: numbers of signatures at which something happens, when they were reached, and the official answers."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from sqlalchemy import select

from wzo.clock import today
from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, db
from wzo.petition.intervals import cached_for_interval
from wzo.petition.models import PetitionThreshold, PetitionThresholdText
from wzo.petition.queries import count_by_day
from wzo.publication import State


class Threshold(NamedTuple):
    """A threshold in one language: `title` says what happens at the `number`, `answer` is Markdown."""

    id: int
    number: int
    title: str
    reached_on: date | None
    answered_on: date | None
    answer: str
    source_url: str

    @property
    def days_waited(self) -> int | None:
        """How many days the answer took, or has been waited for; None before the number is reached."""
        if self.reached_on is None:
            return None
        return max(0, ((self.answered_on or today()) - self.reached_on).days)


def get_thresholds(petition_id: int, language: str) -> Sequence[Threshold]:
    """A petition's thresholds that are live in a language, the lowest number first."""
    rows = _get_rows(petition_id, language)
    if not rows:
        return []
    # At the same intervals as the count, so that nobody learns the time of a confirmation from it.
    days = cached_for_interval("days", petition_id, lambda: [tuple(row) for row in count_by_day(petition_id)])
    totals = list(zip([day for day, _ in days], accumulate(number for _, number in days), strict=True))
    return [
        Threshold(
            row.id,
            row.number,
            row.title,
            next((day for day, total in totals if total >= row.number), None),
            row.answered_on,
            row.body,
            row.source_url,
        )
        for row in rows
    ]


@cached_until_content_changes
def _get_rows(petition_id: int, language: str) -> Sequence[AnyRow]:
    return db.session.execute(
        select(
            PetitionThreshold.id,
            PetitionThreshold.number,
            PetitionThresholdText.title,
            PetitionThreshold.answered_on,
            PetitionThresholdText.body,
            PetitionThreshold.source_url,
        )
        .join(PetitionThresholdText, PetitionThresholdText.threshold_id == PetitionThreshold.id)
        .where(
            PetitionThreshold.petition_id == petition_id,
            PetitionThresholdText.language == language,
            PetitionThresholdText.state == State.LIVE,
        )
        .order_by(PetitionThreshold.number, PetitionThreshold.id)
    ).all()
