"""Parses Stripe's events: selects those that concern donations, and extracts what they report."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from wzo.donate.card.models import DeductionKind, DonationKind, Outcome
from wzo.donate.stripe_client import is_donation, subscription_details

StripeObject: TypeAlias = dict[str, Any]
# A refund in these states was not paid out, or the money came back; no other state follows.
UNPAID_REFUNDS = frozenset({"failed", "canceled"})
# An inquiry, or a dispute that was prevented: the bank takes money only if the dispute lists a withdrawal.
INQUIRIES = frozenset({"warning_needs_response", "warning_under_review", "warning_closed", "prevented"})
# The stage of a dispute by its status; any other status is that of an open dispute.
OPEN, LOST, WON = 1, 2, 3
DISPUTE_STAGES = {**dict.fromkeys(INQUIRIES, 0), "lost": LOST, "won": WON}


class ReportedDeduction(NamedTuple):
    """What an event reports about a refund or a dispute with an id: see Deduction."""

    kind: DeductionKind
    object_id: str
    progress: int
    reported: int
    amount: int
    charged: int = 0


class ParsedEvent(NamedTuple):
    """What an event reports: its outcome, the amount in minor units and, of what changes a payment, the payment's id.

    The payment of a monthly donation is identified by its invoice.
    """

    outcome: Outcome
    amount: int
    currency: str
    payment_id: str | None = None
    kind: DonationKind | None = None
    deduction: ReportedDeduction | None = None


def parse_event(event: dict[str, Any]) -> ParsedEvent | None:
    """Parse an event; None if it does not concern a donation. Raises LookupError, TypeError or ValueError."""
    parse = PARSERS.get(event["type"])
    return parse(event["data"]["object"]) if parse else None


def _parse_checkout(session: StripeObject) -> ParsedEvent | None:
    monthly = session["mode"] == "subscription"
    payment_id = session.get("invoice") if monthly else session.get("payment_intent")
    if not is_donation(session) or session["payment_status"] != "paid" or not payment_id:
        return None
    kind = DonationKind.FIRST_MONTHLY if monthly else DonationKind.ONCE
    return ParsedEvent(Outcome.PAID, _amount(session, "amount_total"), _currency(session), payment_id, kind)


def _parse_paid_invoice(invoice: StripeObject) -> ParsedEvent | None:
    if not _is_monthly_donation(invoice):
        return None
    kind = DonationKind.FIRST_MONTHLY if _is_first(invoice) else DonationKind.RENEWAL
    return ParsedEvent(Outcome.PAID, _amount(invoice, "amount_paid"), _currency(invoice), invoice["id"], kind)


def _parse_failed_invoice(invoice: StripeObject) -> ParsedEvent | None:
    # If the first payment fails, the donor sees it at once and can use another card. Stripe tries each later one again,
    # and reports every attempt.
    if not _is_monthly_donation(invoice) or _is_first(invoice) or invoice.get("attempt_count", 1) > 1:
        return None
    return ParsedEvent(Outcome.FAILED, _amount(invoice, "amount_due"), _currency(invoice))


def _parse_ended_subscription(subscription: StripeObject) -> ParsedEvent | None:
    if not is_donation(subscription):
        return None
    items = subscription["items"]["data"]
    amount = sum((item["price"]["unit_amount"] or 0) * item.get("quantity", 1) for item in items)
    return ParsedEvent(Outcome.ENDED, amount, _currency(subscription))


def _parse_refunded_charge(charge: StripeObject) -> ParsedEvent:
    total, payment_id = _amount(charge, "amount_refunded"), charge.get("invoice") or _payment_of(charge, charge["id"])
    reported = ReportedDeduction(
        DeductionKind.REFUND_TOTAL, charge["id"], total, total, total, charged=_amount(charge, "amount")
    )
    return ParsedEvent(Outcome.REFUNDED, total, _currency(charge), payment_id, deduction=reported)


def _parse_refund(refund: StripeObject) -> ParsedEvent:
    amount, is_unpaid = _amount(refund, "amount"), refund["status"] in UNPAID_REFUNDS
    reported = ReportedDeduction(
        DeductionKind.REFUND, refund["id"], int(is_unpaid), reported=amount, amount=0 if is_unpaid else amount
    )
    payment_id = _payment_of(refund, refund["charge"])
    return ParsedEvent(Outcome.REFUNDED, amount, _currency(refund), payment_id, deduction=reported)


def _parse_dispute(dispute: StripeObject) -> ParsedEvent:
    amount, stage = _amount(dispute, "amount"), DISPUTE_STAGES.get(dispute["status"], OPEN)
    # Each withdrawal and each return of money is added to this list; the amounts are in the currency of our balance.
    movements = [int(it["amount"]) for it in dispute.get("balance_transactions") or []]
    # Each withdrawal or reinstatement outranks any change of status, so `progress` orders by movements, then by stage.
    reported = ReportedDeduction(
        DeductionKind.DISPUTE,
        dispute["id"],
        len(movements) * (WON + 1) + stage,
        reported=amount,
        amount=round(amount * _missing_share(stage, movements)),
    )
    payment_id = _payment_of(dispute, dispute["charge"])
    return ParsedEvent(Outcome.DISPUTED, amount, _currency(dispute), payment_id, deduction=reported)


def _missing_share(stage: int, movements: list[int]) -> float:
    """The share of a dispute's amount that is missing from our balance: 1 for all of it."""
    withdrawn = max(-it for it in movements) if movements else 0
    if stage == WON:
        return 0.0
    if withdrawn > 0:
        return min(max(-sum(movements) / withdrawn, 0.0), 1.0)
    return 1.0 if stage else 0.0


def _payment_of(obj: StripeObject, charge_id: str) -> str:
    """The id of the payment intent that a charge, a refund or a dispute belongs to, or else that of the charge."""
    return str(obj.get("payment_intent") or charge_id)


def _is_monthly_donation(invoice: StripeObject) -> bool:
    return is_donation(subscription_details(invoice))


def _is_first(invoice: StripeObject) -> bool:
    return bool(invoice["billing_reason"] == "subscription_create")


def _amount(obj: StripeObject, name: str) -> int:
    amount = int(obj[name])
    if not 0 <= amount < 2**53:
        raise ValueError(name)
    return amount


def _currency(obj: StripeObject) -> str:
    code = str(obj["currency"]).upper()
    if not (code.isascii() and code.isalpha() and len(code) == 3):
        raise ValueError("currency")
    return code


# The README lists exactly these events for the webhook.
PARSERS: dict[str, Callable[[StripeObject], ParsedEvent | None]] = {
    "checkout.session.completed": _parse_checkout,
    "checkout.session.async_payment_succeeded": _parse_checkout,
    "invoice.paid": _parse_paid_invoice,
    "invoice.payment_failed": _parse_failed_invoice,
    "customer.subscription.deleted": _parse_ended_subscription,
    "charge.refunded": _parse_refunded_charge,
    "refund.created": _parse_refund,
    "refund.updated": _parse_refund,
    "refund.failed": _parse_refund,
    "charge.dispute.created": _parse_dispute,
    "charge.dispute.updated": _parse_dispute,
    "charge.dispute.funds_withdrawn": _parse_dispute,
    "charge.dispute.funds_reinstated": _parse_dispute,
    "charge.dispute.closed": _parse_dispute,
}
