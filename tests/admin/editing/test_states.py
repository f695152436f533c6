"""Where things stand, and how they go from one state to another: schedules, staleness, trash, links, lists."""

import re
import time

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.panel import COMPLETE, EditPage, begin, post
from tests.conftest import SignIn, make_client
from wzo.cms import publishing, trash
from wzo.cms.content_types import registry
from wzo.cms.lists import find, get_items
from wzo.cms.models import SHARED
from wzo.cms.queries import LOCALES, get_draft, get_draft_states
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.stories.models import Story

ADDRESS = "/ru/stories/mothers-and-children/"
STORIES = registry["stories"]


@pytest.fixture
def page(client: FlaskClient, sign_in: SignIn) -> EditPage:
    """A complete draft of a story, open before a publisher."""
    sign_in(client, "publisher")
    page = begin(client).fill(COMPLETE)
    page.press()
    return page.open()


def id_of(page: EditPage) -> int:
    return int(page.path.rstrip("/").rsplit("/", 1)[1])


def stale(page: EditPage) -> list[str]:
    db.session.rollback()
    items = get_items(STORIES, ids=[id_of(page)])
    return [code for code, one in items[0].statuses.items() if one.stale]


def test_it_publishes_by_itself_when_the_hour_comes(page: EditPage, client: FlaskClient) -> None:
    page.open().fill({"day": "2030-03-08", "hour": "09:30"}).press("schedule:ru en")
    assert publishing.publish_due() == 0
    assert client.get(ADDRESS).status_code == 404
    with time_machine.travel("2030-03-08 09:29:59Z", tick=False):
        assert publishing.publish_due() == 0
    with time_machine.travel("2030-03-08 09:30:01Z", tick=False):
        assert publishing.publish_due() == 2
        assert publishing.publish_due() == 0
    assert client.get(ADDRESS).status_code == 200
    assert client.get(ADDRESS.replace("/ru/", "/en/")).status_code == 200


def test_it_schedules_what_was_written_then(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-03-08", "hour": "09:30"}).press("schedule:ru")
    page.open().fill({"ru.body": "Позже."}).press()
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        publishing.publish_due()
    assert "Первый абзац" in client.get(ADDRESS).text
    assert page.open().value("ru.body") == "Позже."


def test_it_tells_why_it_could_not_go_live(page: EditPage, client: FlaskClient) -> None:
    page.fill({"shared.slug": "taken", "day": "2030-03-08"}).press("schedule:ru")
    other = begin(client).fill({**COMPLETE, "shared.slug": "taken"})
    assert other.press("publish:ru en").status_code == 303
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        assert publishing.publish_due() == 0
        assert publishing.publish_due() == 0
    assert [item.id for item in find("failed")] == [id_of(page)]
    assert "could not go live" in client.get("/admin/").text


def test_it_refuses_a_past_hour_and_keeps_the_text(page: EditPage, client: FlaskClient) -> None:
    answer = page.fill({"ru.body": "Новое.", "day": "2020-01-01"}).press("schedule:ru en")
    assert answer.status_code == 303
    assert "within the next five years" in client.get(page.path).text.replace("\xa0", " ")
    assert page.open().value("ru.body") == "Новое."


def test_it_can_be_kept_from_going_live(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-03-08"}).press("schedule:ru en")
    post(page, "unschedule")
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        assert publishing.publish_due() == 0
    assert client.get(ADDRESS).status_code == 404


def test_it_marks_the_other_language_when_one_goes_on(page: EditPage) -> None:
    page.press("publish:ru en")
    assert stale(page) == []
    page.open().fill({"ru.body": "Второй абзац."}).press()
    assert stale(page) == []
    page.open().press("publish:ru")
    assert stale(page) == ["en"]
    assert re.search("<del>Первый\\s*</del><ins>Второй\\s*</ins>", page.open().text)
    assert [item.id for item in find("stale")] == [id_of(page)]


def test_a_small_change_to_a_text_that_is_behind_leaves_it_behind(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Второй абзац."}).press("publish:ru")
    page.open().fill({"en.title": "Mothers"}).press("publish:en")
    assert "en" in stale(page)


def test_taking_the_changes_over_brings_both_in_step(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Второй абзац."}).press("publish:ru")
    page.open().fill({"en.body": "The second paragraph."})
    page.fields["translation_is_current"] = ["1"]
    page.press("publish:en")
    assert stale(page) == []


def test_saying_that_nothing_needs_changing_brings_both_in_step(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Первый абзац!"}).press("publish:ru")
    post(page, "mark-translation-current", language="en")
    assert stale(page) == []


def test_it_gives_back_what_was_thrown_away(page: EditPage, client: FlaskClient) -> None:
    page.press("publish:ru en")
    post(page, "move-to-trash")
    assert client.get(ADDRESS).status_code == 410
    assert client.get(page.path).status_code == 404
    assert "Mothers and children" in client.get("/admin/trash/").text
    assert "Mothers and children" not in client.get("/admin/stories/").text
    post(page, "restore")
    assert page.open().value("ru.body") == "Первый абзац."
    page.press("publish:ru en")
    assert client.get(ADDRESS).status_code == 200


def test_it_erases_what_lay_in_the_trash_for_thirty_days(page: EditPage, app: Flask) -> None:
    object_id = id_of(page)
    post(page, "move-to-trash")
    trash.prune()
    assert db.session.get(Story, object_id) is not None
    with time_machine.travel(in_days(31), tick=False):
        trash.prune()
    db.session.rollback()
    assert db.session.get(Story, object_id) is None
    assert get_draft_states(STORIES, object_id) == {}


def in_days(days: int) -> float:
    return time.time() + days * 24 * 60 * 60


def test_it_shows_a_draft_to_whoever_has_the_link(page: EditPage, client: FlaskClient, app: Flask) -> None:
    assert post(page, "links/", language="en", days="7", reader="The lawyer").status_code == 303
    link = re.search(r'class="copyable">http://127.0.0.1:8000(/draft/[^<]+)<', page.open().text)
    assert "/draft/" not in page.open().text
    assert link
    stranger = make_client(app)
    shown = stranger.get(link[1])
    assert shown.status_code == 200
    assert "The first paragraph" in shown.text
    assert "noindex" in shown.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in shown.headers
    with time_machine.travel(in_days(8), tick=False):
        assert stranger.get(link[1]).status_code == 410
    number = re.search(r"links/(\d+)/revoke", page.open().text)
    assert number
    post(page, f"links/{number[1]}/revoke")
    assert stranger.get(link[1]).status_code == 410


def test_a_preview_leaves_nothing_behind(page: EditPage, client: FlaskClient) -> None:
    before = client.get("/ru/stories/").text
    client.get(page.path + "preview/ru/")
    assert client.get("/ru/stories/").text == before
    assert client.get(ADDRESS).status_code == 404


def test_it_moves_things_in_their_order(client: FlaskClient, sign_in: SignIn, content: None) -> None:
    sign_in(client, "publisher")
    ids = [item.id for item in get_items(registry["themes"], limit=None)]
    page = EditPage(client, f"/admin/themes/{ids[2]}/").open()
    post(page, "move", step="-1")
    db.session.rollback()
    assert [item.id for item in get_items(registry["themes"], limit=None)] == [ids[0], ids[2], ids[1]]
    public = client.get("/en/").text
    titles = [get_draft(registry["themes"], one).fields["en"]["title"] for one in (ids[0], ids[2], ids[1])]
    places = [public.index(title.split()[0]) for title in titles]
    assert places == sorted(places)


def test_every_kind_survives_a_round_through_the_panel(
    client: FlaskClient, sign_in: SignIn, content: None, app: Flask
) -> None:
    """What is published unchanged is byte for byte what was there."""
    sign_in(client, "publisher")
    for content_type in registry.values():
        items = get_items(content_type, limit=None)
        if not items and not content_type.singleton:
            continue
        object_id = items[0].id
        before = {locale: get_draft(content_type, object_id).fields[locale] for locale in LOCALES}
        page = EditPage(client, f"/admin/{content_type.key}/{object_id}/").open()
        if content_type.sensitive:
            page.fill({"shared.consent": "nobody"})
        answer = page.press("publish:ru en")
        assert answer.status_code == 303, (content_type.key, answer.status_code)
        db.session.rollback()
        after = get_draft(content_type, object_id).fields
        after[SHARED].pop("consent", None)
        before[SHARED].pop("consent", None)
        assert after == before, content_type.key


def test_it_says_what_waits_where(page: EditPage, client: FlaskClient) -> None:
    page.press("review:ru en")
    for path in ("/admin/", "/admin/translations/?only=review", "/admin/search/?q=paragraph", "/admin/translations/"):
        assert "Mothers and children" in client.get(path).text, path
    assert [item.id for item in find("review")] == [id_of(page)]
    assert {code: one.in_review for code, one in find("review")[0].statuses.items()} == dict.fromkeys(LANGUAGES, True)


def test_it_does_one_thing_to_many(page: EditPage, client: FlaskClient) -> None:
    unready = begin(client)
    unready.fill({"ru.title": "Не готова"}).press()
    token = page.value("csrf_token")
    chosen = [str(id_of(page)), str(id_of(unready))]
    answer = client.post("/admin/stories/bulk", data={"csrf_token": token, "do": "publish", "chosen": chosen})
    assert answer.status_code == 303
    text = client.get("/admin/stories/").text.replace("\xa0", " ")
    assert "Done for one." in text
    assert "Не готова: " in text
    assert client.get(ADDRESS).status_code == 200


@pytest.mark.slow
def test_every_kind_can_be_seen_before_it_is_published(client: FlaskClient, sign_in: SignIn, content: None) -> None:
    sign_in(client, "writer")
    for content_type in registry.values():
        page = (
            EditPage(client, f"/admin/{content_type.key}/{get_items(content_type, limit=None)[0].id}/")
            if content_type.singleton
            else None
        )
        page = (page.open() if page else begin(client, content_type.key)).fill(
            {f"en.{content_type.title}": "Unheard of"}
        )
        page.press()
        answer = client.get(page.path + "preview/en/")
        assert answer.status_code == 200, content_type.key
        assert (
            content_type.key
            in ("countries", "notices", "petition-updates", "pages", "donation-goals", "annual-accounts")
            or "Unheard of" in answer.text
        ), content_type.key
