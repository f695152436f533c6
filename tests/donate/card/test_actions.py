"""Stripe's messages: forged, late, doubled, in any order; each payment counts once."""

import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import make_client
from tests.stripe_server import CardDonation as Payment
from tests.stripe_server import Message, StripeServer
from wzo.donate.card.models import CardDonation, DonationKind, EventType, StripeEvent
from wzo.donate.card.queries import sum_card_donations
from wzo.extensions import db


def post(client: FlaskClient, stripe: StripeServer, message: Message | bytes, **signing: Any) -> int:
    body, header = stripe.sign(message, **signing)
    return send(client, body, header)


def send(client: FlaskClient, body: bytes, header: str | None) -> int:
    """Post as a server does: nothing of a browser's word about itself."""
    headers = {} if header is None else {"Stripe-Signature": header}
    client.environ_base.pop("HTTP_SEC_FETCH_SITE", None)
    return client.post("/donate/webhook", data=body, headers=headers, content_type="application/json").status_code


def total() -> dict[str, int]:
    db.session.rollback()
    return sum_card_donations(date(2020, 1, 1), date(2099, 1, 1))


def heeded() -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(select(StripeEvent.event_type, func.count()).group_by(StripeEvent.event_type))
    return {row[0]: row[1] for row in rows}


def test_a_payment_counts_once_however_often_it_is_told(giver: FlaskClient, stripe: StripeServer) -> None:
    messages = stripe.pay(stripe.begin(amount=2500))
    for message in messages * 10:
        assert post(giver, stripe, message) == 200
    assert total() == {"EUR": 2500}
    assert heeded() == {EventType.PAID: 1}


def test_the_first_of_a_monthly_gift_is_told_by_two_messages_and_counts_once(
    giver: FlaskClient, stripe: StripeServer
) -> None:
    gift = stripe.begin(amount=1000, monthly=True)
    messages = stripe.pay(gift)
    assert {it["type"] for it in messages} >= {"invoice.paid", "checkout.session.completed"}
    for message in reversed(messages):
        assert post(giver, stripe, message) == 200
    assert total() == {"EUR": 1000}
    again, _ = stripe.renew(gift)
    assert post(giver, stripe, again) == 200
    assert total() == {"EUR": 2000}
    assert set(db.session.scalars(select(CardDonation.kind))) == {DonationKind.MONTHLY, DonationKind.RENEWAL}


def life_of_gifts(stripe: StripeServer) -> list[Message]:
    """One gift given back in two parts, a monthly one with a second month that was given back; 35.00 EUR are left."""
    once, monthly = stripe.begin(amount=4000), stripe.begin(amount=1500, monthly=True)
    paid = [*stripe.pay(once)[2:], *stripe.pay(monthly)[2:]]
    renewed, month = stripe.renew(monthly)
    return [*paid, renewed, stripe.refund(once, 1000), stripe.refund(once, 2000), stripe.refund(month, 1500)]


def test_the_order_makes_no_difference(giver: FlaskClient, stripe: StripeServer) -> None:
    for order in random.Random(1).sample(list(itertools.permutations(range(7))), 12):
        messages = life_of_gifts(stripe)
        before = total().get("EUR", 0)
        for place in order:
            assert post(giver, stripe, messages[place]) == 200
        assert total()["EUR"] - before == 3500, order


def test_it_counts_a_hundred_times_in_parallel_as_once(giving_app: Flask, stripe: StripeServer) -> None:
    messages = stripe.pay(stripe.begin(amount=700, monthly=True))[2:]
    refund = stripe.refund(next(iter(stripe.gifts.values())), 200)
    signed = [stripe.sign(message) for message in [*messages, refund] * 34]

    def send_one(message: tuple[bytes, str]) -> int:
        return send(make_client(giving_app), *message)

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(send_one, signed))
    assert set(statuses) == {200}
    assert total() == {"EUR": 500}
    assert heeded() == {EventType.PAID: 2, EventType.REFUNDED: 1}


def test_it_refuses_what_is_forged_stale_or_garbage(giver: FlaskClient, stripe: StripeServer) -> None:
    message = stripe.pay(stripe.begin())[-1]
    body, header = stripe.sign(message)
    assert post(giver, stripe, message, secret="whsec_another") == 400
    assert post(giver, stripe, message, age=301) == 400
    assert post(giver, stripe, message, age=-3600) == 400
    assert send(giver, body.replace(b"1000", b"9000"), header) == 400
    for wrong in (None, "", "t=,v1=", "t=1,v1=é", "v1=abc", "t=" + "9" * 5000, header.replace("v1=", "v0="), "t=1"):
        assert send(giver, body, wrong) == 400, wrong
    for garbage in (b"", b"{", b"[]", b"null", b"1", b'{"id": 1}', b'{"id": "evt_1", "type": "x"}', b"\x00"):
        assert post(giver, stripe, garbage) == 400, garbage
    for damaged in damaged_messages(message):
        assert post(giver, stripe, json.dumps(damaged).encode()) == 400, damaged
    assert send(giver, b"\xff\xfe", header) == 400
    assert total() == {}
    assert heeded() == {}
    assert post(giver, stripe, message, age=299) == 200
    assert total() == {"EUR": 1000}


def damaged_messages(message: Message) -> list[Message]:
    thing = message["data"]["object"]
    things: list[dict[str, Any]] = [
        {},
        {**thing, "amount_total": "many"},
        {**thing, "amount_total": None},
        {**thing, "amount_total": -5},
        {**thing, "amount_total": 10**30},
        {**thing, "currency": "\x00\x00\x00"},
        {**thing, "currency": "euros"},
    ]
    damaged: list[Message] = [{**message, "data": {"object": it}} for it in things]
    return [*damaged, {**message, "id": "evt_\x00"}, {**message, "id": "e" * 256}, {**message, "created": "soon"}]


def test_it_refuses_what_is_too_long(giver: FlaskClient, stripe: StripeServer) -> None:
    assert send(giver, b" " * 300_000, stripe.sign(b"{}")[1]) == 413


def test_only_the_webhook_may_be_posted_to_from_elsewhere(giver: FlaskClient) -> None:
    giver.environ_base.pop("HTTP_SEC_FETCH_SITE", None)
    assert giver.post("/en/donate/card/?from=elsewhere").status_code == 403
    assert giver.get("/donate/webhook").status_code == 405


def test_it_passes_over_what_is_no_concern_of_ours(giver: FlaskClient, stripe: StripeServer) -> None:
    other, monthly = stripe.begin(mark=False), stripe.begin(mark=False, monthly=True)
    messages = [*stripe.pay(other), *stripe.pay(monthly), stripe.fail(monthly), stripe.end(monthly)]
    messages.append({**messages[0], "id": "evt_1", "type": "radar.early_fraud_warning.created"})
    for message in messages:
        assert post(giver, stripe, message) == 200
    assert post(giver, stripe, stripe.refund(other, 500)) == 200
    assert total() == {}
    assert heeded() == {EventType.REFUNDED: 1}


def test_a_payment_that_takes_days_counts_when_the_money_is_there(giver: FlaskClient, stripe: StripeServer) -> None:
    done, there = stripe.pay_later(stripe.begin(amount=900, currency="sek"))
    assert post(giver, stripe, done) == 200
    assert total() == {}
    for message in (there, done, there):
        assert post(giver, stripe, message) == 200
    assert total() == {"SEK": 900}


def test_a_refund_lessens_the_day_of_the_gift(giver: FlaskClient, stripe: StripeServer) -> None:
    gift = stripe.begin(amount=5000, currency="jpy")
    paid, refund = stripe.pay(gift)[-1], stripe.refund(gift, 5000)
    paid["created"] -= 40 * 24 * 60 * 60
    day = datetime.fromtimestamp(paid["created"], UTC).date()
    assert post(giver, stripe, paid) == 200
    assert sum_card_donations(day, day) == {"JPY": 5000}
    assert post(giver, stripe, refund) == 200
    db.session.rollback()
    assert sum_card_donations(day, day) == {}
    assert total() == {}


def test_sums_stand_beside_one_another_by_currency_and_day(giver: FlaskClient, stripe: StripeServer) -> None:
    for amount, currency in ((100, "eur"), (200, "eur"), (300, "usd"), (5000, "kwd")):
        assert post(giver, stripe, stripe.pay(stripe.begin(amount=amount, currency=currency))[-1]) == 200
    assert total() == {"EUR": 300, "KWD": 5000, "USD": 300}
    assert sum_card_donations(date(2020, 1, 1), date(2020, 12, 31)) == {}


def test_it_notes_failed_renewals_and_ended_gifts_without_counting_them(
    giver: FlaskClient, stripe: StripeServer
) -> None:
    gift = stripe.begin(amount=1200, monthly=True)
    messages = [*stripe.pay(gift), stripe.fail(gift), stripe.fail(gift, "subscription_create"), stripe.end(gift)]
    for message in messages * 2:
        assert post(giver, stripe, message) == 200
    assert total() == {"EUR": 1200}
    assert heeded() == {EventType.PAID: 2, EventType.FAILED: 1, EventType.ENDED: 1}


def test_messages_of_older_versions_of_stripe_are_understood(giver: FlaskClient, stripe: StripeServer) -> None:
    gift = stripe.begin(amount=800, monthly=True)
    paid = next(it for it in stripe.pay(gift) if it["type"] == "invoice.paid")
    invoice = paid["data"]["object"]
    invoice["subscription_details"] = invoice.pop("parent")["subscription_details"]
    refund = stripe.refund(gift, 300)
    refund["data"]["object"]["invoice"] = gift.invoice
    for message in (refund, paid):
        assert post(giver, stripe, message) == 200
    assert total() == {"EUR": 500}
    assert stripe.asked == []


def test_a_refund_waits_where_stripe_cannot_say_of_what(giver: FlaskClient, stripe: StripeServer) -> None:
    gift = stripe.begin(amount=800, monthly=True)
    for message in stripe.pay(gift):
        assert post(giver, stripe, message) == 200
    refund = stripe.refund(gift, 800)
    stripe.trouble = 500
    assert post(giver, stripe, refund) == 503
    assert total() == {"EUR": 800}
    stripe.trouble = None
    assert post(giver, stripe, refund) == 200
    assert total() == {}


def test_without_keys_there_is_no_webhook(client: FlaskClient, stripe: StripeServer) -> None:
    assert post(client, stripe, stripe.pay(stripe.begin())[-1]) == 404


@pytest.mark.parametrize("monthly", [False, True])
def test_nothing_that_is_kept_names_a_payment_or_a_person(
    giver: FlaskClient, stripe: StripeServer, monthly: bool
) -> None:
    gift: Payment = stripe.begin(monthly=monthly)
    for message in stripe.pay(gift):
        assert post(giver, stripe, message) == 200
    db.session.rollback()
    kept = repr([list(db.session.execute(select(*model.__table__.c))) for model in (CardDonation, StripeEvent)])
    for trace in (*gift.donor.traces, gift.payment, gift.charge, gift.session, str(gift.invoice)):
        assert trace not in kept
