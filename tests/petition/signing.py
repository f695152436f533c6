"""The steps of a signer, for the tests of the petition."""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ANNA = {"name": "Анна Ахматова", "email": "anna@example.org", "country": "RU"}


def sign(
    client: FlaskClient, lang: str = "en", headers: Mapping[str, str] | None = None, **fields: Any
) -> TestResponse:
    """Send the form; what is not named is Anna's."""
    return client.post(f"/{lang}/petition/mothers/sign", data={**ANNA, **fields}, headers=headers or {})


def link(letter: EmailMessage, kind: str) -> str:
    """The path in a letter that confirms (c), withdraws (w) or says "not me" (n)."""
    found = re.search(rf"http://127\.0\.0\.1:8000(/{kind}/\S+)", text(letter))
    assert found, text(letter)
    return found[1]


def code(letter: EmailMessage) -> str:
    """The code in a letter."""
    found = re.search(r"^([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$", text(letter), re.M)
    assert found, text(letter)
    return found[1]


def text(letter: EmailMessage) -> str:
    body = letter.get_body()
    assert body is not None
    return str(body.get_content())


def count(client: FlaskClient) -> int:
    """The public count."""
    return int(client.get("/petition/mothers/count.json").get_json()["signatures"])
