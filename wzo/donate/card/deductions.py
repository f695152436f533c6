"""Computes the net amount of a payment, after refunds and disputes, whatever the order in which they were reported."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from wzo.donate.card.models import Deduction, DeductionKind


class Deducted(NamedTuple):
    """How much of a payment was refunded and lost to disputes, in minor units; together no more than the payment."""

    refunded: int
    disputed: int


def compute_deducted(amount: int, currency: str, deductions: Iterable[Deduction]) -> Deducted:
    """Compute the deductions from a payment: an amount in minor units of a currency.

    Deductions in another currency are converted at the rate of the charge, known from the total of refunds. Until
    that is reported, a refund in another currency is not deducted, and a dispute is for the whole payment, as most are.
    """
    refunds: Counter[str] = Counter()
    known: Counter[str] = Counter()
    disputes: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    charged = {currency: amount}
    for it in deductions:
        if it.kind == DeductionKind.REFUND_TOTAL:
            totals[it.currency] = max(totals[it.currency], it.amount)
            charged.setdefault(it.currency, it.charged)
        elif it.kind == DeductionKind.REFUND:
            refunds[it.currency] += it.amount
            known[it.currency] += it.reported
        else:
            disputes[it.currency] += it.amount
    # The rest of the total was refunded too: its own event has not arrived, or is not sent to this site.
    refunds += totals - known

    def convert(sums: Counter[str], unknown: int) -> int:
        rates = {code: amount / charged[code] for code in sums if charged.get(code)}
        converted = (round(total * rates[code]) if code in rates else unknown for code, total in sums.items() if total)
        return min(sum(converted), amount)

    refunded = convert(refunds, unknown=0)
    return Deducted(refunded, min(convert(disputes, unknown=amount), amount - refunded))
