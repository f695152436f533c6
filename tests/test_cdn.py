"""Behind nginx as a cache, with the configuration that we offer: pages are cached, and gone soon once taken down."""

import http.client
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.running_site import RunningSite, free_port, wait_for
from wzo.config import ROOT
from wzo.content_version import bump_content_version
from wzo.extensions import db
from wzo.publication import State
from wzo.stories.models import Story, StoryText

pytestmark = [
    pytest.mark.browser,  # Needs no Chromium, but real processes, which are as slow.
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]
RECIPES = ROOT / "deploy" / "nginx"
STORY, PANEL = "/en/stories/outcasts-1/", "/admin/sign-in/"
# Seconds, as promised.
GONE_WITHIN = 60


@dataclass
class Cache:
    """nginx in front of a site."""

    site: RunningSite
    port: int

    def ask(self, path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Host": f"127.0.0.1:{self.site.port}", **headers})
        response = connection.getresponse()
        response.read()
        connection.close()
        return response


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    port = free_port()
    with RunningSite() as site:
        # What it includes is looked for beside it.
        shutil.copytree(RECIPES, tmp_path, dirs_exist_ok=True)
        recipe = (RECIPES / "cache.conf").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{site.port}")
        recipe = recipe.replace("127.0.0.1:8080", f"127.0.0.1:{port}")
        file = tmp_path / "nginx.conf"
        # As root, its worker processes would belong to a user who may not open the folder.
        file.write_text(("user root;\n" if os.geteuid() == 0 else "") + recipe)
        nginx = subprocess.Popen(["nginx", "-p", str(tmp_path), "-c", str(file), "-g", "daemon off;"])
        cache = Cache(site, port)
        try:
            wait_for("nginx", lambda: is_up(cache))
            yield cache
        finally:
            nginx.send_signal(signal.SIGTERM)
            nginx.wait(20)


def is_up(cache: Cache) -> bool:
    try:
        return cache.ask("/healthz").status == 200
    except OSError:
        return False


def take_down(site: RunningSite, slug: str) -> None:
    with site.writing():
        story = select(Story.id).where(Story.slug == slug).scalar_subquery()
        db.session.execute(update(StoryText).where(StoryText.story_id == story).values(state=State.UNPUBLISHED))
        bump_content_version()
        db.session.commit()


def test_it_is_gone_behind_a_cache_within_a_minute(cache: Cache) -> None:
    assert cache.ask(STORY).status == 200
    os.killpg(cache.site.processes["web"].pid, signal.SIGSTOP)
    try:
        assert cache.ask(STORY).status == 200, "the site was asked"
    finally:
        os.killpg(cache.site.processes["web"].pid, signal.SIGCONT)
    take_down(cache.site, "outcasts-1")
    wait_for("the end of the cached page", lambda: cache.ask(STORY).status == 410, GONE_WITHIN)


def test_it_caches_nothing_personal_and_keeps_apart_what_differs(cache: Cache) -> None:
    for _ in range(2):
        page = cache.ask("/en/stories/")
        assert "Set-Cookie" not in page.headers
        assert "Content-Encoding" not in page.headers
        assert cache.ask("/en/stories/", **{"Accept-Encoding": "br"}).headers["Content-Encoding"] == "br"
        fragment = cache.ask("/en/stories/", **{"HX-Request-Type": "partial"})
        assert int(fragment.headers["Content-Length"]) < int(page.headers["Content-Length"])
        assert cache.ask(PANEL).headers["Cache-Control"] == "no-store"
        assert cache.ask("/en/nope/").status == 404
