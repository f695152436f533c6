"""What goes wrong is logged by type and place; what somebody typed is not, whatever goes wrong."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.config import Config
from sqlalchemy import text

from tests.petition.signing import sign
from wzo.extensions import db
from wzo.logs import DiscreetLogger
from wzo.petition import actions, queries
from wzo.tracebacks import describe_error

# What somebody types, and where it comes from.
NAME, EMAIL, HOST = "Zyxomma Petiolatum", "zyxomma@example.org", "203.0.113.77"
MARKS = ("Zyxomma", "zyxomma", HOST, "MarkedAgent")


def fail(**fields: object) -> None:
    raise ValueError(f"It cannot be done: {fields}")


def fail_twice(**fields: object) -> None:
    try:
        fail(**fields)
    except ValueError as error:
        raise RuntimeError(str(error)) from error


def fail_in_the_database(**fields: object) -> None:
    db.session.execute(text("INSERT INTO nowhere (name) VALUES (:name)"), {"name": NAME})


@pytest.fixture
def logger() -> DiscreetLogger:
    logger = DiscreetLogger(Config())
    logger.error_log.propagate = True
    return logger


@pytest.mark.usefixtures("petition")
@pytest.mark.parametrize("failure", [fail, fail_twice])
def test_a_failed_request_leaves_no_trace_of_who_sent_it(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, failure: object
) -> None:
    monkeypatch.setattr(actions, "submit_signature", failure)
    client.environ_base |= {"REMOTE_ADDR": HOST, "HTTP_USER_AGENT": "MarkedAgent/1.0"}
    assert sign(client, name=NAME, email=EMAIL).status_code == 500
    assert "Unexpected failure in petition.sign: " in caplog.text
    assert "in submit_signature" not in caplog.text
    assert "in sign" in caplog.text
    assert [mark for mark in MARKS if mark in caplog.text] == []


@pytest.mark.usefixtures("petition")
def test_nor_does_a_failed_statement(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "submit_signature", fail_in_the_database)
    assert sign(client, name=NAME, email=EMAIL).status_code in (500, 503)
    assert caplog.records
    assert [mark for mark in MARKS if mark in caplog.text] == []


def test_a_failure_on_the_confirmation_page_does_not_log_the_code(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "find_signature_by_code", lambda code: fail(code=code))
    assert client.post("/c/7K3QM9XW2PHT").status_code == 500
    assert "petition.confirm" in caplog.text
    assert "7K3Q" not in caplog.text


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("Error handling request %s", ("/c/7K3QM9XW2PHT",)),
        ("Error handling request (no URI read)", ()),
        (OSError(NAME), ()),
    ],
)
def test_the_server_does_not_tell_what_was_asked(
    logger: DiscreetLogger, caplog: pytest.LogCaptureFixture, message: object, arguments: tuple[str, ...]
) -> None:
    try:
        fail(name=NAME)
    except ValueError:
        logger.exception(message, *arguments)
    assert "ValueError" in caplog.text
    assert "in fail" in caplog.text
    assert [mark for mark in (*MARKS, "7K3Q") if mark in caplog.text] == []


def test_the_server_does_not_tell_who_sent_a_bad_request(
    logger: DiscreetLogger, caplog: pytest.LogCaptureFixture
) -> None:
    logger.warning("Invalid request from ip=%s: %s", HOST, NAME)
    assert caplog.text == ""
    logger.warning("A worker was slow.")
    assert "A worker was slow." in caplog.text


def test_an_error_is_described_by_its_type_and_place() -> None:
    try:
        fail_twice(name=NAME)
    except RuntimeError as error:
        told = describe_error(error)
    assert told.startswith("RuntimeError\n")
    assert "test_logs.py" in told
    assert "Zyxomma" not in told
