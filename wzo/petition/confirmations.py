"""How many of those who signed have confirmed: if few have, their e-mails may not arrive."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from wzo.clock import today
from wzo.extensions import db
from wzo.petition.models import Signature, SignatureState
from wzo.petition.rounds import kept_for_a_round

# Unconfirmed signatures are deleted after a week, so earlier days would look too good.
DAYS_SHOWN = 7
# A few people who do not confirm say nothing, and today's have not had time to.
DAYS_JUDGED = 3
ENOUGH = 50
USUAL_PERCENT = 30


class Confirmations(NamedTuple):
    """How many signed on a day, or on several from it on, and how many of them have confirmed by now."""

    day: date
    signed: int
    confirmed: int

    @property
    def unconfirmed(self) -> int:
        """How many have not confirmed."""
        return self.signed - self.confirmed

    @property
    def percent(self) -> int:
        """The share of those who have confirmed, rounded down."""
        return self.confirmed * 100 // self.signed if self.signed else 0


def get_confirmations(petition_id: int) -> Sequence[Confirmations]:
    """The last days on which people signed, the latest first; the numbers may be a minute old."""
    last = today()
    first = last - timedelta(DAYS_SHOWN - 1)
    return kept_for_a_round("confirmations", petition_id, lambda: _count(petition_id, first, last), in_panel=True)


def find_unusually_few(petition_id: int) -> Confirmations | None:
    """The last finished days together, if many signed on them and unusually few have confirmed."""
    last = today()
    return judge(_count(petition_id, last - timedelta(DAYS_JUDGED), last))


def judge(days: Sequence[Confirmations]) -> Confirmations | None:
    """The last finished of some days together, if many signed on them and unusually few have confirmed."""
    first = today() - timedelta(DAYS_JUDGED)
    finished = [it for it in days if first <= it.day < today()]
    judged = Confirmations(first, sum(it.signed for it in finished), sum(it.confirmed for it in finished))
    return judged if judged.signed >= ENOUGH and judged.confirmed * 100 < USUAL_PERCENT * judged.signed else None


def _count(petition_id: int, first: date, last: date) -> Sequence[Confirmations]:
    confirmed = func.count().filter(Signature.state == SignatureState.CONFIRMED)
    rows = db.session.execute(
        select(Signature.signed_on, func.count(), confirmed)
        .where(Signature.petition_id == petition_id, Signature.signed_on.between(first, last))
        .where(Signature.state.in_(list(SignatureState)))
        .group_by(Signature.signed_on)
        .order_by(Signature.signed_on.desc())
    )
    return [Confirmations(*row) for row in rows]
