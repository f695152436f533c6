"""The trash: what may be moved there, restored and erased."""

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.admin.editing.edit_page import STORIES, STORY_PATH, EditPage, id_of, in_days, post
from tests.cms.objects import create_draft, types
from tests.conftest import SignIn, make_client
from tests.factories import SeriesFactory, StoryFactory
from tests.times import at
from wzo.cms import draft_links, drafts, live_fields, publishing, scheduling, trash
from wzo.cms.content_types import registry
from wzo.cms.models import ContentItem, DraftLink, DraftState, Revision
from wzo.cms.queries import get_draft_states
from wzo.cms.revisions import DoesNotExist
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.petition.models import Petition, SignatureCount
from wzo.publication import Redirect
from wzo.stories.models import Story


@pytest.mark.slow
def test_it_restores_an_object(page: EditPage, client: FlaskClient) -> None:
    page.press("publish:ru en")
    post(page, "move-to-trash")
    assert client.get(STORY_PATH).status_code == 410
    assert client.get(page.path).status_code == 404
    assert "Mothers and children" in client.get("/admin/trash/").text
    assert "Mothers and children" not in client.get("/admin/stories/").text
    post(page, "restore")
    assert page.open().value("ru.body") == "Первый абзац."
    page.press("publish:ru en")
    assert client.get(STORY_PATH).status_code == 200


def test_it_erases_objects_after_thirty_days(page: EditPage, app: Flask) -> None:
    object_id = id_of(page)
    post(page, "move-to-trash")
    trash.prune()
    assert db.session.get(Story, object_id) is not None
    with time_machine.travel(in_days(31), tick=False):
        trash.prune()
    db.session.rollback()
    assert db.session.get(Story, object_id) is None
    assert get_draft_states(STORIES, object_id) == {}


def test_it_puts_objects_out_of_reach(page: EditPage) -> None:
    post(page, "move-to-trash")
    with pytest.raises(DoesNotExist):
        publishing.publish(content_type=STORIES, object_id=id_of(page), languages=["ru"], author_id=1)
    assert page.press("publish:ru en").status_code == 404
    assert trash.restore(content_type=STORIES, object_id=id_of(page)) == []
    with pytest.raises(DoesNotExist):
        trash.restore(content_type=STORIES, object_id=id_of(page))


def test_it_refuses_to_let_a_writer_trash_a_scheduled_story(page: EditPage, sign_in: SignIn, app: Flask) -> None:
    page.fill({"day": "2030-01-01"}).press("schedule:ru en")
    writer = make_client(app)
    sign_in(writer, "writer")
    post(EditPage(writer, page.path).open(), "move-to-trash")
    assert db.session.get_one(ContentItem, {"content_type": "stories", "object_id": id_of(page)}).deleted_at is None


@pytest.mark.slow
def test_it_refuses_to_trash_a_singleton(content: None, page: EditPage, client: FlaskClient) -> None:
    token = page.value("csrf_token")
    client.post("/admin/home/bulk", data={"csrf_token": token, "do": "move-to-trash", "chosen": "1"})
    assert (
        db.session.scalars(
            select(ContentItem).where(ContentItem.content_type == "home", ContentItem.deleted_at.is_not(None))
        ).all()
        == []
    )


@pytest.mark.slow
def test_it_refuses_to_trash_a_signed_petition(page: EditPage, client: FlaskClient, petition: Petition) -> None:
    db.session.add(SignatureCount(petition_id=petition.id, shard=0, confirmed=0))
    db.session.commit()
    post(EditPage(client, f"/admin/petitions/{petition.id}/").open(), "move-to-trash")
    assert client.get(f"/admin/petitions/{petition.id}/").status_code == 200


NOON = "2026-11-24 12:00Z"
DAY = 24 * 60 * 60
MONTH = 30 * DAY
THEMES = registry["themes"]


@pytest.fixture
def story(app: Flask, content: None) -> int:
    """A story that is ready to be published."""
    return create_draft(STORIES)


def publish(object_id: int, *languages: str) -> None:
    publishing.publish(content_type=STORIES, object_id=object_id, languages=languages or ("ru", "en"), author_id=1)


def move_to_trash(object_id: int, *, may_publish: bool = True) -> None:
    trash.move_to_trash(content_type=STORIES, object_id=object_id, author_id=1, may_publish=may_publish)


def exists(object_id: int) -> bool:
    db.session.rollback()
    return db.session.get(Story, object_id) is not None


def count(model: type[DraftState] | type[Revision] | type[DraftLink], object_id: int, key: str = "stories") -> int:
    of_object = (model.content_type == key, model.object_id == object_id)
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*of_object)) or 0


@pytest.mark.parametrize(("seconds", "remaining"), [(MONTH, True), (MONTH + 1, False)])
def test_it_can_be_restored_for_thirty_days(story: int, seconds: int, remaining: bool) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        move_to_trash(story)
        clock.shift(seconds)
        trash.prune()
        assert exists(story) is remaining
        if remaining:
            trash.restore(content_type=STORIES, object_id=story)
            clock.shift(MONTH)
            trash.prune()
            assert exists(story)


@pytest.mark.parametrize("languages", [(), ("ru",), ("en",), LANGUAGES])
def test_it_says_in_which_languages_it_was_live(story: int, languages: tuple[str, ...]) -> None:
    if languages:
        publish(story, *languages)
    move_to_trash(story)
    assert trash.restore(content_type=STORIES, object_id=story) == [*languages]
    assert live_fields.get_live_languages(STORIES, story) == []
    # The languages in which it was live are returned once.
    move_to_trash(story)
    assert trash.restore(content_type=STORIES, object_id=story) == []


@pytest.mark.slow
def test_it_shows_in_the_panel_what_was_live(client: FlaskClient, sign_in: SignIn, story: int) -> None:
    publish(story)
    sign_in(client, "publisher")
    page = EditPage(client, f"/admin/stories/{story}/").open()
    post(page, "move-to-trash")
    post(page, "restore")
    shown = client.get(page.path).text.replace("\xa0", " ")
    assert "It was live in Russian and English" in shown


def test_it_lets_a_writer_move_only_what_is_not_live(story: int) -> None:
    publish(story, "en")
    with pytest.raises(trash.NotAllowed):
        move_to_trash(story, may_publish=False)
    assert live_fields.get_live_languages(STORIES, story) == ["en"]
    publishing.unpublish(content_type=STORIES, object_id=story, languages=["en"])
    scheduling.schedule(content_type=STORIES, object_id=story, languages=["ru"], at=at(4_000_000_000), author_id=1)
    with pytest.raises(trash.NotAllowed):
        move_to_trash(story, may_publish=False)
    scheduling.unschedule(content_type=STORIES, object_id=story, languages=["ru"])
    move_to_trash(story, may_publish=False)


def test_it_publishes_nothing_scheduled_from_the_bin(story: int) -> None:
    scheduling.schedule(content_type=STORIES, object_id=story, languages=["ru"], at=at(2_000_000_000), author_id=1)
    move_to_trash(story)
    with time_machine.travel(2_000_000_001, tick=False):
        assert scheduling.publish_due() == 0


def test_it_deletes_or_detaches_what_refers_to_it(story: int) -> None:
    series = SeriesFactory(slug="row")
    part = StoryFactory(slug="part", series_id=series.id, part=3)
    with time_machine.travel(NOON, tick=False) as clock:
        trash.move_to_trash(content_type=registry["series"], object_id=series.id, author_id=1, may_publish=True)
        clock.shift(MONTH + 1)
        trash.prune()
    db.session.rollback()
    remaining = db.session.get_one(Story, part.id)
    assert (remaining.series_id, remaining.part) == (None, None)


@pytest.mark.slow
@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("key", types())
def test_it_leaves_nothing_of_any_content_type(app: Flask, key: str) -> None:
    content_type = registry[key]
    object_id = create_draft(content_type)
    if content_type.singleton:
        with pytest.raises(trash.InUse):
            trash.move_to_trash(content_type=content_type, object_id=object_id, author_id=1, may_publish=True)
        return
    publishing.publish(content_type=content_type, object_id=object_id, languages=list(LANGUAGES), author_id=1)
    draft_links.create_draft_link(
        content_type=content_type, object_id=object_id, language="en", reader="", days=30, author_id=1
    )
    db.session.add(Redirect(content_type=key, slug="former", object_id=object_id))
    db.session.commit()
    others = {
        other.key: [row.id for row in db.session.execute(select(other.model.id).where(other.model.id != object_id))]
        for other in registry.values()
    }
    with time_machine.travel(NOON, tick=False) as clock:
        trash.move_to_trash(content_type=content_type, object_id=object_id, author_id=1, may_publish=True)
        assert trash.restore(content_type=content_type, object_id=object_id) == [*LANGUAGES]
        trash.move_to_trash(content_type=content_type, object_id=object_id, author_id=1, may_publish=True)
        clock.shift(MONTH + 1)
        trash.prune()
    db.session.rollback()
    assert db.session.get(content_type.model, object_id) is None
    texts = select(func.count()).select_from(content_type.text).where(content_type.owner_column == object_id)
    assert db.session.scalar(texts) == 0
    assert [count(model, object_id, key) for model in (DraftState, Revision, DraftLink)] == [0, 0, 0]
    assert db.session.get(ContentItem, {"content_type": key, "object_id": object_id}) is None
    assert db.session.get(Redirect, {"content_type": key, "slug": "former"}) is None
    for other in registry.values():
        kept = db.session.scalars(select(other.model.id).where(other.model.id.in_(others[other.key])))
        assert sorted(kept) == sorted(others[other.key]), other.key


@pytest.mark.parametrize(("seconds", "remaining"), [(2 * DAY, 3), (2 * DAY + 1, 1)])
def test_it_stores_every_save_of_an_edit_session_for_two_days(app: Flask, seconds: int, remaining: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        object_id = drafts.create(content_type=THEMES, author_id=1)
        for text in ("One", "Two", "Three"):
            drafts.save(
                content_type=THEMES,
                object_id=object_id,
                values={"en": {"title": text}},
                base_revision_ids=get_bases(object_id),
                edit_session="s",
                author_id=1,
            )
        clock.shift(seconds)
        trash.prune()
        saves = select(func.count()).where(Revision.object_id == object_id, Revision.edit_session == "s")
        db.session.rollback()
        assert db.session.scalar(saves) == remaining


def get_bases(object_id: int) -> dict[str, int]:
    return {locale: state.latest_revision_id or 0 for locale, state in get_draft_states(THEMES, object_id).items()}


@pytest.mark.parametrize(("seconds", "remaining"), [(37 * DAY, 1), (37 * DAY + 1, 0)])
def test_it_stores_an_expired_link_for_a_month(story: int, seconds: int, remaining: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        draft_links.create_draft_link(
            content_type=STORIES, object_id=story, language="en", reader="", days=7, author_id=1
        )
        clock.shift(seconds)
        trash.prune()
        assert count(DraftLink, story) == remaining
