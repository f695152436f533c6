"""The pages of the members of the team, and the links to them."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import EditPage, id_of
from tests.cms.conftest import page as page
from tests.conftest import SignIn
from tests.factories import MemberFactory, MentionFactory, ProjectFactory, StoryFactory
from tests.html import parse
from wzo.cms import live_fields, publishing
from wzo.cms.content_types import registry
from wzo.cms.models import SHARED
from wzo.extensions import db
from wzo.team.models import project_members, story_members

TEAM = registry["team"]
PATH, STORY = "/en/team/maria/", "/en/stories/mothers-and-children/"


@pytest.fixture
def maria(app: Flask) -> int:
    return int(MemberFactory(slug="maria", texts__name="Maria Ivanova", texts__role="Writer").id)


@pytest.fixture
def ivan(app: Flask) -> int:
    return int(MemberFactory(slug="ivan", texts__name="Ivan").id)


def text(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.text.replace("\xa0", " ")


def data(client: FlaskClient, path: str) -> dict[str, Any]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text(client, path))
    return {block["@type"]: block for block in map(json.loads, blocks)}


def credit(page: EditPage, *people: str) -> int:
    """Choose people and what they did, and publish."""
    page.open().fields["shared.people"] = ["", *people]
    return int(page.press("publish:ru en").status_code)


@pytest.mark.slow
def test_it_says_who_a_member_is_and_what_they_worked_on(client: FlaskClient) -> None:
    member = MemberFactory(
        slug="maria", texts__name="Maria", texts__about="She *writes*.", texts__contact="[Mail](/en/contact/)"
    )
    project, story, draft = ProjectFactory(), StoryFactory(), StoryFactory(texts__state="draft")
    db.session.execute(project_members.insert().values(project_id=project.id, member_id=member.id, roles="film"))
    for it in (story, draft):
        db.session.execute(story_members.insert().values(story_id=it.id, member_id=member.id, roles="text editing"))
    db.session.commit()
    MentionFactory(url="https://press.example.org/her", of__member=member)
    html = parse(client.get(PATH).data)
    main = next(html.root.iter("main"))
    links = [it.get("href") for it in main.iter("a")]
    assert {f"/en/projects/{project.slug}/", f"/en/stories/{story.slug}/"} <= set(links)
    assert f"/en/stories/{draft.slug}/" not in links
    assert {"/en/contact/", "https://press.example.org/her", "/en/team/"} <= set(links)
    assert [it.text for it in main.iter("span") if it.get("class") == "roles"] == ["film", "text, editing"]
    assert "<em>writes</em>" in client.get(PATH).text
    assert client.get(f"{PATH}card.png").mimetype == "image/png"


def test_it_shows_nothing_where_there_is_nothing_to_say(client: FlaskClient, ivan: int) -> None:
    main = text(client, "/en/team/ivan/").partition("<main")[2].partition("</main>")[0]
    assert re.findall("<h[1-6]", main) == ["<h1"]


@pytest.mark.slow
def test_it_is_gone_when_it_is_unpublished_and_nothing_links_there(
    page: EditPage, client: FlaskClient, maria: int
) -> None:
    assert credit(page, f"{maria}:text") == 303
    for path in ("/en/team/", STORY, "/sitemaps/pages.xml"):
        assert PATH in text(client, path), path
    publishing.unpublish(content_type=TEAM, object_id=maria, languages=["en"])
    assert client.get(PATH).status_code == 404
    assert client.get("/ru/team/maria/").status_code == 200
    publishing.unpublish(content_type=TEAM, object_id=maria, languages=["ru", "en"])
    for path in ("/en/team/", STORY, "/ru" + STORY[3:], "/en/feed.xml", "/sitemaps/pages.xml"):
        found = text(client, path)
        assert "/team/maria/" not in found, path
        assert "Maria Ivanova" not in found, path


def test_it_moves_with_its_address(client: FlaskClient, maria: int, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    assert EditPage(client, f"/admin/team/{maria}/").open().fill({"shared.slug": "mary"}).press("publish:ru en")
    response = client.get(PATH)
    assert (response.status_code, response.location) == (301, "/en/team/mary/")


@pytest.mark.slow
def test_it_credits_people_with_what_they_did(page: EditPage, client: FlaskClient, maria: int, ivan: int) -> None:
    assert credit(page, f"{maria}:photographs", f"{maria}:text", str(ivan), f"{ivan}:translation") == 303
    _, _, section = text(client, STORY).partition('aria-labelledby="credits"')
    assert re.findall(r'href="(/en/team/\w+/)">([\w ]+)</a> <span class="roles">([\w, ]+)<', section) == [
        (PATH, "Maria Ivanova", "text, photographs"),
        ("/en/team/ivan/", "Ivan", "translation"),
    ]
    assert "текст, фотографии" in text(client, "/ru" + STORY[3:])
    for path in (f"{STORY}print/", "/en/feed.xml"):
        assert "Maria Ivanova (text, photographs), Ivan (translation)" in text(client, path), path
    db.session.rollback()
    value = live_fields.read_live(registry["stories"], id_of(page), SHARED)["people"]
    assert value.split() == [f"{maria}:photographs", f"{maria}:text", f"{ivan}:translation"]
    checked = page.open().fields["shared.people"]
    assert set(checked) == {"", f"{maria}:photographs", f"{maria}:text", f"{ivan}:translation"}


@pytest.mark.slow
def test_it_names_authors_to_machines(page: EditPage, client: FlaskClient, maria: int, ivan: int) -> None:
    assert credit(page, f"{maria}:text", f"{ivan}:translation") == 303
    url = f"http://127.0.0.1:8000{PATH}"
    article = data(client, STORY)["Article"]
    assert article["author"] == [{"@type": "Person", "name": "Maria Ivanova", "url": url}]
    assert article["publisher"]["@type"] == "Organization"
    person = data(client, PATH)["Person"]
    assert (person["name"], person["url"], person["jobTitle"]) == ("Maria Ivanova", url, "Writer")
    entry = text(client, "/en/feed.xml").partition("<entry>")[2]
    assert re.findall(r"<author>\s*<name>(.*?)</name>\s*<uri>(.*?)</uri>", entry) == [("Maria Ivanova", url)]
    assert credit(page, str(maria), f"{ivan}:editing") == 303
    assert data(client, STORY)["Article"]["author"]["@type"] == "Organization"


@pytest.mark.slow
def test_it_keeps_roles_when_another_person_takes_over(
    page: EditPage, client: FlaskClient, maria: int, ivan: int
) -> None:
    assert credit(page, f"{maria}:text") == 303
    edited = EditPage(client, f"/admin/team/{maria}/").open()
    token = edited.value("csrf_token")
    fields = {"csrf_token": token, "references": "replace", "replacement": str(ivan)}
    client.post(f"/admin/team/{maria}/move-to-trash", data=fields)
    assert page.open().fields["shared.people"] == ["", f"{ivan}:text"]


def test_it_offers_to_add_a_story_from_a_persons_edit_page(client: FlaskClient, maria: int, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    edited = EditPage(client, f"/admin/team/{maria}/").open()
    fields = {"csrf_token": edited.value("csrf_token"), "people": str(maria)}
    created = EditPage(client, client.post("/admin/stories/", data=fields).location).open()
    assert created.fields["shared.people"] == ["", str(maria)]
