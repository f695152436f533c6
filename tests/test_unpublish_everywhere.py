"""Unpublishing removes a story at once, whichever process responds and whatever it has cached."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.factories import UserFactory
from tests.running_site import RunningSite, wait_for
from wzo.cms import drafts, publishing
from wzo.cms.content_types import registry
from wzo.cms.models import SHARED

pytestmark = pytest.mark.browser  # Needs no Chromium, but real processes, which are as slow.

# Requests per URL, enough to reach both web processes.
TIMES = 6
MARKER = "Zyxomma"
FIELDS = {
    SHARED: {"notice": "none", "consent": "nobody", "slug": "zyxomma", "themes": "1", "countries": "1"},
    "ru": {"title": f"{MARKER} за решёткой", "summary": f"{MARKER} кратко.", "body": f"{MARKER} в тексте."},
    "en": {"title": f"{MARKER} behind bars", "summary": f"{MARKER} in short.", "body": f"{MARKER} in the text."},
}
OWN = ("", "card.png", "print/", "offline.html")
LISTS = (
    "/{language}/",
    "/{language}/stories/",
    "/{language}/stories/?q=zyxomma",
    "/{language}/stories/?theme=motherhood",
    "/{language}/themes/motherhood/",
    "/{language}/feed.xml",
    "/{language}/themes/motherhood/feed.xml",
    "/sitemap-1.xml",
)


@pytest.fixture
def site(empty_database_url: str) -> Iterator[RunningSite]:
    with RunningSite(empty_database_url) as site:
        yield site


def test_it_removes_a_story_everywhere_in_both_processes(site: RunningSite) -> None:
    story = registry["stories"]
    with site.writing():
        editor = UserFactory(role="publisher")
        object_id = drafts.create(content_type=story, author_id=editor.id)
        drafts.save(
            content_type=story,
            object_id=object_id,
            values=FIELDS,
            base_revision_ids={},
            edit_session="s",
            author_id=editor.id,
        )
        publishing.publish(content_type=story, object_id=object_id, languages=["ru", "en"], author_id=editor.id)
    own = [f"/{language}/stories/zyxomma/{name}" for language in ("ru", "en") for name in OWN]
    lists = [path.format(language=language) for language in ("ru", "en") for path in LISTS]
    shown = {path for path in lists if results(site, path, mentions_it) == {True}}
    assert len(shown) >= len(lists) - 2, set(lists) - shown
    assert [path for path in own if results(site, path, status) != {200}] == []
    with site.inside():
        assert publishing.unpublish(content_type=story, object_id=object_id, languages=["ru", "en"]) == ["ru", "en"]
    wait_for("the end of all copies", lambda: results(site, own[0], status) == {410})
    assert [path for path in own if results(site, path, status) != {410}] == []
    assert [path for path in own if results(site, path, contains_it) != {False}] == []
    assert [path for path in lists if results(site, path, mentions_it) != {False}] == []


def results(site: RunningSite, path: str, ask: Callable[[RunningSite, str], object]) -> set[object]:
    return {ask(site, path) for _ in range(TIMES)}


def status(site: RunningSite, path: str) -> int:
    return site.ask(path).status


def contains_it(site: RunningSite, path: str) -> bool:
    return MARKER.encode() in site.ask(path).body


def mentions_it(site: RunningSite, path: str) -> bool:
    response = site.ask(path)
    # The query itself appears in the search field.
    body = re.sub(rb'value="zyxomma"|q=zyxomma', b"", response.body)
    return re.search(rb"zyxomma/|Zyxomma", body) is not None
