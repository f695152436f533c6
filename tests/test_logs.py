"""Failures are logged by type and location, and never with what somebody typed."""

import logging
import traceback

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.config import Config
from sqlalchemy import text

from tests.petition.signing import sign
from wzo.extensions import db
from wzo.logs import DiscreetFormatter, DiscreetLogger
from wzo.petition import actions, link_views
from wzo.petition.tokens import generate_link
from wzo.tracebacks import describe_error

# What a visitor types, and their address.
NAME, EMAIL, HOST = "Zyxomma Petiolatum", "zyxomma@example.org", "203.0.113.77"
TRACES = ("Zyxomma", "zyxomma", HOST, "MarkedAgent")


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
def test_it_logs_nothing_about_the_sender_of_a_failed_request(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, failure: object
) -> None:
    monkeypatch.setattr(actions, "submit_signature", failure)
    client.environ_base |= {"REMOTE_ADDR": HOST, "HTTP_USER_AGENT": "MarkedAgent/1.0"}
    assert sign(client, name=NAME, email=EMAIL).status_code == 500
    assert "Unexpected failure in petition.sign: " in caplog.text
    assert "in submit_signature" not in caplog.text
    assert "in sign" in caplog.text
    assert [trace for trace in TRACES if trace in caplog.text] == []


@pytest.mark.usefixtures("petition")
def test_it_logs_no_values_of_a_failed_statement(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "submit_signature", fail_in_the_database)
    assert sign(client, name=NAME, email=EMAIL).status_code in (500, 503)
    assert caplog.records
    assert [trace for trace in TRACES if trace in caplog.text] == []


def test_it_logs_no_link_from_a_failed_confirmation_page(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_views, "find_by_link", lambda link: fail(link=link))
    link = generate_link()
    assert client.post(f"/c/{link}").status_code == 500
    assert "petition.confirm" in caplog.text
    assert link not in caplog.text


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("Error handling request %s", ("/c/7K3QM9XW2PHT",)),
        ("Error handling request (no URI read)", ()),
        (OSError(NAME), ()),
    ],
)
def test_it_hides_requests_in_the_servers_log(
    logger: DiscreetLogger, caplog: pytest.LogCaptureFixture, message: object, arguments: tuple[str, ...]
) -> None:
    try:
        fail(name=NAME)
    except ValueError:
        logger.exception(message, *arguments)
    assert "ValueError" in caplog.text
    assert "in fail" in caplog.text
    assert [trace for trace in (*TRACES, "7K3Q") if trace in caplog.text] == []


def test_it_hides_the_sender_of_a_bad_request(logger: DiscreetLogger, caplog: pytest.LogCaptureFixture) -> None:
    logger.warning("Invalid request from ip=%s: %s", HOST, NAME)
    assert caplog.text == ""
    logger.warning("A worker was slow.")
    assert "A worker was slow." in caplog.text


def test_it_describes_an_error_by_type_and_location() -> None:
    try:
        fail_twice(name=NAME)
    except RuntimeError as error:
        logged = describe_error(error)
    assert logged.startswith("RuntimeError\n")
    assert "test_logs.py" in logged
    assert "Zyxomma" not in logged


def test_it_hides_the_text_of_an_error_in_granians_log(caplog: pytest.LogCaptureFixture) -> None:
    try:
        fail(name=NAME)
    except ValueError:
        logging.getLogger("_granian").error("Application callable raised an exception\n%s", traceback.format_exc())
    logged = DiscreetFormatter("[%(levelname)s] %(message)s").format(caplog.records[-1])
    assert NAME in caplog.text
    first, *locations = logged.splitlines()
    assert first == "[ERROR] Application callable raised an exception"
    assert "in fail" in locations[-1]
    assert "Zyxomma" not in logged
