"""The pages on disk reveal neither who reads nor who has signed."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import CapturedEmails, RunWorker
from tests.page_cache.conftest import Reader
from tests.petition.signing import confirm_named, sign
from wzo.page_cache.memory import Key
from wzo.page_cache.middleware import PageCache
from wzo.petition import intervals

HOST = "127.0.0.1:8000"
PETITION = "/en/petition/mothers/"


def files(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.usefixtures("content")
def test_it_writes_nothing_when_a_page_is_read(reader: Reader, cache: PageCache) -> None:
    before = files(cache.disk.root)
    assert before
    for path in ("/en/", "/en/stories/", PETITION, "/en/stories/?q=prison", "/en/nope/"):
        for _ in range(2):
            reader.get(path)
    assert files(cache.disk.root) == before


@pytest.mark.usefixtures("petition")
def test_it_stores_no_names_of_signers(
    reader: Reader,
    cache: PageCache,
    client: FlaskClient,
    run_worker: RunWorker,
    emails: CapturedEmails,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intervals, "COUNT_INTERVAL", 0)
    sign(client, name="Zyxomma Publica")
    run_worker()
    confirm_named(client, emails.last(), "Zyxomma Publica")
    assert b"Zyxomma Publica" in reader.get(PETITION).data
    policy = cache.renderer.policy(Key(PETITION, "", HOST, is_partial=False))
    assert policy
    page, _ = cache.renderer.render(Key(PETITION, "", HOST, is_partial=False), policy, for_disk=True)
    assert page
    assert b"Zyxomma" not in page.body()
