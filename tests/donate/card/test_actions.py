"""Stripe's events: forged, late, repeated, in any order; each payment counts once."""

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
from tests.stripe_server import Event, StripeServer
from wzo.donate.card.models import CardDonation, DonationKind, Outcome, StripeEvent
from wzo.donate.card.queries import sum_card_donations
from wzo.extensions import db


def post(client: FlaskClient, stripe: StripeServer, event: Event | bytes, **signing: Any) -> int:
    body, header = stripe.sign(event, **signing)
    return send(client, body, header)


def send(client: FlaskClient, body: bytes, header: str | None) -> int:
    """Post as a server does, without a browser's Sec-Fetch headers."""
    headers = {} if header is None else {"Stripe-Signature": header}
    client.environ_base.pop("HTTP_SEC_FETCH_SITE", None)
    return client.post("/donate/webhook", data=body, headers=headers, content_type="application/json").status_code


def total() -> dict[str, int]:
    db.session.rollback()
    return sum_card_donations(date(2020, 1, 1), date(2099, 1, 1))


def handled() -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(select(StripeEvent.outcome, func.count()).group_by(StripeEvent.outcome))
    return {row[0]: row[1] for row in rows}


def test_it_counts_a_payment_once_however_often_it_is_reported(donor: FlaskClient, stripe: StripeServer) -> None:
    events = stripe.pay(stripe.begin(amount=2500))
    for event in events * 10:
        assert post(donor, stripe, event) == 200
    assert total() == {"EUR": 2500}
    assert handled() == {Outcome.PAID: 1}


def test_it_counts_the_first_monthly_payment_once_though_two_events_report_it(
    donor: FlaskClient, stripe: StripeServer
) -> None:
    donation = stripe.begin(amount=1000, monthly=True)
    events = stripe.pay(donation)
    assert {it["type"] for it in events} >= {"invoice.paid", "checkout.session.completed"}
    for event in reversed(events):
        assert post(donor, stripe, event) == 200
    assert total() == {"EUR": 1000}
    again, _ = stripe.renew(donation)
    assert post(donor, stripe, again) == 200
    assert total() == {"EUR": 2000}
    assert set(db.session.scalars(select(CardDonation.kind))) == {DonationKind.FIRST_MONTHLY, DonationKind.RENEWAL}


def life_of_donations(stripe: StripeServer) -> list[Event]:
    """The events of a donation refunded in two parts and a monthly one refunded once: EUR 35.00 remain."""
    once, monthly = stripe.begin(amount=4000), stripe.begin(amount=1500, monthly=True)
    paid = [*stripe.pay(once)[2:], *stripe.pay(monthly)[2:]]
    renewed, month = stripe.renew(monthly)
    return [*paid, renewed, stripe.refund(once, 1000), stripe.refund(once, 2000), stripe.refund(month, 1500)]


@pytest.mark.slow
def test_it_gives_the_same_total_whatever_the_order_of_events(donor: FlaskClient, stripe: StripeServer) -> None:
    for order in random.Random(1).sample(list(itertools.permutations(range(7))), 12):
        events = life_of_donations(stripe)
        before = total().get("EUR", 0)
        for place in order:
            assert post(donor, stripe, events[place]) == 200
        assert total()["EUR"] - before == 3500, order


@pytest.mark.slow
def test_it_counts_a_hundred_parallel_deliveries_once(stripe_app: Flask, stripe: StripeServer) -> None:
    events = stripe.pay(stripe.begin(amount=700, monthly=True))[2:]
    refund = stripe.refund(next(iter(stripe.donations.values())), 200)
    signed = [stripe.sign(event) for event in [*events, refund] * 34]

    def send_one(event: tuple[bytes, str]) -> int:
        return send(make_client(stripe_app), *event)

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(send_one, signed))
    assert set(statuses) == {200}
    assert total() == {"EUR": 500}
    assert handled() == {Outcome.PAID: 2, Outcome.REFUNDED: 1}


def test_it_refuses_forged_stale_and_malformed_events(donor: FlaskClient, stripe: StripeServer) -> None:
    event = stripe.pay(stripe.begin())[-1]
    body, header = stripe.sign(event)
    assert post(donor, stripe, event, secret="whsec_another") == 400
    assert post(donor, stripe, event, age=301) == 400
    assert post(donor, stripe, event, age=-3600) == 400
    assert send(donor, body.replace(b"1000", b"9000"), header) == 400
    for wrong in (None, "", "t=,v1=", "t=1,v1=é", "v1=abc", "t=" + "9" * 5000, header.replace("v1=", "v0="), "t=1"):
        assert send(donor, body, wrong) == 400, wrong
    for garbage in (b"", b"{", b"[]", b"null", b"1", b'{"id": 1}', b'{"id": "evt_1", "type": "x"}', b"\x00"):
        assert post(donor, stripe, garbage) == 400, garbage
    for damaged in damaged_events(event):
        assert post(donor, stripe, json.dumps(damaged).encode()) == 400, damaged
    assert send(donor, b"\xff\xfe", header) == 400
    assert total() == {}
    assert handled() == {}
    assert post(donor, stripe, event, age=270) == 200
    assert total() == {"EUR": 1000}


def damaged_events(event: Event) -> list[Event]:
    obj = event["data"]["object"]
    objects: list[dict[str, Any]] = [
        {},
        {**obj, "amount_total": "many"},
        {**obj, "amount_total": None},
        {**obj, "amount_total": -5},
        {**obj, "amount_total": 10**30},
        {**obj, "currency": "\x00\x00\x00"},
        {**obj, "currency": "euros"},
    ]
    damaged: list[Event] = [{**event, "data": {"object": it}} for it in objects]
    return [*damaged, {**event, "id": "evt_\x00"}, {**event, "id": "e" * 256}, {**event, "created": "soon"}]


def test_it_refuses_a_body_that_is_too_large(donor: FlaskClient, stripe: StripeServer) -> None:
    assert send(donor, b" " * 300_000, stripe.sign(b"{}")[1]) == 413


def test_it_is_the_only_url_that_takes_posts_from_other_sites(donor: FlaskClient) -> None:
    donor.environ_base.pop("HTTP_SEC_FETCH_SITE", None)
    assert donor.post("/en/donate/card/?from=elsewhere").status_code == 403
    assert donor.get("/donate/webhook").status_code == 405


def test_it_ignores_events_that_do_not_concern_the_site(donor: FlaskClient, stripe: StripeServer) -> None:
    other, monthly = stripe.begin(tagged=False), stripe.begin(tagged=False, monthly=True)
    events = [*stripe.pay(other), *stripe.pay(monthly), stripe.fail(monthly), stripe.end(monthly)]
    events.append({**events[0], "id": "evt_1", "type": "radar.early_fraud_warning.created"})
    for event in events:
        assert post(donor, stripe, event) == 200
    assert post(donor, stripe, stripe.refund(other, 500)) == 200
    assert total() == {}
    assert handled() == {Outcome.REFUNDED: 1}


def test_it_counts_a_delayed_payment_when_the_money_arrives(donor: FlaskClient, stripe: StripeServer) -> None:
    done, there = stripe.pay_later(stripe.begin(amount=900, currency="sek"))
    assert post(donor, stripe, done) == 200
    assert total() == {}
    for event in (there, done, there):
        assert post(donor, stripe, event) == 200
    assert total() == {"SEK": 900}


def test_it_deducts_a_refund_from_the_day_of_the_donation(donor: FlaskClient, stripe: StripeServer) -> None:
    donation = stripe.begin(amount=5000, currency="jpy")
    paid, refund = stripe.pay(donation)[-1], stripe.refund(donation, 5000)
    paid["created"] -= 40 * 24 * 60 * 60
    day = datetime.fromtimestamp(paid["created"], UTC).date()
    assert post(donor, stripe, paid) == 200
    assert sum_card_donations(day, day) == {"JPY": 5000}
    assert post(donor, stripe, refund) == 200
    db.session.rollback()
    assert sum_card_donations(day, day) == {}
    assert total() == {}


def test_it_keeps_totals_per_currency_and_day(donor: FlaskClient, stripe: StripeServer) -> None:
    for amount, currency in ((100, "eur"), (200, "eur"), (300, "usd"), (5000, "kwd")):
        assert post(donor, stripe, stripe.pay(stripe.begin(amount=amount, currency=currency))[-1]) == 200
    assert total() == {"EUR": 300, "KWD": 5000, "USD": 300}
    assert sum_card_donations(date(2020, 1, 1), date(2020, 12, 31)) == {}


def test_it_records_failed_renewals_and_cancellations_without_counting_them(
    donor: FlaskClient, stripe: StripeServer
) -> None:
    donation = stripe.begin(amount=1200, monthly=True)
    events = [
        *stripe.pay(donation),
        stripe.fail(donation),
        stripe.fail(donation, "subscription_create"),
        stripe.end(donation),
    ]
    for event in events * 2:
        assert post(donor, stripe, event) == 200
    assert total() == {"EUR": 1200}
    assert handled() == {Outcome.PAID: 2, Outcome.FAILED: 1, Outcome.ENDED: 1}


def test_it_reads_events_of_older_stripe_api_versions(donor: FlaskClient, stripe: StripeServer) -> None:
    donation = stripe.begin(amount=800, monthly=True)
    paid = next(it for it in stripe.pay(donation) if it["type"] == "invoice.paid")
    invoice = paid["data"]["object"]
    invoice["subscription_details"] = invoice.pop("parent")["subscription_details"]
    refund = stripe.refund(donation, 300)
    refund["data"]["object"]["invoice"] = donation.invoice
    for event in (refund, paid):
        assert post(donor, stripe, event) == 200
    assert total() == {"EUR": 500}
    assert stripe.requests == []


def test_it_retries_a_refund_whose_payment_stripe_cannot_name(donor: FlaskClient, stripe: StripeServer) -> None:
    donation = stripe.begin(amount=800, monthly=True)
    for event in stripe.pay(donation):
        assert post(donor, stripe, event) == 200
    refund = stripe.refund(donation, 800)
    stripe.outage = 500
    assert post(donor, stripe, refund) == 503
    assert total() == {"EUR": 800}
    stripe.outage = None
    assert post(donor, stripe, refund) == 200
    assert total() == {}


def test_it_has_no_webhook_without_keys(client: FlaskClient, stripe: StripeServer) -> None:
    assert post(client, stripe, stripe.pay(stripe.begin())[-1]) == 404


@pytest.mark.parametrize("monthly", [False, True])
def test_it_stores_nothing_that_identifies_a_payment_or_a_person(
    donor: FlaskClient, stripe: StripeServer, monthly: bool
) -> None:
    donation: Payment = stripe.begin(monthly=monthly)
    for event in stripe.pay(donation):
        assert post(donor, stripe, event) == 200
    db.session.rollback()
    kept = repr([list(db.session.execute(select(*model.__table__.c))) for model in (CardDonation, StripeEvent)])
    for trace in (*donation.donor.traces, donation.payment, donation.charge, donation.session, str(donation.invoice)):
        assert trace not in kept
