"""Addresses of the earlier site redirect to pages of this one, with one redirect."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update

from wzo.content_version import bump_content_version
from wzo.extensions import db, write_transaction
from wzo.old_addresses.actions import remove_old_address, set_old_address
from wzo.old_addresses.paths import path_of
from wzo.old_addresses.queries import get_old_addresses
from wzo.projects.models import Project
from wzo.publication import Redirect

FIRST = "/page1.html"


@pytest.fixture
def project(content: None) -> Project:
    return db.session.query(Project).filter_by(slug="transformation").one()


@pytest.fixture
def target(project: Project) -> str:
    path = f"/en/projects/{project.slug}/"
    set_old_address(path=FIRST, target=path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [FIRST, f"{FIRST}/", "/PAGE1.html", f"{FIRST}?utm_source=x&fbclid=y", f"{FIRST}?", "/page1.html\u200b"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_it_redirects_readers_however_the_address_is_written(
    client: FlaskClient, target: str, path: str, method: str
) -> None:
    response = client.open(path, method=method)
    if "\u200b" in path:
        # Two: the invisible character is dropped first, wherever it is.
        response = client.open(response.location, method=method)
    assert (response.status_code, response.location) == (301, target)
    assert "Set-Cookie" not in response.headers
    assert client.get(response.location).status_code == 200


def test_it_follows_a_page_that_changes_its_slug(client: FlaskClient, project: Project, target: str) -> None:
    client.get(FIRST)
    with write_transaction():
        db.session.add(Redirect(content_type="projects", slug=project.slug, object_id=project.id))
        db.session.execute(update(Project).where(Project.id == project.id).values(slug="another"))
        bump_content_version()
    # One redirect, not a chain.
    assert client.get(FIRST).location == "/en/projects/another/"


def test_it_forgets_an_address_at_once(client: FlaskClient, target: str) -> None:
    assert client.get(FIRST).status_code == 301
    assert remove_old_address(path=FIRST) == target
    assert client.get(FIRST).status_code == 404
    assert remove_old_address(path=FIRST) is None


def test_it_redirects_no_page_of_this_site(client: FlaskClient, target: str) -> None:
    with write_transaction():
        db.session.execute(text("INSERT INTO old_addresses (path, target) VALUES ('/en/team', '/en/')"))
        bump_content_version()
    assert client.get("/en/team/").status_code == 200


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/page1.html", "/page1.html"),
        ("page1.html", "/page1.html"),
        (" women-in-prison.ru/page1.html ", "/page1.html"),
        ("http://women-in-prison.ru/page1.html?x=1#top", "/page1.html"),
        ("https://women-in-prison.ru/%D1%82%D0%B5%D0%BC%D0%B0", "/тема"),
        ("martyrs", "/martyrs"),
        ("https://women-in-prison.ru", ""),
        ("https://women-in-prison.ru/", ""),
        ("https://[women", ""),
        ("", ""),
    ],
)
@pytest.mark.one_database
def test_it_finds_the_path_of_what_editors_paste(address: str, path: str) -> None:
    assert path_of(address) == path


@pytest.mark.slow
def test_it_redirects_every_address_of_the_earlier_site_once(client: FlaskClient, content: None) -> None:
    addresses = [it.path for it in get_old_addresses()]
    assert len(addresses) >= 18
    responses = {path: client.get(path) for path in addresses}
    assert {it.status_code for it in responses.values()} == {301}
    assert {path: client.get(it.location).status_code for path, it in responses.items()} == dict.fromkeys(
        addresses, 200
    )
