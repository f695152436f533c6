"""Public names in the panel."""

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.admin.editors import send
from tests.admin.petition.test_views import log, path_of
from tests.conftest import SignIn
from tests.factories import PetitionFactory
from tests.petition.signing import add_confirmed
from wzo.admin.petition import names
from wzo.extensions import db
from wzo.petition.actions import receipt
from wzo.petition.models import Petition, Signature
from wzo.petition.queries import get_count, recount

MONDAY = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def publisher(client: FlaskClient, petition: Petition, sign_in: SignIn) -> None:
    sign_in(client, "publisher")


def add_named(petition: Petition, day: date, *shown: str | None) -> list[int]:
    """Add confirmed signatures with these public names."""
    ids = add_confirmed(petition, day, len(shown))
    for signature_id, name in zip(ids, shown, strict=True):
        db.session.execute(update(Signature).where(Signature.id == signature_id).values(public_name=name))
    db.session.commit()
    return ids


def shown_names(page: str) -> list[str]:
    return re.findall(r"<b><bdi>(.*?)</bdi></b>", page)


def test_it_lists_public_names_alone_newest_days_first(client: FlaskClient, petition: Petition) -> None:
    add_named(petition, MONDAY, "Anna", None)
    add_named(petition, MONDAY + timedelta(1), "Bella")
    add_named(PetitionFactory(), MONDAY, "Somebody else’s")
    assert shown_names(client.get(path_of(petition, "names/")).text) == ["Bella", "Anna"]


def test_it_shows_every_name_once_on_successive_pages(
    client: FlaskClient, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "PAGE_SIZE", 2)
    for day in range(3):
        add_named(petition, MONDAY + timedelta(day), *(f"Name {day}.{number}" for number in range(3)))
    found, path = [], path_of(petition, "names/")
    for _ in range(5):
        page = client.get(path).text
        found += shown_names(page)
        after = re.search(r'rel="next" href="([^"]+)"', page)
        path = after[1].replace("&amp;", "&") if after else ""
    assert path == ""
    assert [name.split(".")[0] for name in found] == ["Name 2"] * 3 + ["Name 1"] * 3 + ["Name 0"] * 3
    assert len(set(found)) == 9


@pytest.mark.parametrize(
    ("text", "expected"),
    [("t.me/x", ["See t.me/x"]), ("%", ["100 %"]), ("_", []), ("Анна", ["Анна А."]), ("nobody", [])],
)
def test_it_finds_the_names_that_contain_a_text(
    client: FlaskClient, petition: Petition, text: str, expected: list[str]
) -> None:
    add_named(petition, MONDAY, "See t.me/x", "100 %", "Анна А.")
    page = client.get(path_of(petition, "names/"), query_string={"q": text}).text
    assert shown_names(page) == expected
    assert ("No public name contains" in page.replace("\xa0", " ")) is (not expected)


def test_it_hides_a_name_keeps_the_signature_and_logs_no_name(client: FlaskClient, petition: Petition) -> None:
    bad, _ = add_named(petition, MONDAY, "Abusive", "Anna")
    page = path_of(petition, "names/")
    for _ in range(2):
        response = send(client, page, f"{page}hide/?q=a&petition_id=7&_anchor=x", receipt=receipt(bad))
        assert response.location.endswith("/names/?q=a")
    assert "Abusive" not in client.get("/en/petition/mothers/").text
    assert "Anna" in client.get("/en/petition/mothers/").text
    db.session.rollback()
    assert get_count(petition.id, None).confirmed == recount(petition.id) == 2
    assert log() == [("hide-public-name", {"receipt": receipt(bad)})]


@pytest.mark.parametrize("case", ["another petition’s", "a false receipt", "not a receipt", "nothing"])
def test_it_hides_nothing_for_a_receipt_that_is_not_the_petitions(
    client: FlaskClient, petition: Petition, case: str
) -> None:
    (theirs,) = add_named(PetitionFactory(slug="other"), MONDAY, "Anna")
    given = {"another petition’s": receipt(theirs), "a false receipt": "AAAA-BBBB-CCCC-DDDD", "not a receipt": "ы"}
    page = path_of(petition, "names/")
    add_named(petition, MONDAY, "Bella")
    assert send(client, page, f"{page}hide/", receipt=given.get(case, "")).status_code == 303
    assert "Anna" in client.get("/en/petition/other/").text
    assert "Bella" in client.get("/en/petition/mothers/").text
    assert log() == []


@pytest.mark.parametrize("query", ["?day=x&id=1", "?day=2026-11-16&id=-1", f"?day=2026-11-16&id={2**63}", "?id=7"])
def test_it_starts_from_the_beginning_where_the_url_is_damaged(
    client: FlaskClient, petition: Petition, query: str
) -> None:
    add_named(petition, MONDAY, "Anna")
    assert shown_names(client.get(path_of(petition, f"names/{query}")).text) == ["Anna"]
