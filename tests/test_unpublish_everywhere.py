"""One click takes a story out of everybody's sight, whichever process answers, whatever it remembered."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.factories import UserFactory
from tests.running_site import RunningSite, wait_for
from wzo.cms import drafts, publishing
from wzo.cms.content_types import registry
from wzo.cms.models import SHARED

pytestmark = pytest.mark.browser  # Not for Chromium, but as slow: real processes.

# So often a place is asked, that both web processes answer.
TIMES = 6
MARK = "Zyxomma"
WORDS = {
    SHARED: {"notice": "none", "consent": "nobody", "slug": "zyxomma", "themes": "1", "countries": "1"},
    "ru": {"title": f"{MARK} за решёткой", "summary": f"{MARK} кратко.", "body": f"{MARK} в тексте."},
    "en": {"title": f"{MARK} behind bars", "summary": f"{MARK} in short.", "body": f"{MARK} in the text."},
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


def test_it_is_gone_everywhere_in_both_processes(site: RunningSite) -> None:
    story = registry["stories"]
    with site.inside():
        editor = UserFactory(role="publisher")
        number = drafts.create(content_type=story, author_id=editor.id)
        drafts.save(content_type=story, object_id=number, values=WORDS, bases={}, edit_session="s", author_id=editor.id)
        publishing.publish(content_type=story, object_id=number, languages=["ru", "en"], author_id=editor.id)
    own = [f"/{language}/stories/zyxomma/{name}" for language in ("ru", "en") for name in OWN]
    lists = [path.format(language=language) for language in ("ru", "en") for path in LISTS]
    shown = {path for path in lists if answers(site, path, tells_of_it) == {True}}
    assert len(shown) >= len(lists) - 2, set(lists) - shown
    assert [path for path in own if answers(site, path, status) != {200}] == []
    with site.inside():
        assert publishing.unpublish(content_type=story, object_id=number, languages=["ru", "en"]) == ["ru", "en"]
    wait_for("the end of all copies", lambda: answers(site, own[0], status) == {410})
    assert [path for path in own if answers(site, path, status) != {410}] == []
    assert [path for path in own if answers(site, path, names_it) != {False}] == []
    assert [path for path in lists if answers(site, path, tells_of_it) != {False}] == []


def answers(site: RunningSite, path: str, ask: Callable[[RunningSite, str], object]) -> set[object]:
    return {ask(site, path) for _ in range(TIMES)}


def status(site: RunningSite, path: str) -> int:
    return site.ask(path).status


def names_it(site: RunningSite, path: str) -> bool:
    return MARK.encode() in site.ask(path).body


def tells_of_it(site: RunningSite, path: str) -> bool:
    answer = site.ask(path)
    # What was asked for stands in the field of the search.
    body = re.sub(rb'value="zyxomma"|q=zyxomma', b"", answer.body)
    return re.search(rb"zyxomma/|Zyxomma", body) is not None
