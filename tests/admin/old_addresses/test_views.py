"""Publishers redirect addresses of the earlier site."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editors import send
from tests.conftest import SignIn
from wzo.audit import AuditEntry
from wzo.config import settings
from wzo.extensions import db
from wzo.old_addresses.models import OldAddress

PAGE = "/admin/old-addresses/"
HERE = "/ru/projects/transformation/"


@pytest.fixture(autouse=True)
def publisher(content: None, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")


def save(client: FlaskClient, old: str, page: str) -> tuple[int, str]:
    response = send(client, PAGE, f"{PAGE}save", old=old, leads_to=page)
    db.session.rollback()
    return response.status_code, response.text.replace("\xa0", " ")


def addresses() -> dict[str, str]:
    db.session.rollback()
    return {it.path: it.target for it in db.session.scalars(select(OldAddress))}


@pytest.mark.parametrize("page", [HERE, HERE.rstrip("/"), f"{{site}}{HERE}?utm_source=x#text"])
def test_it_saves_an_address_and_replaces_it(client: FlaskClient, page: str) -> None:
    assert save(client, "https://women-in-prison.ru/page7.html", "/ru/team/")[0] == 303
    assert save(client, "page7.html", page.format(site=settings().site_url))[0] == 303
    assert addresses()["/page7.html"] == HERE
    assert client.get("/page7.html").location == HERE
    assert "redirects to" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("old", "page", "message"),
    [
        ("", HERE, "Enter an address of the earlier site"),
        ("https://women-in-prison.ru/", HERE, "Enter an address of the earlier site"),
        ("/" + "a" * 250, HERE, "The address is too long."),
        ("/ru/team/", HERE, "This site has a page at this address itself"),
        ("/page7.html", "", "Paste the address of a page of this site"),
        ("/page7.html", "/ru/projects/no-such-project/", "Paste the address of a page of this site"),
        ("/page7.html", "https://example.org/ru/team/", "Paste the address of a page of this site"),
        ("/page7.html", "/admin/", "Paste the address of a page of this site"),
    ],
)
def test_it_says_what_is_wrong_and_loses_nothing(client: FlaskClient, old: str, page: str, message: str) -> None:
    before = addresses()
    status, response = save(client, old, page)
    assert status == 422
    assert message in response
    assert f'value="{old or page}"' in response
    assert addresses() == before


def test_it_offers_to_bring_back_what_was_removed(client: FlaskClient) -> None:
    before = addresses()
    assert "/martyrs" in before
    response = send(client, PAGE, f"{PAGE}remove", old="/martyrs")
    assert "/martyrs" not in addresses()
    page = client.get(response.location).text
    assert 'value="/martyrs"' in page
    assert f'value="{before["/martyrs"]}"' in page
    assert save(client, "/martyrs", before["/martyrs"])[0] == 303
    assert addresses() == before
    assert send(client, PAGE, f"{PAGE}remove", old="/nothing").status_code == 404
    actions = select(AuditEntry.action).where(AuditEntry.object_type == "old_addresses").order_by(AuditEntry.id)
    log = db.session.scalars(actions).all()
    assert log == ["remove-old-address", "set-old-address"]


def test_it_marks_addresses_without_a_page(client: FlaskClient) -> None:
    assert "Readers cannot open this page." not in client.get(PAGE).text
    db.session.add(OldAddress(path="/page8.html", target="/ru/projects/no-such-project/"))
    db.session.commit()
    assert client.get(PAGE).text.count("Readers cannot open this page.") == 1
