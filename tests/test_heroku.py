"""Heroku: two web dynos, two workers, disks that are empty at each start. `make heroku-drill` plays more of it."""

from pathlib import Path

import pytest

from bench.heroku import play
from tests.conftest import own_database


@pytest.mark.slow
@pytest.mark.browser  # Needs no Chromium, but real processes, which are as slow.
@pytest.mark.one_database
def test_it_loses_nothing_when_all_dynos_start_anew(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with own_database("postgresql", request, tmp_path) as url:
        play(tmp_path, url, full=False)
