"""What is read of the ways to give."""

from collections.abc import Sequence

from sqlalchemy import select

from wzo.donate.models import DonationWay, DonationWayText
from wzo.extensions import AnyRow, db
from wzo.publication import State


def get_donation_ways(language: str) -> Sequence[AnyRow]:
    """The ways to give that are offered in a language, in their order."""
    return db.session.execute(
        select(
            DonationWay.slug,
            DonationWay.kind,
            DonationWay.currency,
            DonationWay.url,
            DonationWay.details,
            DonationWay.checked_on,
            DonationWayText.title,
            DonationWayText.summary,
            DonationWayText.body,
        )
        .join(DonationWayText, DonationWayText.way_id == DonationWay.id)
        .where(DonationWayText.language == language, DonationWayText.state == State.LIVE)
        .order_by(DonationWay.position)
    ).all()
