"""A web process imports a heavy library when it first needs it, and most never do."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import TypeAlias

import pytest

from tests.conftest import Installation
from wzo.config import ROOT

# By the name to import. `flask_migrate` stands for Alembic and Mako, `wzo.seed.loading` for the commands.
HEAVY = {
    *"PIL alembic cryptography flask_migrate mako pygments rapidfuzz requests resvg_py stripe webauthn".split(),
    *"wzo.commands wzo.seed.loading wzo.worker".split(),
}
# Opens paths; gives their statuses, and the names of the modules that the process has loaded.
OpenPages: TypeAlias = Callable[..., tuple[list[int], set[str]]]
OPEN_PAGES = """
import json, sys
import wzo
client = wzo.create_web_app().test_client()
statuses = [client.get(path).status_code for path in sys.argv[1:]]
json.dump([statuses, sorted(sys.modules)], sys.stdout)
"""


@pytest.fixture
def open_pages(installation: Installation) -> OpenPages:
    """A function that opens paths in a new web process."""
    settings = installation.settings
    environ = {"DATABASE_URL": settings.database_url, "INSTANCE_PATH": str(settings.instance_path)}

    def open_(*paths: str) -> tuple[list[int], set[str]]:
        ended = subprocess.run(
            [sys.executable, "-c", OPEN_PAGES, *paths],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environ},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        statuses, modules = json.loads(ended.stdout)
        return statuses, set(modules)

    return open_


@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_shows_public_pages_without_what_they_do_not_need(
    open_pages: OpenPages,
) -> None:
    statuses, modules = open_pages(
        "/ru/", "/en/", "/en/stories/", "/en/donate/", "/en/petition/", "/healthz", "/en/none"
    )
    assert statuses == [200, 200, 200, 200, 200, 200, 404]
    assert modules & HEAVY == set()


@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_loads_them_when_they_are_needed(open_pages: OpenPages) -> None:
    statuses, modules = open_pages("/en/card.png", "/admin/sign-in/")
    assert statuses == [200, 200]
    assert {"PIL", "resvg_py", "webauthn"} <= modules
