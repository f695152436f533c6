"""Erasing what has expired."""

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.admin.editors import Editor
from wzo.accounts.models import RecoveryCode, UserSession
from wzo.extensions import db


@pytest.mark.slow
def test_it_erases_expired_rows(app: Flask, anna: Editor, annas_client: FlaskClient) -> None:
    from wzo.worker import CLEANUP_TASKS

    with time_machine.travel("2036-11-24 12:00", tick=False):
        for task in CLEANUP_TASKS:
            task()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 10
