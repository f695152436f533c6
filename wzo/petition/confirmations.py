"""How many signers have confirmed: if few have, their e-mails may not arrive."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from wzo.clock import today
from wzo.extensions import db
from wzo.petition.intervals import cached_for_interval
from wzo.petition.models import Signature, SignatureState

# Unconfirmed signatures are deleted after a week, so earlier days would look too good.
DAYS_SHOWN = 7
# Today's signers have not had time to confirm, and a few who do not confirm prove nothing.
DAYS_CHECKED = 3
MIN_SIGNED = 50
MIN_USUAL_PERCENT = 30


class Confirmations(NamedTuple):
    """How many people signed on a day, or on several days from it on, and how many of them have confirmed by now."""

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
    return cached_for_interval("confirmations", petition_id, lambda: _count(petition_id, first, last), in_panel=True)


def find_low_rate(petition_id: int) -> Confirmations | None:
    """The last finished days together, if many signed on them and unusually few have confirmed."""
    last = today()
    return find_low_rate_in(_count(petition_id, last - timedelta(DAYS_CHECKED), last))


def find_low_rate_in(days: Sequence[Confirmations]) -> Confirmations | None:
    """The last finished of some days together, if many signed on them and unusually few have confirmed."""
    first = today() - timedelta(DAYS_CHECKED)
    finished = [it for it in days if first <= it.day < today()]
    together = Confirmations(first, sum(it.signed for it in finished), sum(it.confirmed for it in finished))
    is_low = together.confirmed * 100 < MIN_USUAL_PERCENT * together.signed
    return together if together.signed >= MIN_SIGNED and is_low else None


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
