"""The site with a local Stripe server."""

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
def stripe_app(app: Flask, settings: Settings, stripe: StripeServer, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with keys for Stripe."""
    with_keys = {name.lower(): value for name, value in stripe.settings.items()}
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, **with_keys))
    return app


@pytest.fixture
def donor(stripe_app: Flask) -> FlaskClient:
    """A donor's browser."""
    return make_client(stripe_app)
