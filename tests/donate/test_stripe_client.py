"""The Stripe client: payment pages and signed events."""

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.stripe_server import CardDonation, Event, StripeServer
from wzo.config import Settings
from wzo.donate import stripe_client
from wzo.donate.stripe_client import TOLERANCE, Checkout, InvalidEvent, StripeUnavailable

CHECKOUT = Checkout(
    amount=1000,
    currency="EUR",
    monthly=False,
    name="Donation",
    language="en",
    success_url="http://127.0.0.1:8000/en/thanks/",
    cancel_url="http://127.0.0.1:8000/en/cancelled/",
    idempotency_key="n" * 22,
)


class RedirectingServer(StripeServer):
    """A Stripe server, perhaps a fraudulent one, that sends donors to `page`."""

    page: str | None = None

    def _session(self, donation: CardDonation) -> Event:
        return {**super()._session(donation), "url": self.page}


@pytest.fixture
def stripe(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedirectingServer]:
    with RedirectingServer() as server:
        keys = {name.lower(): value for name, value in server.settings.items()}
        monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, **keys))
        yield server


@pytest.mark.parametrize(
    "page",
    [
        *(None, "", "javascript:alert(1)", "data:text/html,x", "//evil.example/pay", "/pay", "ftp://evil.example/"),
        *("http://checkout.stripe.com/pay", "HTTPS:/evil", " https://checkout.stripe.com/pay", "https:evil.example"),
    ],
)
def test_it_sends_nobody_to_a_page_without_https(stripe: RedirectingServer, page: str | None) -> None:
    stripe.page = page
    with pytest.raises(StripeUnavailable):
        stripe_client.create_checkout_session(CHECKOUT)


def test_it_returns_the_url_of_an_https_page(stripe: RedirectingServer) -> None:
    stripe.page = "https://checkout.stripe.com/c/pay/cs_1#x"
    assert stripe_client.create_checkout_session(CHECKOUT) == stripe.page


@pytest.mark.parametrize(
    ("age", "accepted"),
    [(0, True), (TOLERANCE - 5, True), (TOLERANCE + 5, False), (5 - TOLERANCE, True), (-TOLERANCE - 5, False)],
)
def test_it_accepts_an_event_for_five_minutes(stripe: RedirectingServer, age: int, accepted: bool) -> None:
    assert TOLERANCE == 5 * 60
    (event, *_) = stripe.pay(stripe.begin())
    body, header = stripe.sign(event, age=age)
    if accepted:
        assert stripe_client.verify_event(body, header)["id"] == event["id"]
    else:
        with pytest.raises(InvalidEvent):
            stripe_client.verify_event(body, header)


def test_it_refuses_an_event_with_another_signature_or_changed_content(stripe: RedirectingServer) -> None:
    (event, *_) = stripe.pay(stripe.begin())
    for body, header in (
        stripe.sign(event, secret="whsec_x"),
        (stripe.sign(event)[0].replace(b"Berlin", b"Munich"), stripe.sign(event)[1]),
        (stripe.sign(event)[0], ""),
        stripe.sign(b"[]"),
        stripe.sign(b'{"id": "evt_1", "data": {}}'),
    ):
        with pytest.raises(InvalidEvent):
            stripe_client.verify_event(body, header)
