"""A version replaces another and is rolled back while people read and sign: `make upgrade-drill`, small."""

import shutil
from pathlib import Path

import pytest

from bench.upgrade import SIZES, drill
from tests.conftest import own_database


@pytest.mark.slow
@pytest.mark.browser  # Needs no Chromium, but real processes, which are as slow.
@pytest.mark.one_database
@pytest.mark.skipif(not shutil.which("nginx") or not shutil.which("curl"), reason="nginx or curl is not installed")
def test_it_loses_nothing_and_shows_no_error(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with own_database("postgresql", request, tmp_path) as url:
        result = drill(tmp_path, url, SIZES["small"])
    assert result.is_good, result
    assert result.acknowledged > 0
