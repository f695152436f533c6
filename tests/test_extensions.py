"""Connections to the database that end while they are idle."""

import pytest
from flask import Flask
from sqlalchemy import text

from wzo.extensions import db


@pytest.mark.parametrize("end", ["the server", "the client"])
def test_it_replaces_a_connection_that_has_ended(app: Flask, end: str) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server that could end a connection")
    engine = db.engine
    engine.dispose()
    with engine.connect() as connection:
        number = connection.scalar(text("SELECT pg_backend_pid()"))
        driver_connection = connection.connection.driver_connection
    if end == "the client":
        driver_connection.close()
    else:
        # From outside the pool, which hands out the idle connection again.
        with engine.pool._creator() as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != number
