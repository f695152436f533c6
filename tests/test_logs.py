"""Failures are logged by type and location, and never with what somebody typed."""

import json
import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.petition.signing import sign
from wzo.extensions import db
from wzo.logs import DiscreetFormatter, JsonFormatter
from wzo.petition import actions, link_views
from wzo.petition.tokens import generate_link
from wzo.tracebacks import database_state, describe_error

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


def log_plainly(log: logging.Logger) -> None:
    log.warning("The mail server refused an e-mail (%s).", "554 5.7.1")


def log_described(log: logging.Logger) -> None:
    try:
        fail_twice(name=NAME)
    except RuntimeError as error:
        log.error("%s failed: %s", "signature", describe_error(error))


def log_exception(log: logging.Logger) -> None:
    try:
        fail(name=NAME)
    except ValueError:
        log.exception("The content could not be watched.")


def log_database_error(log: logging.Logger) -> None:
    try:
        fail_in_the_database()
    except Exception as error:
        db.session.rollback()
        log.error("%s failed: %s", "signature", describe_error(error), extra=database_state(error))


def log_text_of_an_error(log: logging.Logger) -> None:
    try:
        fail(name=NAME)
    except ValueError:
        log.error("Application callable raised an exception\n%s", traceback.format_exc())


@pytest.mark.parametrize(
    ("write", "message", "place"),
    [
        (log_plainly, "The mail server refused an e-mail (554 5.7.1).", ""),
        (log_described, "signature failed: RuntimeError", "in fail_twice"),
        (log_exception, "The content could not be watched. ValueError", "in fail"),
        (log_database_error, "signature failed: ", "in fail_in_the_database"),
        (log_text_of_an_error, "Application callable raised an exception", "in fail"),
    ],
)
def test_it_writes_lines_of_json_without_a_value(
    app: Flask, caplog: pytest.LogCaptureFixture, write: Callable[[logging.Logger], None], message: str, place: str
) -> None:
    write(logging.getLogger("wzo.test"))
    record = caplog.records[-1]
    text_ = JsonFormatter().format(record)
    line = json.loads(text_)
    assert "\n" not in text_
    assert line["message"].startswith(message)
    assert (line["level"], line["logger"]) == (record.levelname, "wzo.test")
    assert abs(datetime.now(UTC) - datetime.fromisoformat(line["time"])).total_seconds() < 3600
    assert any(place in it for it in line.get("traceback", [""]))
    assert [trace for trace in TRACES if trace in text_] == []


def test_it_names_the_sqlstate_of_an_error_of_the_database(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    log_database_error(logging.getLogger("wzo.test"))
    line = json.loads(JsonFormatter().format(caplog.records[-1]))
    # Undefined table.
    assert line["sqlstate"] == ("42P01" if db.engine.dialect.name == "postgresql" else "SQLITE_ERROR")
    log_plainly(logging.getLogger("wzo.test"))
    assert "sqlstate" not in json.loads(JsonFormatter().format(caplog.records[-1]))


def test_it_writes_the_sqlstate_of_a_failed_request(
    client: FlaskClient, petition: object, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "submit_signature", fail_in_the_database)
    sign(client)
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    assert [line for line in lines if line.get("sqlstate") in ("42P01", "SQLITE_ERROR")]
