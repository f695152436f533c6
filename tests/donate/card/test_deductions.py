"""The sums are what the bank says in the end, whatever the order of Stripe's events: all of them, twice, or a few."""

import dataclasses
import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.donate.card.bank import Bank, Payment
from tests.factories import DonationGoalFactory
from tests.stripe_server import Event, StripeServer
from wzo.admin.donations.queries import get_months
from wzo.clock import today
from wzo.donate.card.actions import handle_event
from wzo.donate.card.models import CardDonation, CardDonationDay, Deduction, StripeEvent
from wzo.donate.card.queries import sum_card_donations
from wzo.extensions import db

EVER = (date(2020, 1, 1), date(2099, 1, 1))


def deliver(events: Iterable[Event]) -> dict[str, int]:
    """Handle events on an empty site; returns the sums by currency, on which days, months and payments agree."""
    for model in (Deduction, CardDonation, CardDonationDay, StripeEvent):
        db.session.execute(db.delete(model))
    db.session.commit()
    for event in events:
        handle_event(event)
    db.session.rollback()
    sums = sum_card_donations(*EVER)
    rows: Counter[str] = Counter()
    for donation in db.session.scalars(db.select(CardDonation)):
        assert 0 <= donation.refunded + donation.disputed <= donation.amount
        rows[donation.currency] += donation.net
    assert +rows == sums
    months = Counter({month.currency: month.net for month in get_months(today())})
    assert +months == sums
    db.session.rollback()
    return sums


def lose(bank: Bank, payment: Payment) -> None:
    bank.set_status(payment, bank.dispute(payment, 2500), "lost")


def win(bank: Bank, payment: Payment) -> None:
    bank.win(payment, bank.dispute(payment, 2500))


def lose_a_part(bank: Bank, payment: Payment) -> None:
    bank.set_status(payment, bank.dispute(payment, 1000), "lost")


def leave_open(bank: Bank, payment: Payment) -> None:
    bank.set_status(payment, bank.dispute(payment, 2500), "under_review")


def answer_an_inquiry(bank: Bank, payment: Payment) -> None:
    bank.set_status(payment, bank.inquire(payment, 2500), "warning_closed")


def lose_after_an_inquiry(bank: Bank, payment: Payment) -> None:
    dispute = bank.inquire(payment, 2500)
    bank.escalate(payment, dispute)
    bank.set_status(payment, dispute, "lost")


def prevent(bank: Bank, payment: Payment) -> None:
    bank.set_status(payment, bank.inquire(payment, 2500), "prevented")


def win_an_appeal(bank: Bank, payment: Payment) -> None:
    dispute = bank.dispute(payment, 2500)
    for status in ("lost", "appeal_under_review"):
        bank.set_status(payment, dispute, status)
    bank.win(payment, dispute)


def fail_a_refund(bank: Bank, payment: Payment) -> None:
    bank.settle(payment, bank.refund(payment, 2500), "failed")


def cancel_a_refund(bank: Bank, payment: Payment) -> None:
    bank.settle(payment, bank.refund(payment, 2500), "canceled")


def refund_again(bank: Bank, payment: Payment) -> None:
    bank.settle(payment, bank.refund(payment, 1000), "failed")
    bank.settle(payment, bank.refund(payment, 700), "succeeded")


def dispute_what_was_partly_refunded(bank: Bank, payment: Payment) -> None:
    bank.refund(payment, 1000)
    dispute = bank.dispute(payment, 2500)
    bank.move(payment, dispute, 1000)
    bank.set_status(payment, dispute, "lost")


# What happens to a payment of EUR 25, and what is left of it.
STORIES: dict[Callable[[Bank, Payment], None], int] = {
    lose: 0,
    win: 2500,
    lose_a_part: 1500,
    leave_open: 0,
    answer_an_inquiry: 2500,
    lose_after_an_inquiry: 0,
    prevent: 2500,
    win_an_appeal: 2500,
    fail_a_refund: 2500,
    cancel_a_refund: 2500,
    refund_again: 1800,
    dispute_what_was_partly_refunded: 0,
}


@pytest.mark.slow
@pytest.mark.parametrize("monthly", [False, True])
@pytest.mark.parametrize("happen", STORIES)
def test_it_counts_what_is_left(
    stripe_app: Flask, stripe: StripeServer, happen: Callable[[Bank, Payment], None], monthly: bool
) -> None:
    bank = Bank(stripe)
    payment = bank.pay(2500, monthly=monthly)
    happen(bank, payment)
    expected = {"EUR": STORIES[happen]} if STORIES[happen] else {}
    assert payment.remaining == STORIES[happen]
    assert deliver(bank.events) == expected
    assert deliver(bank.events[::-1] * 2) == expected


@pytest.mark.slow
def test_it_counts_nothing_of_a_lost_payment_in_any_order(stripe_app: Flask, stripe: StripeServer) -> None:
    bank = Bank(stripe)
    lose(bank, bank.pay(2500))
    orders = list(itertools.permutations(bank.events))
    assert len(orders) == 24
    for order in orders:
        assert deliver(order) == {}, [event["type"] for event in order]


ACTS = ("pay", "pay monthly", "renew", "refund", "succeed", "fail", "cancel", "inquire", "escalate", "dispute",
        "give back", "lose", "win")  # fmt: skip


def act(bank: Bank, what: str, number: int) -> None:
    """Let something happen to the payment with a number, if it can."""
    if what.startswith("pay"):
        bank.pay(500 + number, "usd" if number % 3 == 0 else "eur", monthly=what != "pay")
        return
    if not bank.payments:
        return
    payment = bank.payments[number % len(bank.payments)]
    pending = [it for it in payment.refunds if it.status == "pending"]
    disputes = [it for it in payment.disputes if it.status not in ("won", "lost")]
    taken = [it for it in disputes if sum(it.movements) < 0]
    match what:
        case "renew" if payment.donation.subscription:
            bank.renew(payment)
        case "refund" if payment.remaining:
            bank.refund(payment, min(payment.remaining, 1 + number * 7))
        case "succeed" | "fail" | "cancel" if pending:
            bank.settle(payment, pending[0], {"succeed": "succeeded", "fail": "failed", "cancel": "canceled"}[what])
        case "inquire" | "dispute" if payment.remaining and not payment.disputes:
            (bank.inquire if what == "inquire" else bank.dispute)(payment, payment.remaining)
        case "escalate" if disputes and not taken:
            bank.escalate(payment, disputes[0])
        case "give back" if taken and len(taken[0].movements) == 1:
            bank.move(payment, taken[0], 1 + number % taken[0].amount)
        case "lose" if taken:
            bank.set_status(payment, taken[0], "lost")
        case "win" if taken:
            bank.win(payment, taken[0])


def subject(event: Event) -> str:
    """The payment, refund or dispute that an event is about."""
    obj = event["data"]["object"]
    if obj["object"] == "checkout.session":
        return str(obj["invoice"] or obj["payment_intent"])
    return str(obj["id"])


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 99)), max_size=16), data=st.data())
def test_it_counts_what_the_bank_says_whatever_comes_when(
    stripe_app: Flask, stripe: StripeServer, acts: list[tuple[str, int]], data: st.DataObject
) -> None:
    bank = Bank(stripe)
    for what, number in [("pay", 1), ("pay monthly", 2), *acts]:
        act(bank, what, number)
    expected: Counter[str] = Counter()
    for payment in bank.payments:
        expected[payment.charged[1].upper()] += payment.remaining
    # The last event about each must come, sooner or later; of those before it, and of the totals, any may be missing.
    last = {subject(event): event for event in bank.events if event["type"] != "charge.refunded"}
    others = [event for event in bank.events if event not in last.values()]
    repeated = data.draw(st.lists(st.sampled_from(bank.events), max_size=6))
    some = [event for event in others if data.draw(st.booleans())]
    assert deliver(data.draw(st.permutations([*last.values(), *some, *repeated]))) == +expected


def test_it_counts_refunds_of_which_only_the_total_is_reported(stripe_app: Flask, stripe: StripeServer) -> None:
    bank = Bank(stripe)
    payment = bank.pay(2500)
    for amount in (500, 700):
        bank.refund(payment, amount)
    totals = [event for event in bank.events if not event["type"].startswith("refund.")]
    for order in itertools.permutations(totals):
        assert deliver(order) == {"EUR": 1300}


def test_it_converts_reports_in_the_currency_that_the_donor_paid(stripe_app: Flask, stripe: StripeServer) -> None:
    bank = Bank(stripe)
    payment = bank.pay(2500, charged=(10_700, "pln"))
    bank.refund(payment, 2140)
    for order in itertools.permutations(bank.events):
        assert deliver(order) == {"EUR": 2000}
    lose(bank, bank.pay(1000, charged=(4_280, "pln")))
    assert deliver(bank.events) == deliver(bank.events[::-1]) == {"EUR": 2000}


def test_it_counts_a_payment_on_one_day_though_its_events_lie_around_midnight(
    stripe_app: Flask, stripe: StripeServer
) -> None:
    bank = Bank(stripe)
    payment = bank.pay(2500, monthly=True)
    bank.refund(payment, 500)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0)
    for number, event in enumerate(bank.events):
        event["created"] = int((midnight + timedelta(seconds=2 * number - 1)).timestamp())
    before = midnight.date() - timedelta(1)
    for order in list(itertools.permutations(bank.events))[::7]:
        assert deliver(order) == {"EUR": 2000}
        assert sum_card_donations(before, before) == {"EUR": 2000}


def test_a_goal_follows_a_lost_dispute(stripe_app: Flask, stripe: StripeServer) -> None:
    DonationGoalFactory(since=today(), amount=100)
    bank = Bank(stripe)
    bank.pay(3000)
    lose(bank, bank.pay(2500))
    deliver(bank.events)
    assert "<strong>€30</strong>" in stripe_app.test_client().get("/en/donate/").text


def test_it_recognises_a_refund_from_before_a_change_of_key(
    stripe_app: Flask, stripe: StripeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = Bank(stripe)
    fail_a_refund(bank, bank.pay(2500))
    *before, updated, failed = bank.events
    assert deliver(before) == {}
    before_change = stripe_app.extensions["settings"]
    after_change = dataclasses.replace(before_change, secret_key="n" * 64, secret_key_old=before_change.secret_key)
    monkeypatch.setitem(stripe_app.extensions, "settings", after_change)
    for event in (failed, updated):
        handle_event(event)
        assert sum_card_donations(*EVER) == {"EUR": 2500}
    db.session.rollback()


def test_it_counts_a_dispute_that_was_won_before_the_money_is_back(stripe_app: Flask, stripe: StripeServer) -> None:
    bank = Bank(stripe)
    payment = bank.pay(2500)
    bank.set_status(payment, bank.dispute(payment, 2500), "won")
    assert deliver(bank.events) == deliver(bank.events[::-1]) == {"EUR": 2500}
