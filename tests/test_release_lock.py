"""The lock of the release: two at once, in processes of their own, on an empty database."""

import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.prefork import Prefork


@pytest.mark.slow
def test_it_lets_one_release_at_a_time_work(empty_database_url: str, tmp_path: Path, prefork: Prefork) -> None:
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": empty_database_url, "INSTANCE_PATH": str(tmp_path)}
    logs = [tmp_path / "one.log", tmp_path / "other.log"]
    with logs[0].open("wb") as one, logs[1].open("wb") as other:
        together = [prefork.start("flask --app wzo release", environ, log) for log in (one, other)]
    codes = [process.wait(300) for process in together]
    printed = [log.read_text() for log in logs]
    assert codes == [0, 0], printed
    assert sorted("items added" in one for one in printed) == [False, True], printed
    engine = create_engine(empty_database_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM petitions")) == 1
    engine.dispose()
