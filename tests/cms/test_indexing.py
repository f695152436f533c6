"""The search index follows the content, however it is written, and holds only what is live."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update

from tests.factories import FactFactory, StoryFactory
from wzo.cms.indexing import index_missing, rebuild, reindex, unindex
from wzo.content_version import content_version
from wzo.extensions import db, write_transaction
from wzo.facts.models import FactText
from wzo.publication import State
from wzo.search.analysis import parse_query
from wzo.search.models import SearchDocument, SearchWord
from wzo.search.queries import find_documents
from wzo.social_cards import SocialCard
from wzo.stories.content_types import STORIES
from wzo.stories.models import Story, StoryText
from wzo.team.models import Member


def hits(question: str) -> int:
    found = find_documents(parse_query(question))
    return len({document for documents in found.values() for document in documents})


def indexed_words() -> set[str]:
    return set(db.session.scalars(select(SearchWord.word)))


def snapshot() -> list[list[object]]:
    tables = ("search_documents", "search_words", "search_index")
    return [
        sorted(map(tuple, db.session.execute(text(f"SELECT * FROM {table}"))), key=str)  # type: ignore[misc]
        for table in tables
    ]


@pytest.fixture
def story(app: Flask) -> Story:
    story: Story = StoryFactory(slug="zyxomma")
    return story


def test_it_indexes_a_published_story(story: Story) -> None:
    assert hits("zyxomma") == 2
    assert "zyxomma" in indexed_words()


def test_it_follows_a_change(story: Story) -> None:
    before = content_version()
    with write_transaction():
        text = db.session.get_one(StoryText, (story.id, "ru"))
        text.title, text.body = "Стрекоза", "Над *прудом* летала стрекоза."
    assert (hits("zyxomma"), hits("стрекозы"), hits("пруды")) == (1, 1, 1)
    assert content_version() != before


def test_it_removes_an_unpublished_story(story: Story) -> None:
    with write_transaction():
        for language in ("ru", "en"):
            db.session.get_one(StoryText, (story.id, language)).state = State.UNPUBLISHED
    assert hits("zyxomma") == 0
    assert indexed_words() == set()


def test_it_removes_a_deleted_story(story: Story) -> None:
    with write_transaction():
        db.session.delete(db.session.get_one(Story, story.id))
    assert snapshot() == [[], [], []]


def test_it_keeps_a_word_that_another_text_uses(story: Story) -> None:
    other = StoryFactory(slug="zyxomma-again")
    with write_transaction():
        db.session.delete(db.session.get_one(Story, other.id))
    assert "zyxomma" in indexed_words()
    assert "again" not in indexed_words()


def test_it_ignores_a_change_that_was_rolled_back(story: Story) -> None:
    before = snapshot()
    db.session.get_one(StoryText, (story.id, "ru")).title = "Стрекоза"
    db.session.flush()
    db.session.rollback()
    db.session.commit()
    assert snapshot() == before


def test_it_indexes_facts_and_figures(app: Flask) -> None:
    fact = FactFactory(texts__summary="dragonflies were there.", texts__source="A count")
    assert hits("474 dragonflies count") == 2
    with write_transaction():
        db.session.get_one(FactText, (fact.id, "en")).figure = "475"
    assert (hits("474"), hits("475")) == (1, 1)


def test_it_deletes_the_social_card_of_an_unpublished_story(story: Story) -> None:
    with write_transaction():
        for language in ("ru", "en"):
            key = f"/{language}/stories/zyxomma/card.png"
            db.session.add(SocialCard(key=key, fingerprint="", png=b"PNG"))
    with write_transaction():
        db.session.get_one(StoryText, (story.id, "en")).state = State.UNPUBLISHED
    assert db.session.scalars(select(SocialCard.key)).all() == ["/ru/stories/zyxomma/card.png"]


def test_it_indexes_what_is_missing_at_a_release(story: Story) -> None:
    other = StoryFactory(slug="dragonfly")
    with write_transaction():
        db.session.execute(delete(SearchDocument).where(SearchDocument.object_id == story.id))
    index_missing()
    assert (hits("zyxomma"), hits("dragonfly")) == (2, 2)
    assert other.id


def test_it_notices_bulk_changes_of_the_orm(story: Story) -> None:
    before = content_version()
    with write_transaction():
        db.session.execute(update(StoryText).values(title="Other"))
    assert content_version() != before


def test_it_indexes_again_what_an_earlier_version_has_indexed(story: Story) -> None:
    now = snapshot()
    with write_transaction():
        # As version 1.0.0 left it: other stems, and no number.
        db.session.execute(update(SearchDocument).values(analysis_version=0))
        db.session.execute(update(SearchWord).values(stem="old"))
        db.session.execute(text("DELETE FROM search_index"))
    index_missing()
    assert [row[1:] for rows in snapshot()[1:2] for row in rows] == [row[1:] for rows in now[1:2] for row in rows]
    assert hits("zyxomma") == 2
    before = content_version()
    index_missing()
    assert content_version() == before


def test_it_indexes_pages_and_people_but_no_text_without_a_page_of_its_own(app: Flask, content: None) -> None:
    indexed = select(SearchDocument.content_type, SearchDocument.title).where(SearchDocument.language == "en")
    found = {(row.content_type, row.title) for row in db.session.execute(indexed)}
    assert {("team", "Yana Teplitskaya"), ("pages", "What we keep about you")} <= found
    assert {title for key, title in found if key == "pages"} == {"About the group", "What we keep about you"}
    with write_transaction():
        db.session.execute(delete(Member).where(Member.slug == "yana-teplitskaya"))
    assert hits("teplitskaya") == 0


def test_it_reindexes_on_request_and_can_be_rebuilt(story: Story) -> None:
    with write_transaction():
        db.session.execute(update(StoryText).values(title="Dragonfly"))
        reindex(STORIES, [story.id])
    assert (hits("zyxomma"), hits("dragonflies")) == (0, 2)
    before = snapshot()
    with write_transaction():
        unindex(STORIES, [story.id])
    assert snapshot() == [[], [], []]
    assert rebuild() == 2
    assert [len(rows) for rows in snapshot()] == [len(rows) for rows in before]


def test_it_leaves_nothing_behind_after_a_bulk_delete(story: Story) -> None:
    with write_transaction():
        db.session.execute(delete(Story))
    assert db.session.scalars(select(SearchDocument)).all() == []
    assert hits("zyxomma") == 0
