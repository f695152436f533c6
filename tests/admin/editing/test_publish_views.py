"""Publishing through the panel: what is published, refused, unpublished and redirected."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from tests.admin.editing.edit_page import (
    COMPLETE,
    STORY_PATH,
    EditPage,
    age_factor,
    create,
    id_of,
    post,
    refresh_factor,
)
from tests.admin.editors import authenticator_code
from tests.cms.objects import create_draft
from tests.conftest import SignIn, make_client
from tests.media.samples import small
from wzo.accounts import two_factor
from wzo.accounts.models import Role, User
from wzo.cms import drafts, publishing
from wzo.cms.content_types import registry
from wzo.cms.draft_links import LINK_DAYS
from wzo.cms.lists import get_items
from wzo.cms.live_fields import get_live_languages
from wzo.cms.models import SHARED, DraftLink, Revision
from wzo.cms.queries import LOCALES, get_draft, get_draft_states
from wzo.extensions import db, write_transaction
from wzo.media.actions import add_picture

pytestmark = pytest.mark.one_database


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shared.themes", "999"),
        ("shared.themes", "x"),
        ("shared.project_id", "999"),
        ("shared.project_id", "9" * 30),
        ("shared.series_id", "x"),
        ("shared.picture", "0" * 32),
        ("shared.format", "audio"),
        ("shared.published_on", "31.12.20"),
        ("shared.part", "-1"),
        ("ru.body", "![Что это](/media/" + "0" * 32 + ".jpg#1x1)"),
        ("ru.credits", "[сюда](/ru/nowhere/)"),
    ],
)
def test_it_refuses_invalid_values_and_keeps_the_form(page: EditPage, field: str, value: str) -> None:
    extra = {"shared.part": "2"} if field == "shared.series_id" else {}
    page.fields.setdefault(field, [""])
    response = page.fill({field: value, **extra}).press("publish:ru en")
    assert response.status_code == 422
    assert page.open().value("ru.title") == COMPLETE["ru.title"]
    assert page.client.get(page.path + "history/").status_code == 200
    # Values that no column can hold give no preview, but a page that says so.
    assert page.client.get(page.path + "preview/ru/").status_code in (200, 409)


def test_it_publishes_only_what_the_publisher_has_seen(page: EditPage, client: FlaskClient) -> None:
    writer = EditPage(client, page.path).open().fill({"ru.body": "Никто этого не видел."})
    writer.press()
    response = page.press("publish:ru en")
    assert response.status_code == 409
    assert client.get(STORY_PATH).status_code == 404
    page.read(response.text)
    assert page.value("ru.body") == "Никто этого не видел."
    assert page.press("publish:ru en").status_code == 303


def test_it_checks_the_language_that_stays_live(page: EditPage, client: FlaskClient) -> None:
    page.press("publish:ru en")
    page.open().fill({"shared.notice": "needed", "ru.content_notice": "Тяжёлое."})
    response = page.press("publish:ru")
    assert response.status_code == 422
    assert "English: write the content notice." in response.text.replace("\xa0", " ")


@pytest.mark.slow
def test_it_checks_the_picture_of_the_language_that_stays_live(page: EditPage, client: FlaskClient) -> None:
    page.press("publish:ru en")
    picture = add_picture(data=small(), name="window.jpg", editor_id=None)
    page.open().fill({"shared.picture": picture.key, "ru.picture_alt": "Окно."})
    response = page.press("publish:ru")
    assert response.status_code == 422
    sentence = "describe the picture for people who cannot see it."
    assert f"English: {sentence}" in response.text.replace("\xa0", " ")
    assert f"Russian: {sentence}" not in response.text.replace("\xa0", " ")
    page.open().fill({"en.picture_alt": "A window."})
    assert page.press("publish:ru en").status_code == 303


def test_it_refuses_a_past_time_and_keeps_the_text(page: EditPage, client: FlaskClient) -> None:
    response = page.fill({"ru.body": "Новое.", "day": "2020-01-01"}).press("schedule:ru en")
    assert response.status_code == 303
    assert "within the next five years" in client.get(page.path).text.replace("\xa0", " ")
    assert page.open().value("ru.body") == "Новое."


def test_it_publishes_a_story_in_both_languages(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client).fill(COMPLETE)
    assert page.press("publish:ru en").status_code == 303
    assert page.open().value("shared.slug") == "mothers-and-children"
    assert "Первый абзац" in client.get("/ru/stories/mothers-and-children/").text
    assert "The first paragraph" in client.get("/en/stories/mothers-and-children/").text


def test_it_refuses_an_incomplete_story_and_loses_nothing(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client).fill({**COMPLETE, "shared.consent": "", "en.summary": ""})
    response = page.press("publish:ru en")
    assert response.status_code == 422
    assert "Say whether the people featured have agreed to publication." in response.text.replace("\xa0", " ")
    assert "English: fill in “Summary”" in response.text.replace("\xa0", " ")
    assert page.read(response.text).value("ru.body") == "Первый абзац."
    assert client.get("/ru/stories/mothers-and-children/").status_code == 404


@pytest.mark.slow
def test_it_unpublishes_a_story(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client).fill(COMPLETE)
    page.press("publish:ru en")
    assert post(page, "unpublish").status_code == 303
    assert client.get("/ru/stories/mothers-and-children/").status_code == 410
    assert "Матери" not in client.get("/ru/stories/").text
    page.open().press("publish:ru")
    assert client.get("/ru/stories/mothers-and-children/").status_code == 200


@pytest.mark.slow
def test_it_leaves_redirects_without_chains(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client).fill(COMPLETE)
    page.press("publish:ru en")
    for slug in ("second", "third"):
        page.open().fill({"shared.slug": slug}).press("publish:ru en")
    for old in ("mothers-and-children", "second"):
        response = client.get(f"/en/stories/{old}/")
        assert (response.status_code, response.location) == (301, "/en/stories/third/")
    page.open().fill({"shared.slug": "second"}).press("publish:en")
    assert client.get("/en/stories/second/").status_code == 200
    assert client.get("/en/stories/third/").location == "/en/stories/second/"


def test_it_refuses_a_dead_link(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client).fill({**COMPLETE, "ru.body": "Читайте [дальше](/ru/stories/nowhere/) и [тут](/ru/stories/)."})
    response = page.press("publish:ru en")
    assert response.status_code == 422
    assert "“дальше” is broken: /ru/stories/nowhere/" in response.text.replace("\xa0", " ")
    assert "“тут”" not in response.text


@pytest.mark.slow
def test_it_publishes_every_content_type_unchanged(
    client: FlaskClient, sign_in: SignIn, content: None, app: Flask
) -> None:
    """Publishing without changes leaves every field byte for byte the same."""
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
        response = page.press("publish:ru en")
        assert response.status_code == 303, (content_type.key, response.status_code)
        db.session.rollback()
        after = get_draft(content_type, object_id).fields
        after[SHARED].pop("consent", None)
        before[SHARED].pop("consent", None)
        assert after == before, content_type.key


STORIES = registry["stories"]
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def is_live_or_scheduled(page: EditPage) -> bool:
    """Whether readers see any of it, or will."""
    db.session.rollback()
    scheduled = [state for state in get_draft_states(STORIES, id_of(page)).values() if state.go_live_at]
    return bool(get_live_languages(STORIES, id_of(page)) or scheduled)


def change(page: EditPage) -> None:
    """Change the same draft, as another editor does."""
    drafts.save(
        content_type=STORIES,
        object_id=id_of(page),
        values={"ru": {"body": "Никто этого не видел."}},
        base_revision_ids=get_draft(STORIES, id_of(page)).revision_ids,
        edit_session="other",
        author_id=99,
    )


@pytest.mark.parametrize("action", ["publish", "schedule"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_does_not_publish_changes_made_while_the_factor_was_asked_for(
    page: EditPage, action: str, method: str
) -> None:
    """The draft changes while the publisher is asked for the second factor."""
    age_factor()
    question = page.fill({"day": "2030-01-01", "hour": "10:00"}).press(f"{action}:ru en")
    form_values = dict(parse_qsl(urlsplit(question.location).query))
    assert urlsplit(question.location).path == f"{page.path}publish"
    change(page)
    refresh_factor()
    response = page.client.get(question.location) if method == "GET" else post(page, "publish", **form_values)
    assert (response.status_code, response.location) == (303, page.path)
    assert not is_live_or_scheduled(page)
    assert "Another editor has changed it" in page.client.get(page.path).text.replace("\xa0", " ")


@pytest.mark.parametrize("action", ["publish", "schedule"])
def test_it_publishes_once_the_factor_is_confirmed(page: EditPage, action: str) -> None:
    secret = two_factor.generate_secret()
    db.session.execute(update(User).values(totp_ciphertext=two_factor.encrypt_secret(secret)))
    age_factor()
    question = page.fill({"day": "2030-01-01", "hour": "10:00"}).press(f"{action}:ru en")
    asked = page.client.get(question.location)
    form = re.search(r'action="([^"]+)">(?:(?!</form>).)*name="factor_code"', asked.text, re.DOTALL)
    assert form
    for code, status in (("000000", 403), (authenticator_code(secret), 303)):
        assert not is_live_or_scheduled(page)
        fields = {"csrf_token": page.value("csrf_token"), "factor_code": code}
        assert page.client.post(unescape(form[1]), data=fields).status_code == status
    assert is_live_or_scheduled(page)


@pytest.mark.parametrize("action", ["publish", "schedule"])
def test_it_publishes_what_was_seen_after_the_factor(page: EditPage, action: str) -> None:
    age_factor()
    question = page.fill({"day": "2030-01-01", "hour": "10:00"}).press(f"{action}:ru en")
    refresh_factor()
    last_step = page.client.get(question.location)
    assert last_step.status_code == 200
    form_values = {name: value for name, value in HIDDEN.findall(last_step.text) if name != "csrf_token"}
    assert form_values.items() <= dict(parse_qsl(urlsplit(question.location).query)).items()
    assert post(page, "publish", **form_values).status_code == 303
    assert is_live_or_scheduled(page)


def test_it_names_what_is_missing_before_it_asks_for_the_factor(page: EditPage) -> None:
    age_factor()
    response = page.fill({"en.title": ""}).press("publish:ru en")
    assert response.status_code == 422
    assert "English: fill in “Title”" in response.text.replace("\xa0", " ")
    assert not is_live_or_scheduled(page)


@pytest.mark.parametrize("key", ["mentions", "timelines", "facts"])
def test_it_says_where_readers_find_what_was_published(
    client: FlaskClient, sign_in: SignIn, content: None, key: str
) -> None:
    """Of a mention, the pages that it has chosen; of the others, that no page has chosen them yet."""
    sign_in(client, "publisher")
    page = EditPage(client, f"/admin/{key}/{create_draft(registry[key])}/").open()
    assert "only editors see it" in page.text.replace("\xa0", " ")
    text = client.get(page.press("publish:ru en").location).text.replace("\xa0", " ")
    message = text[text.index("Published: ") : text.index("<h1>")]
    assert f"/en/{'figures' if key == 'facts' else key}/" in message
    assert ("/en/projects/last-hope/" in message) == (key == "mentions")
    assert ("No story or project shows it yet" in message) == (key != "mentions")


@pytest.mark.parametrize("revisions", [None, "", "1.2.3", "0.0.0"])
def test_it_publishes_nothing_without_the_revisions_that_were_seen(page: EditPage, revisions: str | None) -> None:
    fields = {"languages": "ru en", "action": "publish"}
    response = post(page, "publish", **fields, **({} if revisions is None else {"revisions": revisions}))
    assert response.status_code == 303
    assert not is_live_or_scheduled(page)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"languages": "fr"},
        {"languages": ""},
        {"languages": "ru", "action": "erase"},
        {"languages": "ru", "action": ""},
    ],
)
def test_it_refuses_an_unknown_language_or_action(page: EditPage, fields: dict[str, str]) -> None:
    assert post(page, "publish", **fields).status_code == 400
    assert not is_live_or_scheduled(page)


# The buttons of the edit page, and their roles.
BUTTONS = {
    "save": [*Role],
    "review:ru en": [*Role],
    "publish:ru en": [Role.PUBLISHER, Role.ADMINISTRATOR],
    "publish:en": [Role.PUBLISHER, Role.ADMINISTRATOR],
    "schedule:ru": [Role.PUBLISHER, Role.ADMINISTRATOR],
}


@pytest.mark.slow
@pytest.mark.parametrize("fresh", [True, False], ids=["fresh factor", "old factor"])
@pytest.mark.parametrize("role", [*Role])
@pytest.mark.parametrize("button", BUTTONS)
def test_it_checks_the_role_for_each_button(
    page: EditPage, app: Flask, sign_in: SignIn, role: Role, button: str, fresh: bool
) -> None:
    browser = make_client(app)
    sign_in(browser, role)
    own = EditPage(browser, page.path).open().fill({"ru.body": "Новое."})
    # A writer's page has no such field, but any client can post it.
    own.fields["day"] = ["2030-01-01"]
    if not fresh:
        age_factor()
    response = own.press(button)
    allowed = role in BUTTONS[button]
    assert response.status_code == (303 if allowed else 403)
    goes_out = button.startswith(("publish", "schedule"))
    assert is_live_or_scheduled(page) is (goes_out and allowed and fresh)
    # The text is saved in any case.
    assert get_draft(STORIES, id_of(page)).fields["ru"]["body"] == "Новое."


@pytest.mark.parametrize("path", ["unpublish", "unschedule", "publish", "move"])
def test_it_lets_no_writer_change_what_is_live(page: EditPage, app: Flask, sign_in: SignIn, path: str) -> None:
    page.press("publish:ru en")
    writer = make_client(app)
    sign_in(writer, "writer")
    own = EditPage(writer, page.path).open()
    assert post(own, path, languages="ru en").status_code == 403
    post(own, "move-to-trash")
    bulk = {"csrf_token": own.value("csrf_token"), "chosen": str(id_of(page))}
    for action in ("publish", "unpublish", "move-to-trash"):
        assert writer.post("/admin/stories/bulk", data={**bulk, "do": action}).status_code == 403
    db.session.rollback()
    assert get_live_languages(STORIES, id_of(page)) == ["ru", "en"]


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.ADMINISTRATOR])
def test_it_lets_publishers_unpublish(page: EditPage, app: Flask, sign_in: SignIn, role: Role) -> None:
    page.press("publish:ru en")
    other = make_client(app)
    sign_in(other, role)
    assert post(EditPage(other, page.path).open(), "unpublish", languages="en").status_code == 303
    db.session.rollback()
    assert get_live_languages(STORIES, id_of(page)) == ["ru"]


@pytest.mark.slow
@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("key", [key for key, it in registry.items() if it.singleton])
def test_it_neither_creates_nor_trashes_a_singleton(page: EditPage, key: str) -> None:
    before = len(get_items(registry[key], limit=None))
    token = {"csrf_token": page.value("csrf_token")}
    assert page.client.post(f"/admin/{key}/", data=token).status_code == 405
    (first, *_) = get_items(registry[key], limit=None)
    page.client.post(f"/admin/{key}/{first.id}/move-to-trash", data=token)
    page.client.post(f"/admin/{key}/bulk", data={**token, "do": "move-to-trash", "chosen": str(first.id)})
    db.session.rollback()
    assert len(get_items(registry[key], limit=None)) == before


@pytest.mark.parametrize("key", [key for key, it in registry.items() if not it.orderable])
def test_it_does_not_move_unordered_content(page: EditPage, key: str) -> None:
    response = page.client.post(f"/admin/{key}/1/move", data={"csrf_token": page.value("csrf_token"), "step": "1"})
    assert response.status_code == 405


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        *(({"language": "en", "days": str(days)}, 303) for days in LINK_DAYS),
        *(({"language": "en", "days": days}, 400) for days in ("0", "-1", "2", "31", "3650")),
        *(({"language": language, "days": "7"}, 400) for language in ("", "fr", "shared")),
    ],
)
def test_it_creates_a_link_only_for_a_known_language_and_duration(
    page: EditPage, fields: dict[str, str], status: int
) -> None:
    assert post(page, "links/", **fields).status_code == status
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(DraftLink)) == (status == 303)


def test_it_does_not_reach_revisions_of_another_object(page: EditPage, client: FlaskClient) -> None:
    other = create(client).fill({**COMPLETE, "ru.title": "Другое"})
    other.press()
    wanted = select(Revision.id).where(Revision.object_id == id_of(other), Revision.locale == "ru")
    number = db.session.scalars(wanted.order_by(Revision.id.desc())).first()
    db.session.rollback()
    assert post(page, "restore-revision", revision=number).status_code == 404
    assert post(page, "name-revision", revision=number, name="x").status_code == 404
    assert client.get(f"{page.path}compare?from={number}").status_code == 404
    assert get_draft(STORIES, id_of(page)).fields["ru"]["title"] == COMPLETE["ru.title"]
    db.session.rollback()
    post(other, "links/", language="en", days="7")
    link_id = db.session.scalars(select(DraftLink.id)).one()
    post(page, f"links/{link_id}/revoke")
    db.session.rollback()
    assert db.session.scalars(select(DraftLink.revoked_at)).one() is None


@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_checks_each_object_of_a_bulk_action(page: EditPage) -> None:
    ready = create_draft(STORIES)
    token = {"csrf_token": page.value("csrf_token"), "chosen": [str(ready), str(id_of(create(page.client)))]}
    assert page.client.post("/admin/stories/bulk", data={**token, "do": "publish"}).status_code == 303
    db.session.rollback()
    assert get_live_languages(STORIES, ready) == ["ru", "en"]
    assert page.client.post("/admin/stories/bulk", data={**token, "do": "erase"}).status_code == 400
    publishing.unpublish(content_type=STORIES, object_id=ready, languages=["ru"])
    assert get_live_languages(STORIES, ready) == ["en"]


def test_it_says_that_a_time_does_not_exist(page: EditPage) -> None:
    with write_transaction():
        db.session.execute(update(User).values(timezone="Europe/Berlin"))
    day = "31.03.2030"  # Clocks go forward.
    assert page.fill({"day": day, "hour": "02:30"}).press("schedule:ru en").status_code == 303
    text = page.client.get(page.path).text.replace("\xa0", " ")
    assert "there is no 02:30" in text
    assert "an hour earlier or later" in text
    assert "Time (Berlin)" in text
    assert not is_live_or_scheduled(page)
    page.open().fill({"day": day, "hour": "3.30"}).press("schedule:ru en")
    assert is_live_or_scheduled(page)
