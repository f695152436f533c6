"""Tokens that are accepted once."""

from flask import Flask
from sqlalchemy import select

from wzo.accounts.models import RateLimit
from wzo.accounts.used_tokens import use_once
from wzo.extensions import db, write_transaction


def test_it_uses_a_token_once(app: Flask) -> None:
    with write_transaction():
        assert use_once(b"token")
    with write_transaction():
        assert not use_once(b"token")
        assert use_once(b"another")
    db.session.rollback()
    assert b"token" not in db.session.scalars(select(RateLimit.key)).all()
