"""The worker's backup: once a night, at a random time, and as soon as possible if a night was missed."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from tests.media.samples import small
from wzo import create_app
from wzo.backup import nightly
from wzo.backup.nightly import EARLIEST, INTERVAL, WINDOW, NightlyBackup
from wzo.backup.stores import BackupStore
from wzo.config import Settings
from wzo.media import actions as media
from wzo.media.renditions import MASTER
from wzo.media.store import store
from wzo.petition.models import Petition

MIDNIGHT = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
def backups(petition: Petition, settings: Settings, tmp_path: Path) -> Iterator[BackupStore]:
    """The folder where the backups of a site are put, of two days."""
    app = create_app(dataclasses.replace(settings, backup_url=(tmp_path / "backups").as_uri(), backup_keep=2))
    with app.app_context():
        yield BackupStore((tmp_path / "backups").as_uri())


@pytest.mark.slow
def test_it_makes_one_backup_a_night(backups: BackupStore) -> None:
    worker, other = NightlyBackup(), NightlyBackup()
    with time_machine.travel(MIDNIGHT, tick=False) as clock:
        for day in range(3):
            made = len(backups.all())
            for minutes in range(0, 24 * 60, 20):
                clock.move_to(MIDNIGHT + timedelta(days=day, minutes=minutes))
                for each in (worker, other, *([NightlyBackup()] if minutes % 360 == 0 else [])):
                    assert each.step() == INTERVAL
                if timedelta(minutes=minutes) < EARLIEST:
                    assert len(backups.all()) == made
            newest = backups.all()[0].created_at
            assert timedelta(days=day) + EARLIEST <= newest - MIDNIGHT <= timedelta(days=day, minutes=20) + LATEST
    assert len(backups.all()) == 2
    assert len({it.created_at.date() for it in backups.all()}) == 2


LATEST = EARLIEST + WINDOW


@pytest.mark.slow
def test_it_makes_up_for_a_night_without_a_worker(backups: BackupStore) -> None:
    with time_machine.travel(MIDNIGHT + timedelta(hours=15), tick=False):
        NightlyBackup().step()
        assert len(backups.all()) == 1


@pytest.mark.slow
def test_it_warns_of_content_that_is_missing(backups: BackupStore, caplog: pytest.LogCaptureFixture) -> None:
    lost = media.add_picture(data=small(), name="window.jpg", editor_id=None)
    store().delete(f"{lost.key}/{MASTER}")
    with time_machine.travel(MIDNIGHT + timedelta(hours=15), tick=False):
        NightlyBackup().step()
    assert len(backups.all()) == 1
    assert "The backup lacks the content of 1 pictures" in caplog.text


@pytest.mark.slow
def test_it_tries_again_in_an_hour(app: Flask, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.write_text("in the way")
    with (
        create_app(dataclasses.replace(settings, backup_url=folder.as_uri())).app_context(),
        time_machine.travel(MIDNIGHT + timedelta(hours=15), tick=False) as clock,
    ):
        worker = NightlyBackup()
        worker.step()
        folder.unlink()
        for minutes, number in ((0, 0), (55, 0), (10, 1)):
            clock.shift(minutes * 60)
            worker.step()
            assert len(BackupStore(folder.as_uri()).all()) == number


def test_it_does_not_begin_again_and_again(backups: BackupStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody has thought of costs one attempt an hour, not one a second."""
    attempts = []
    monkeypatch.setattr(nightly, "back_up_to_store", lambda *_, **__: attempts.append(1) or 1 / 0)
    with time_machine.travel(MIDNIGHT + timedelta(hours=15), tick=False):
        worker = NightlyBackup()
        with pytest.raises(ZeroDivisionError):
            worker.step()
        for _ in range(5):
            worker.step()
    assert len(attempts) == 1


def test_it_comes_at_another_time_each_night() -> None:
    assert len({NightlyBackup().delay for _ in range(20)}) > 10
    assert timedelta(hours=6) > nightly.WINDOW
