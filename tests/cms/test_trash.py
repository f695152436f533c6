"""The trash: what may be moved there, restored and erased."""

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import STORIES, STORY_PATH, EditPage, id_of, in_days, post
from tests.conftest import SignIn, make_client
from wzo.cms import publishing, trash
from wzo.cms.models import ContentItem
from wzo.cms.queries import get_draft_states
from wzo.cms.revisions import DoesNotExist
from wzo.extensions import db
from wzo.petition.models import Petition, SignatureCount
from wzo.stories.models import Story


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


def test_it_refuses_to_trash_a_singleton(content: None, page: EditPage, client: FlaskClient) -> None:
    token = page.value("csrf_token")
    client.post("/admin/home/bulk", data={"csrf_token": token, "do": "move-to-trash", "chosen": "1"})
    assert (
        db.session.scalars(
            select(ContentItem).where(ContentItem.content_type == "home", ContentItem.deleted_at.is_not(None))
        ).all()
        == []
    )


def test_it_refuses_to_trash_a_signed_petition(page: EditPage, client: FlaskClient, petition: Petition) -> None:
    db.session.add(SignatureCount(petition_id=petition.id, shard=0, confirmed=0))
    db.session.commit()
    post(EditPage(client, f"/admin/petitions/{petition.id}/").open(), "move-to-trash")
    assert client.get(f"/admin/petitions/{petition.id}/").status_code == 200
