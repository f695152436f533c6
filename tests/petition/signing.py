"""Signing a petition, step by step."""

import re
import secrets
from collections.abc import Mapping
from datetime import date
from email.message import EmailMessage
from typing import Any

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from wzo.codes import parse_code
from wzo.crypto import seal
from wzo.extensions import db
from wzo.petition.actions import confirm_signature
from wzo.petition.models import Petition, Signature, SignatureCount, SignatureDay, SignatureState
from wzo.petition.pending import find_by_code

ANNA = {"name": "Анна Ахматова", "email": "anna@example.org", "country": "RU"}


def sign(
    client: FlaskClient,
    lang: str = "en",
    headers: Mapping[str, str] | None = None,
    network: str = "127.0.0.1",
    **fields: Any,
) -> TestResponse:
    """Send the form from a network; fields that are not given are Anna's."""
    return client.post(
        f"/{lang}/petition/mothers/sign",
        data={**ANNA, **fields},
        headers=headers or {},
        environ_overrides={"REMOTE_ADDR": network},
    )


def confirm_named(client: FlaskClient, email: EmailMessage, name: str = ANNA["name"], **fields: Any) -> TestResponse:
    """Confirm a signature whose name is to be public, as its owner does after having seen it."""
    return client.post(link(email, "c"), data={"name": name, "show_name": "y", **fields})


def link(email: EmailMessage, kind: str) -> str:
    """The path in an e-mail that confirms (c), withdraws (w) or says "not me" (n)."""
    found = re.search(rf"http://127\.0\.0\.1:8000(/{kind}/\S+)", text(email))
    assert found, text(email)
    return found[1]


def add_confirmed(petition: Petition, day: date, number: int = 1, name: str = "Anna") -> list[int]:
    """Add signatures confirmed on a day, sealed and counted as the site does; returns their ids."""
    public_key = current_app.extensions["settings"].signature_public_key
    signed = {
        "name": name,
        "email": f"{name}@example.org",
        "country": "RU",
        "wants_news": False,
        "language": "en",
    }
    signatures = [
        Signature(
            id=secrets.randbits(63),
            petition_id=petition.id,
            state=SignatureState.CONFIRMED,
            email_hash=secrets.token_bytes(32),
            link_hash=secrets.token_bytes(32),
            code_hash=secrets.token_bytes(32),
            link_ciphertext=secrets.token_bytes(66),
            sealed=seal(public_key, {**signed, "signed_on": day.isoformat()}),
            signed_on=day,
            confirmed_on=day,
        )
        for _ in range(number)
    ]
    db.session.add_all(signatures)
    shard = db.session.get(SignatureCount, (petition.id, 0)) or SignatureCount(petition_id=petition.id, shard=0)
    shard.confirmed = (shard.confirmed or 0) + number
    db.session.add(shard)
    key = {"petition_id": petition.id, "day": day, "shard": 0}
    of_day = db.session.get(SignatureDay, key) or SignatureDay(**key)
    of_day.confirmed = (of_day.confirmed or 0) + number
    db.session.add(of_day)
    ids = [signature.id for signature in signatures]
    db.session.commit()
    return ids


def code(email: EmailMessage) -> str:
    """The code in an e-mail."""
    found = re.search(r"^([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$", text(email), re.M)
    assert found, text(email)
    return found[1]


def text(email: EmailMessage) -> str:
    body = email.get_body()
    assert body is not None
    return str(body.get_content())


def confirm(code: str) -> None:
    """Confirm a signature of the petition by its code."""
    petition_id = db.session.scalars(select(Petition.id).where(Petition.slug == "mothers")).one()
    found = find_by_code(parse_code(code) or "", petition_id)
    assert found
    confirm_signature(found)


def count(client: FlaskClient) -> int:
    """The public count."""
    return int(client.get("/petition/mothers/count.json").get_json()["signatures"])
