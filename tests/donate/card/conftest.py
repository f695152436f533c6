"""The site with a Stripe of our own."""

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import make_client
from tests.stripe_server import StripeServer
from wzo.config import Settings


@pytest.fixture
def stripe() -> Iterator[StripeServer]:
    with StripeServer() as server:
        yield server


@pytest.fixture
def giving_app(app: Flask, settings: Settings, stripe: StripeServer, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, with keys for Stripe."""
    with_keys = {name.lower(): value for name, value in stripe.settings.items()}
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, **with_keys))
    return app


@pytest.fixture
def giver(giving_app: Flask) -> FlaskClient:
    """The browser of somebody who gives."""
    return make_client(giving_app)
