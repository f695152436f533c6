"""A fake Stripe: the part of its API that the site uses, its payment page, and its signed events.

Like Stripe's, its events are full of personal data: a donor's name, e-mail address, card digits and IP address.
"""

import http.client
import itertools
import json
import re
import secrets
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import stripe
from stripe.params.checkout import SessionCreateParams, _session_create_params

Event = dict[str, Any]
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Payment</title>
<h1>{amount} {currency} {often}</h1><p>{name}</p>
<form method="post"><label>Card <input name="card" value="{card}"></label><button>Pay</button></form>
<p><a href="{cancel_url}">Back</a></p></html>"""


@dataclass(frozen=True)
class Donor:
    """A donor with distinctive data, so that every trace of it can be found."""

    name: str
    email: str
    last4: str
    ip: str
    customer: str

    @property
    def traces(self) -> tuple[str, ...]:
        """What may be found nowhere but at Stripe."""
        return (*self.name.split(), self.email.partition("@")[0], self.email, self.card, self.ip, self.customer)

    @property
    def card(self) -> str:
        return f"42424242{self.last4}{self.last4}"


@dataclass
class CardDonation:
    """A payment as Stripe records it. A monthly one has a subscription, and an invoice for each month."""

    session: str
    params: dict[str, str]
    donor: Donor
    payment: str = field(default_factory=lambda: new_id("pi"))
    charge: str = field(default_factory=lambda: new_id("ch"))
    invoice: str | None = None
    subscription: str | None = None
    paid: bool = False

    @property
    def amount(self) -> int:
        return int(self.params["line_items[0][price_data][unit_amount]"])

    @property
    def currency(self) -> str:
        return self.params["line_items[0][price_data][currency]"]

    @property
    def monthly(self) -> bool:
        return self.params["mode"] == "subscription"


class StripeServer:
    """Stripe, as a context manager. Its events are collected in `events`, and sent to `webhook_url` if that is set.

    `delays_events` holds back the events of payments on its page until `send` is called.
    `outage` makes it respond with that status and the error `code`, or not at all if it is "silence".
    """

    def __init__(self) -> None:
        self.secret_key = f"sk_test_{secrets.token_hex(16)}"
        self.webhook_secret = f"whsec_{secrets.token_hex(16)}"
        self.webhook_url = ""
        self.delays_events = False
        self.donations: dict[str, CardDonation] = {}
        self.payments: dict[str, CardDonation] = {}
        self.events: list[Event] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.outage: int | str | None = None
        self.code = "api_error"
        self._numbers = itertools.count(1)
        self._responses: dict[str, tuple[dict[str, str], Event]] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        shutdown = threading.Thread(target=self._server.shutdown)
        shutdown.start()
        # A last connection wakes the server, which would notice the end only when it next looks.
        socket.create_connection(self._server.server_address).close()
        shutdown.join()
        self._server.server_close()

    @property
    def settings(self) -> dict[str, str]:
        """The settings that the site needs."""
        return {
            "STRIPE_SECRET_KEY": self.secret_key,
            "STRIPE_WEBHOOK_SECRET": self.webhook_secret,
            "STRIPE_API_URL": self.url,
        }

    # What happens at Stripe; each method returns the events that it sends.

    def begin(
        self, *, amount: int = 1000, currency: str = "eur", monthly: bool = False, tagged: bool = True
    ) -> CardDonation:
        """Create a payment page as the site would."""
        price = "line_items[0][price_data]"
        params = {"mode": "subscription" if monthly else "payment", "success_url": "/", "cancel_url": "/"}
        params |= {f"{price}[currency]": currency, f"{price}[unit_amount]": str(amount)}
        return self._begin(params | ({"metadata[donation]": "1"} if tagged else {}))

    def pay(self, donation: CardDonation) -> list[Event]:
        donation.paid = True
        events = [
            self.report(
                "payment_intent.succeeded",
                {**self._personal_data(donation), "id": donation.payment, "object": "payment_intent"},
            ),
            self.report("charge.succeeded", self.charge_of(donation, 0)),
        ]
        if donation.monthly:
            donation.subscription, donation.invoice = new_id("sub"), new_id("in")
            events.append(self.report("invoice.paid", self._invoice(donation, donation.invoice, "subscription_create")))
        return [*events, self.report("checkout.session.completed", self._session(donation))]

    def pay_later(self, donation: CardDonation) -> tuple[Event, Event]:
        """A delayed payment: the session is complete, and the money arrives later."""
        done = self.report("checkout.session.completed", self._session(donation))
        donation.paid = True
        return done, self.report("checkout.session.async_payment_succeeded", self._session(donation))

    def renew(self, donation: CardDonation) -> tuple[Event, CardDonation]:
        """Another month: the event and the payment of that month."""
        month = CardDonation(
            donation.session,
            donation.params,
            donation.donor,
            invoice=new_id("in"),
            subscription=donation.subscription,
            paid=True,
        )
        self.payments[month.payment] = month
        return self.report("invoice.paid", self._invoice(month, str(month.invoice), "subscription_cycle")), month

    def refund(self, donation: CardDonation, amount: int) -> Event:
        """Refund a payment; `amount` is the total refunded so far."""
        return self.report("charge.refunded", self.charge_of(donation, amount))

    def fail(self, donation: CardDonation, reason: str = "subscription_cycle") -> Event:
        return self.report("invoice.payment_failed", self._invoice(donation, new_id("in"), reason))

    def end(self, donation: CardDonation) -> Event:
        price = {"id": new_id("price"), "unit_amount": donation.amount, "currency": donation.currency}
        obj = {
            "id": donation.subscription,
            "object": "subscription",
            "currency": donation.currency,
            "customer": donation.donor.customer,
            "metadata": metadata_of(donation),
            "items": {"object": "list", "data": [{"quantity": 1, "price": price}]},
        }
        return self.report("customer.subscription.deleted", obj)

    # How it sends events.

    def sign(self, event: Event | bytes, *, age: int = 0, secret: str | None = None) -> tuple[bytes, str]:
        """An event's bytes and the header with its signature, made `age` seconds ago."""
        body = event if isinstance(event, bytes) else json.dumps(event, indent=2).encode()
        header = stripe.WebhookSignature.generate_signature_header(
            body.decode(), secret or self.webhook_secret, int(time.time()) - age
        )
        return body, header

    def send(self, events: Iterable[Event], *, times: int = 1) -> list[int]:
        """Post events to the site, each `times` times; returns the statuses of the responses."""
        return [self.post(*self.sign(event)) for event in events for _ in range(times)]

    def post(self, body: bytes, header: str) -> int:
        """Post a signed event to the site; returns the status of the response."""
        url = urlsplit(self.webhook_url)
        connection = http.client.HTTPConnection(url.netloc, timeout=60)
        headers = {"Stripe-Signature": header, "Content-Type": "application/json", "User-Agent": "Stripe/1.0"}
        try:
            connection.request("POST", url.path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    # Its objects, as it sends them.

    def _begin(self, params: dict[str, str]) -> CardDonation:
        donation = CardDonation(new_id("cs_test"), params, make_donor(next(self._numbers)))
        self.donations[donation.session] = donation
        self.payments[donation.payment] = donation
        return donation

    def report(self, kind: str, obj: Event) -> Event:
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "type": kind,
            "livemode": False,
            "data": {"object": obj},
        }
        self.events.append(event)
        return event

    def _personal_data(self, donation: CardDonation) -> Event:
        donor = donation.donor
        details = {
            "name": donor.name,
            "email": donor.email,
            "phone": None,
            "address": {"country": "DE", "city": "Berlin"},
        }
        return {
            "customer": donor.customer,
            "customer_details": details,
            "billing_details": details,
            "customer_name": donor.name,
            "customer_email": donor.email,
            "receipt_email": donor.email,
            "client_ip": donor.ip,
            "payment_method_details": {"card": {"last4": donor.last4, "number": donor.card, "brand": "visa"}},
        }

    def _session(self, donation: CardDonation) -> Event:
        return {
            **self._personal_data(donation),
            "id": donation.session,
            "object": "checkout.session",
            "mode": donation.params["mode"],
            "payment_status": "paid" if donation.paid else "unpaid",
            "status": "complete" if donation.paid else "open",
            "payment_intent": None if donation.monthly else donation.payment,
            "invoice": donation.invoice,
            "subscription": donation.subscription,
            "amount_total": donation.amount,
            "currency": donation.currency,
            "metadata": metadata_of(donation),
            "url": None if donation.paid else f"{self.url}/pay/{donation.session}",
        }

    def _invoice(self, donation: CardDonation, number: str, reason: str) -> Event:
        details = {"metadata": metadata_of(donation), "subscription": donation.subscription}
        return {
            **self._personal_data(donation),
            "id": number,
            "object": "invoice",
            "billing_reason": reason,
            "amount_paid": donation.amount,
            "amount_due": donation.amount,
            "currency": donation.currency,
            "metadata": {},
            "parent": {"type": "subscription_details", "subscription_details": details},
        }

    def charge_of(self, donation: CardDonation, refunded: int) -> Event:
        return {
            **self._personal_data(donation),
            "id": donation.charge,
            "object": "charge",
            "payment_intent": donation.payment,
            "amount": donation.amount,
            "amount_refunded": refunded,
            "refunded": refunded == donation.amount,
            "currency": donation.currency,
            "metadata": {},
        }

    # What the site requests, and what a donor sees.

    def respond(self, method: str, path: str, fields: dict[str, str], headers: Mapping[str, str]) -> tuple[int, Event]:
        """The response to a request of the site."""
        self.requests.append((f"{method} {path}", fields))
        if self.outage == "silence":
            self._ended.wait(30)
        if isinstance(self.outage, int):
            return self.outage, error_body(self.code)
        if headers.get("Authorization") != f"Bearer {self.secret_key}":
            return 401, error_body("invalid_key")
        if (method, path) == ("POST", "/v1/checkout/sessions"):
            return self._make_session(fields, headers.get("Idempotency-Key") or "")
        if (method, path) == ("GET", "/v1/invoice_payments"):
            donation = self.payments.get(fields["payment[payment_intent]"])
            invoices = [donation.invoice] if donation and donation.invoice else []
            found = [{"id": new_id("inpay"), "object": "invoice_payment", "invoice": it} for it in invoices]
            return 200, {"object": "list", "data": found, "has_more": False, "url": path}
        return 404, error_body("resource_missing")

    def _make_session(self, params: dict[str, str], key: str) -> tuple[int, Event]:
        with self._lock:
            if key in self._responses:
                before, response = self._responses[key]
                return (200, response) if before == params else (400, error_body("idempotency_error"))
            if wrong := unknown_parameter(params):
                return 400, error_body("parameter_unknown") | {"param": wrong}
            if int(params["line_items[0][price_data][unit_amount]"]) < 30:
                return 400, error_body("amount_too_small")
            response = self._session(self._begin(params))
            self._responses[key] = (params, response)
            return 200, response

    def show(self, donation: CardDonation) -> str:
        """The page on which a donor pays."""
        return PAGE.format(
            amount=donation.amount,
            currency=escape(donation.currency),
            often="monthly" if donation.monthly else "once",
            name=escape(donation.params.get("line_items[0][price_data][product_data][name]", "")),
            card=donation.donor.card,
            cancel_url=escape(donation.params["cancel_url"]),
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.handle_any()

            def do_POST(self) -> None:
                self.handle_any()

            def handle_any(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                fields = dict(parse_qsl(parts.query) + parse_qsl(body))
                donation = server.donations.get(parts.path.removeprefix("/pay/"))
                if donation is None:
                    status, response = server.respond(self.command, parts.path, fields, self.headers)
                    self.send_body(status, json.dumps(response), "application/json")
                elif self.command == "GET":
                    self.send_body(200, server.show(donation), "text/html")
                else:
                    events = server.pay(donation)
                    if server.webhook_url and not server.delays_events:
                        server.send(events)
                    self.send_body(303, "", "text/html", donation.params["success_url"])

            def send_body(self, status: int, body: str, kind: str, location: str = "") -> None:
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.send_response(status)
                    self.send_header("Content-Type", f"{kind}; charset=utf-8")
                    self.send_header("Content-Length", str(len(body.encode())))
                    if location:
                        self.send_header("Location", location)
                    self.end_headers()
                    self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Log nothing."""

        return Handler


def metadata_of(donation: CardDonation) -> dict[str, str]:
    """The metadata with which the site tags its payments."""
    return {"donation": donation.params["metadata[donation]"]} if "metadata[donation]" in donation.params else {}


def unknown_parameter(params: Iterable[str]) -> str | None:
    """The first parameter that Stripe would refuse in a request for a session: one that its library does not know."""
    for name in params:
        kind: Any = SessionCreateParams
        for part in re.findall(r"[^\[\]]+", re.sub(r"\[[0-9]+\]", "", name)):
            if part not in kind.__annotations__:
                return name
            nested = re.search(r"SessionCreateParams\w+", str(kind.__annotations__[part]))
            if nested is None:
                break
            kind = getattr(_session_create_params, nested[0])
    return None


def error_body(code: str) -> Event:
    return {"error": {"type": "invalid_request_error", "code": code, "message": f"Refused: {code}"}}


def new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"


def make_donor(n: int) -> Donor:
    """A donor, different for each number."""
    return Donor(
        f"Kvitoslava{n}zz Xylograph{n}qq",
        f"zyxomma.{n}.qwf@marked-donor.example",
        f"{7000 + n % 1000}",
        f"203.0.113.{n % 250 + 1}",
        new_id("cus_qwfpgjluy"),
    )
