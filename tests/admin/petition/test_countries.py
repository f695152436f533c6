"""Where signatures come from, as the organisers counted it offline."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.admin.editors import send
from tests.admin.petition.test_views import log, path_of
from tests.conftest import SignIn, private_key
from tests.petition.signing import add_confirmed
from wzo.config import Settings
from wzo.extensions import db
from wzo.petition.countries import get_countries
from wzo.petition.export import export_lines
from wzo.petition.models import Petition

TABLE = "date 2026-11-20\nRU 30\nDE 12\nother 8"


@pytest.fixture(autouse=True)
def publisher(today: date, client: FlaskClient, petition: Petition, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    add_confirmed(petition, date(2026, 11, 18), 50)


def save(client: FlaskClient, petition: Petition, table: str) -> tuple[int, str]:
    page = path_of(petition, "countries/")
    response = send(client, page, page + "save/", table=table)
    db.session.rollback()
    return response.status_code, response.text.replace("\xa0", " ")


def shown(client: FlaskClient, language: str = "en") -> str:
    return " ".join(client.get(f"/{language}/petition/mothers/").text.replace("\xa0", " ").split())


def test_it_shows_the_table_with_its_day_largest_first(client: FlaskClient, petition: Petition) -> None:
    assert "Where signatures come from" not in shown(client)
    assert save(client, petition, TABLE.replace("RU 30\nDE 12", "DE 12\nRU 30"))[0] == 303
    page = shown(client)
    assert "As of 20 November 2026." in page
    assert page.index("<span>Russia</span> <b>30</b>") < page.index("<span>Germany</span> <b>12</b>")
    assert "Other countries, or none given: 8" in page
    assert "<span>Россия</span> <b>30</b>" in shown(client, "ru")
    assert log() == [("set-countries", {"number": 3})]


def test_it_accepts_what_the_organisers_tool_prints(
    client: FlaskClient, petition: Petition, settings: Settings, tmp_path: Path
) -> None:
    export = tmp_path / "export.jsonl"
    export.write_text("".join(export_lines(petition.id)))
    command = [sys.executable, "-m", "wzo_offline.unseal", str(private_key(settings)), str(export), "--statistics"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert save(client, petition, printed.partition("panel:")[2])[0] == 303
    table = get_countries(petition.id)
    assert table
    assert [it.number for it in table.countries] == [50]
    assert "<span>Russia</span> <b>50</b>" in shown(client)


def test_it_can_be_replaced_and_removed(client: FlaskClient, petition: Petition) -> None:
    save(client, petition, TABLE)
    assert TABLE in client.get(path_of(petition, "countries/")).text
    save(client, petition, "date 2026-11-21\nGE 10")
    assert "<span>Georgia</span>" in shown(client)
    assert "<span>Germany</span>" not in shown(client)
    save(client, petition, " ")
    assert get_countries(petition.id) is None
    assert "Where signatures come from" not in shown(client)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("date 2026-11-20\nRU 9", "fewer than ten"),
        ("date 2026-11-20\nRU -30", "is not a country’s code"),
        ("date 2026-11-20\nXX 30", "is not a country’s code"),
        ("date 2026-11-20\nEU 30", "is not a country’s code"),
        ("date 2026-11-20\nRussia 30", "is not a country’s code"),
        ("date 2026-11-20\nRU 30 DE 12", "is not a country’s code"),
        ("date 2026-11-20\nRU 20\nru 20", "is not a country’s code"),
        ("date 2026-11-20\nAnna Akhmatova anna@example.org", "is not a country’s code"),
        ("date 2026-13-20\nRU 30", "is not a country’s code"),
        ("RU 30", "line with the date"),
        ("date 2999-01-01\nRU 30", "in the future"),
        ("date 2026-11-20\nRU 30\nother 21", "more than the 50 signatures"),
    ],
)
def test_it_explains_what_is_wrong_and_keeps_what_was_pasted(
    client: FlaskClient, petition: Petition, table: str, message: str
) -> None:
    status, text = save(client, petition, table)
    assert status == 422
    assert message in text
    assert table.splitlines()[-1] in text
    assert get_countries(petition.id) is None
    assert log() == []
