"""The fate of payments after they were made: refunds and disputes, with the events by which Stripe reports them."""

from dataclasses import dataclass, field
from typing import Any

from tests.stripe_server import CardDonation, Event, StripeServer, new_id


@dataclass
class Refund:
    id: str
    amount: int
    status: str = "pending"


@dataclass
class Dispute:
    """A dispute; `movements` are the amounts that the bank took, negative, and gave back."""

    id: str
    amount: int
    status: str
    movements: list[int] = field(default_factory=list)


@dataclass
class Payment:
    """A payment; `charged` is its charge: an amount in minor units of a currency, which the donor may have chosen."""

    donation: CardDonation
    charged: tuple[int, str]
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)

    @property
    def refunded(self) -> int:
        return sum(it.amount for it in self.refunds if it.status not in ("failed", "canceled"))

    @property
    def remaining(self) -> int:
        """The final amount at the bank, in the currency of the charge."""
        return max(self.charged[0] - self.refunded + sum(sum(it.movements) for it in self.disputes), 0)


class Bank:
    """The bank behind a Stripe server. `events` are in the order in which they happened."""

    def __init__(self, stripe: StripeServer) -> None:
        self.stripe = stripe
        self.payments: list[Payment] = []
        self.events: list[Event] = []

    def pay(self, amount: int, currency: str = "eur", *, monthly: bool = False, charged: Any = None) -> Payment:
        donation = self.stripe.begin(amount=amount, currency=currency, monthly=monthly)
        self.events += self.stripe.pay(donation)[2:]
        return self._add(donation, charged)

    def renew(self, payment: Payment) -> Payment:
        event, month = self.stripe.renew(payment.donation)
        self.events.append(event)
        return self._add(month)

    def refund(self, payment: Payment, amount: int) -> Refund:
        refund = Refund(new_id("re"), amount)
        payment.refunds.append(refund)
        self._report_refund(payment, refund, "refund.created")
        charge = self.stripe.charge_of(payment.donation, payment.refunded)
        charge |= {"amount": payment.charged[0], "currency": payment.charged[1]}
        self.events.append(self.stripe.report("charge.refunded", charge))
        return refund

    def settle(self, payment: Payment, refund: Refund, status: str) -> None:
        """The refund succeeds, fails or is cancelled."""
        refund.status = status
        self._report_refund(payment, refund, "refund.updated")
        if status == "failed":
            self._report_refund(payment, refund, "refund.failed")

    def inquire(self, payment: Payment, amount: int) -> Dispute:
        """The donor's bank asks, and takes nothing yet."""
        dispute = Dispute(new_id("dp"), amount, "warning_needs_response")
        payment.disputes.append(dispute)
        self._report_dispute(payment, dispute, "created")
        return dispute

    def dispute(self, payment: Payment, amount: int) -> Dispute:
        dispute = Dispute(new_id("dp"), amount, "needs_response")
        payment.disputes.append(dispute)
        self._report_dispute(payment, dispute, "created")
        self.move(payment, dispute, -amount)
        return dispute

    def escalate(self, payment: Payment, dispute: Dispute) -> None:
        """An inquiry becomes a dispute."""
        self.set_status(payment, dispute, "needs_response")
        self.move(payment, dispute, -dispute.amount)

    def move(self, payment: Payment, dispute: Dispute, amount: int) -> None:
        dispute.movements.append(amount)
        self._report_dispute(payment, dispute, "funds_withdrawn" if amount < 0 else "funds_reinstated")

    def set_status(self, payment: Payment, dispute: Dispute, status: str) -> None:
        dispute.status = status
        is_closed = status in ("won", "lost", "warning_closed", "prevented")
        self._report_dispute(payment, dispute, "closed" if is_closed else "updated")

    def win(self, payment: Payment, dispute: Dispute) -> None:
        self.set_status(payment, dispute, "won")
        self.move(payment, dispute, -sum(dispute.movements))

    def _add(self, donation: CardDonation, charged: Any = None) -> Payment:
        payment = Payment(donation, charged or (donation.amount, donation.currency))
        self.payments.append(payment)
        return payment

    def _report_refund(self, payment: Payment, refund: Refund, kind: str) -> None:
        obj = {
            "id": refund.id,
            "object": "refund",
            "amount": refund.amount,
            "currency": payment.charged[1],
            "charge": payment.donation.charge,
            "payment_intent": payment.donation.payment,
            "status": refund.status,
        }
        self.events.append(self.stripe.report(kind, obj))

    def _report_dispute(self, payment: Payment, dispute: Dispute, kind: str) -> None:
        obj = {
            "id": dispute.id,
            "object": "dispute",
            "amount": dispute.amount,
            "currency": payment.charged[1],
            "charge": payment.donation.charge,
            "payment_intent": payment.donation.payment,
            "status": dispute.status,
            "balance_transactions": [
                {"id": new_id("txn"), "amount": it, "fee": 1500 if it < 0 else 0, "currency": payment.charged[1]}
                for it in dispute.movements
            ],
        }
        self.events.append(self.stripe.report(f"charge.dispute.{kind}", obj))
