"""Changes of the content are seen, and pages outlive the database, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from tests.factories import StoryFactory
from tests.page_cache.conftest import Reader
from wzo.cms import publishing
from wzo.cms.content_types import registry
from wzo.content_version import ContentVersion
from wzo.extensions import db
from wzo.page_cache.middleware import PageCache
from wzo.stories.models import StoryText

pytestmark = pytest.mark.usefixtures("content")
HOME, STORIES, PETITION = "/en/", "/en/stories/", "/en/petition/mothers/"
START = datetime(2026, 11, 20, 12, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def start() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def test_it_shows_a_change_at_once(reader: Reader) -> None:
    reader.get(STORIES)
    StoryFactory(texts__title="Zyxomma")
    db.session.commit()
    assert "Zyxomma" in reader.get(STORIES).text


def test_it_shows_a_change_on_another_server_once_it_has_looked(reader: Reader, cache: PageCache) -> None:
    reader.get(STORIES)
    # A change of another server is seen in the database alone.
    text = db.session.query(StoryText).filter_by(language="en").first()
    with db.engine.begin() as connection:
        connection.execute(update(StoryText).where(StoryText.title == text.title).values(title="Zyxomma"))
        connection.execute(update(ContentVersion).values(version=1))
    cache.watcher.check_once()
    assert "Zyxomma" in reader.get(STORIES).text


@pytest.mark.slow
def test_it_takes_a_story_down_everywhere(reader: Reader, cache: PageCache) -> None:
    slug = "zyxomma"
    story = StoryFactory(slug=slug, texts__title="Zyxomma")
    db.session.commit()
    paths = [
        f"/en/stories/{slug}/",
        f"/en/stories/{slug}/print/",
        f"/en/stories/{slug}/offline.html",
        STORIES,
        "/en/feed.xml",
    ]
    cache.watcher.check_once()
    folder = cache.disk.folder
    assert all("Zyxomma" in reader.get(path).text for path in paths)
    publishing.unpublish(content_type=registry["stories"], object_id=story.id, languages=["en"])
    assert ["Zyxomma" in reader.get(path).text for path in paths] == [False] * len(paths)
    cache.watcher.check_once()
    assert folder
    assert not folder.exists()


def test_it_renders_everything_again_after_an_outage(cache: PageCache) -> None:
    changes: list[int] = []
    cache.watcher.on_change = changes.append
    cache.watcher.check_once()
    assert changes == []
    cache.watcher.has_failed = True
    cache.watcher.check_once()
    assert changes == [cache.watcher.version]


def test_it_shows_an_older_page_while_the_database_is_down(
    reader: Reader, cache: PageCache, start: time_machine.Traveller
) -> None:
    usual = {path: reader.get(path).data for path in (HOME, PETITION, f"{STORIES}?theme=violence")}
    cache.watcher.has_failed = True
    start.move_to(START + timedelta(days=2))
    before = len(reader.rendered)
    assert {path: reader.get(path).data for path in usual} == usual
    assert len(reader.rendered) == before
