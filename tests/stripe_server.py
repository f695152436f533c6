"""A stand-in for Stripe: the part of its HTTP interface that the site uses, its payment page, and its signed messages.

It is full of persons, as Stripe is: whatever it sends holds a donor's name, mail, card digits and address on the net.
"""

import http.client
import itertools
import json
import secrets
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

Message = dict[str, Any]
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Payment</title>
<h1>{amount} {currency} {often}</h1><p>{name}</p>
<form method="post"><label>Card <input name="card" value="{card}"></label><button>Pay</button></form>
<p><a href="{cancel_url}">Back</a></p></html>"""


@dataclass(frozen=True)
class Donor:
    """Somebody who gives, so marked that every trace would be found."""

    name: str
    email: str
    last4: str
    ip: str
    customer: str

    @property
    def traces(self) -> tuple[str, ...]:
        """What must be found nowhere but at Stripe."""
        return (*self.name.split(), self.email.partition("@")[0], self.email, self.card, self.ip, self.customer)

    @property
    def card(self) -> str:
        return f"42424242{self.last4}{self.last4}"


@dataclass
class CardDonation:
    """A payment as Stripe's books have it. A monthly one has a subscription, and an invoice for each month."""

    session: str
    wish: dict[str, str]
    donor: Donor
    payment: str = field(default_factory=lambda: new_id("pi"))
    charge: str = field(default_factory=lambda: new_id("ch"))
    invoice: str | None = None
    subscription: str | None = None
    paid: bool = False

    @property
    def amount(self) -> int:
        return int(self.wish["line_items[0][price_data][unit_amount]"])

    @property
    def currency(self) -> str:
        return self.wish["line_items[0][price_data][currency]"]

    @property
    def monthly(self) -> bool:
        return self.wish["mode"] == "subscription"


class StripeServer:
    """Stripe from `with` to the end of it. What it tells is kept in `told`; `webhook_url` is where it is sent, if set.

    `holds_back` keeps it from telling of what donors pay on its page, until `send` does.
    `trouble` makes it answer with that status, or not at all where it is "silence"; `code` is the error's code then.
    """

    def __init__(self) -> None:
        self.secret_key = f"sk_test_{secrets.token_hex(16)}"
        self.webhook_secret = f"whsec_{secrets.token_hex(16)}"
        self.webhook_url = ""
        self.holds_back = False
        self.gifts: dict[str, CardDonation] = {}
        self.payments: dict[str, CardDonation] = {}
        self.told: list[Message] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.trouble: int | str | None = None
        self.code = "api_error"
        self._numbers = itertools.count(1)
        self._answers: dict[str, tuple[dict[str, str], Message]] = {}
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
        self._server.shutdown()
        self._server.server_close()

    @property
    def settings(self) -> dict[str, str]:
        """What the site's environment needs."""
        return {
            "STRIPE_SECRET_KEY": self.secret_key,
            "STRIPE_WEBHOOK_SECRET": self.webhook_secret,
            "STRIPE_API_URL": self.url,
        }

    # What happens at Stripe; each gives the messages that it sends.

    def begin(
        self, *, amount: int = 1000, currency: str = "eur", monthly: bool = False, mark: bool = True
    ) -> CardDonation:
        """A payment page as the site would have it made."""
        price = "line_items[0][price_data]"
        wish = {"mode": "subscription" if monthly else "payment", "success_url": "/", "cancel_url": "/"}
        wish |= {f"{price}[currency]": currency, f"{price}[unit_amount]": str(amount)}
        return self._begin(wish | ({"metadata[donation]": "1"} if mark else {}))

    def pay(self, gift: CardDonation) -> list[Message]:
        gift.paid = True
        messages = [
            self._message(
                "payment_intent.succeeded", {**self._person(gift), "id": gift.payment, "object": "payment_intent"}
            ),
            self._message("charge.succeeded", self._charge(gift, 0)),
        ]
        if gift.monthly:
            gift.subscription, gift.invoice = new_id("sub"), new_id("in")
            messages.append(self._message("invoice.paid", self._invoice(gift, gift.invoice, "subscription_create")))
        return [*messages, self._message("checkout.session.completed", self._session(gift))]

    def pay_later(self, gift: CardDonation) -> tuple[Message, Message]:
        """A payment that takes days: the page is done, and later the money is there."""
        done = self._message("checkout.session.completed", self._session(gift))
        gift.paid = True
        return done, self._message("checkout.session.async_payment_succeeded", self._session(gift))

    def renew(self, gift: CardDonation) -> tuple[Message, CardDonation]:
        """Another month: the message, and the payment of that month."""
        month = CardDonation(
            gift.session, gift.wish, gift.donor, invoice=new_id("in"), subscription=gift.subscription, paid=True
        )
        self.payments[month.payment] = month
        return self._message("invoice.paid", self._invoice(month, str(month.invoice), "subscription_cycle")), month

    def refund(self, gift: CardDonation, amount: int) -> Message:
        """So much of a payment has been given back in all."""
        return self._message("charge.refunded", self._charge(gift, amount))

    def fail(self, gift: CardDonation, reason: str = "subscription_cycle") -> Message:
        return self._message("invoice.payment_failed", self._invoice(gift, new_id("in"), reason))

    def end(self, gift: CardDonation) -> Message:
        price = {"id": new_id("price"), "unit_amount": gift.amount, "currency": gift.currency}
        thing = {
            "id": gift.subscription,
            "object": "subscription",
            "currency": gift.currency,
            "customer": gift.donor.customer,
            "metadata": mark_of(gift),
            "items": {"object": "list", "data": [{"quantity": 1, "price": price}]},
        }
        return self._message("customer.subscription.deleted", thing)

    # How it tells.

    def sign(self, message: Message | bytes, *, age: int = 0, secret: str | None = None) -> tuple[bytes, str]:
        """A message's bytes and the header with its signature, made `age` seconds ago."""
        body = message if isinstance(message, bytes) else json.dumps(message, indent=2).encode()
        header = stripe.WebhookSignature.generate_signature_header(
            body.decode(), secret or self.webhook_secret, int(time.time()) - age
        )
        return body, header

    def send(self, messages: Iterable[Message], *, times: int = 1) -> list[int]:
        """Post messages to the site, each so many times; the statuses of the answers."""
        return [self.post(*self.sign(message)) for message in messages for _ in range(times)]

    def post(self, body: bytes, header: str) -> int:
        """Post what was signed to the site; the status of the answer."""
        address = urlsplit(self.webhook_url)
        connection = http.client.HTTPConnection(address.netloc, timeout=60)
        headers = {"Stripe-Signature": header, "Content-Type": "application/json", "User-Agent": "Stripe/1.0"}
        try:
            connection.request("POST", address.path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    # Its books, as it writes them.

    def _begin(self, wish: dict[str, str]) -> CardDonation:
        gift = CardDonation(new_id("cs_test"), wish, make_donor(next(self._numbers)))
        self.gifts[gift.session] = gift
        self.payments[gift.payment] = gift
        return gift

    def _message(self, kind: str, thing: Message) -> Message:
        message = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "type": kind,
            "livemode": False,
            "data": {"object": thing},
        }
        self.told.append(message)
        return message

    def _person(self, gift: CardDonation) -> Message:
        donor = gift.donor
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

    def _session(self, gift: CardDonation) -> Message:
        return {
            **self._person(gift),
            "id": gift.session,
            "object": "checkout.session",
            "mode": gift.wish["mode"],
            "payment_status": "paid" if gift.paid else "unpaid",
            "status": "complete" if gift.paid else "open",
            "payment_intent": None if gift.monthly else gift.payment,
            "invoice": gift.invoice,
            "subscription": gift.subscription,
            "amount_total": gift.amount,
            "currency": gift.currency,
            "metadata": mark_of(gift),
            "url": None if gift.paid else f"{self.url}/pay/{gift.session}",
        }

    def _invoice(self, gift: CardDonation, number: str, reason: str) -> Message:
        details = {"metadata": mark_of(gift), "subscription": gift.subscription}
        return {
            **self._person(gift),
            "id": number,
            "object": "invoice",
            "billing_reason": reason,
            "amount_paid": gift.amount,
            "amount_due": gift.amount,
            "currency": gift.currency,
            "metadata": {},
            "parent": {"type": "subscription_details", "subscription_details": details},
        }

    def _charge(self, gift: CardDonation, refunded: int) -> Message:
        return {
            **self._person(gift),
            "id": gift.charge,
            "object": "charge",
            "payment_intent": gift.payment,
            "amount": gift.amount,
            "amount_refunded": refunded,
            "refunded": refunded == gift.amount,
            "currency": gift.currency,
            "metadata": {},
        }

    # What the site asks, and what a donor sees.

    def answer(self, method: str, path: str, fields: dict[str, str], headers: Mapping[str, str]) -> tuple[int, Message]:
        """The answer to what the site asks."""
        self.asked.append((f"{method} {path}", fields))
        if self.trouble == "silence":
            self._ended.wait(30)
        if isinstance(self.trouble, int):
            return self.trouble, failure(self.code)
        if headers.get("Authorization") != f"Bearer {self.secret_key}":
            return 401, failure("invalid_key")
        if (method, path) == ("POST", "/v1/checkout/sessions"):
            return self._make_session(fields, headers.get("Idempotency-Key") or "")
        if (method, path) == ("GET", "/v1/invoice_payments"):
            gift = self.payments.get(fields["payment[payment_intent]"])
            invoices = [gift.invoice] if gift and gift.invoice else []
            found = [{"id": new_id("inpay"), "object": "invoice_payment", "invoice": it} for it in invoices]
            return 200, {"object": "list", "data": found, "has_more": False, "url": path}
        return 404, failure("resource_missing")

    def _make_session(self, wish: dict[str, str], key: str) -> tuple[int, Message]:
        with self._lock:
            if key in self._answers:
                before, answer = self._answers[key]
                return (200, answer) if before == wish else (400, failure("idempotency_error"))
            if int(wish["line_items[0][price_data][unit_amount]"]) < 30:
                return 400, failure("amount_too_small")
            answer = self._session(self._begin(wish))
            self._answers[key] = (wish, answer)
            return 200, answer

    def show(self, gift: CardDonation) -> str:
        """The page on which a donor pays."""
        return PAGE.format(
            amount=gift.amount,
            currency=escape(gift.currency),
            often="monthly" if gift.monthly else "once",
            name=escape(gift.wish.get("line_items[0][price_data][product_data][name]", "")),
            card=gift.donor.card,
            cancel_url=escape(gift.wish["cancel_url"]),
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
                gift = server.gifts.get(parts.path.removeprefix("/pay/"))
                if gift is None:
                    status, answer = server.answer(self.command, parts.path, fields, self.headers)
                    self.say(status, json.dumps(answer), "application/json")
                elif self.command == "GET":
                    self.say(200, server.show(gift), "text/html")
                else:
                    messages = server.pay(gift)
                    if server.webhook_url and not server.holds_back:
                        server.send(messages)
                    self.say(303, "", "text/html", gift.wish["success_url"])

            def say(self, status: int, body: str, kind: str, location: str = "") -> None:
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.send_response(status)
                    self.send_header("Content-Type", f"{kind}; charset=utf-8")
                    self.send_header("Content-Length", str(len(body.encode())))
                    if location:
                        self.send_header("Location", location)
                    self.end_headers()
                    self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is written down."""

        return Handler


def mark_of(gift: CardDonation) -> dict[str, str]:
    """What the site wrote on a payment, so that it knows it again."""
    return {"donation": gift.wish["metadata[donation]"]} if "metadata[donation]" in gift.wish else {}


def failure(code: str) -> Message:
    return {"error": {"type": "invalid_request_error", "code": code, "message": f"Refused: {code}"}}


def new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"


def make_donor(n: int) -> Donor:
    """A donor, another for each number."""
    return Donor(
        f"Kvitoslava{n}zz Xylograph{n}qq",
        f"zyxomma.{n}.qwf@marked-donor.example",
        f"{7000 + n % 1000}",
        f"203.0.113.{n % 250 + 1}",
        new_id("cus_qwfpgjluy"),
    )
