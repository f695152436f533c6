"""The commands of the site."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.conftest import CapturedEmails, RunWorker
from tests.petition.signing import link, sign
from wzo import create_app
from wzo.config import Settings
from wzo.extensions import db
from wzo.petition.models import Petition, SignatureCount


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(arguments))
    return result.exit_code, result.output


def test_it_describes_every_command_in_a_full_sentence(app: Flask) -> None:
    for group in ([], ["petition"], ["content"], ["search"], ["demo"], ["keys"]):
        _, printed = run(app, *group, "--help")
        commands = re.findall(r"^  ([a-z]+)\s{2,}(.+)$", printed.split("Commands:")[1], re.M)
        assert commands
        for name, sentence in commands:
            assert sentence.endswith("."), f"{name}: {sentence}"
            assert not sentence.endswith("..."), f"{name}: {sentence}"


@pytest.mark.slow
def test_it_loads_the_content_once(app: Flask) -> None:
    assert "added" in run(app, "content", "load")[1]
    assert "nothing to add" in run(app, "content", "load")[1]


@pytest.mark.slow
def test_it_can_repeat_a_release(app: Flask) -> None:
    assert run(app, "release")[0] == 0
    assert "nothing to add" in run(app, "release")[1]


@pytest.mark.one_database
@pytest.mark.parametrize("url", ["sqlite:////nowhere/wzo.sqlite3", "postgresql://wzo:secret@127.0.0.1:1/wzo"])
def test_it_says_that_the_database_cannot_be_opened(settings: Settings, url: str) -> None:
    code, printed = run(create_app(replace(settings, database_url=url)), "release")
    assert code == 1
    assert printed.startswith("Error: The database cannot be opened. Check DATABASE_URL. ")
    assert "secret" not in printed
    assert printed.count("\n") == 1


def test_it_finds_a_wrong_count(
    app: Flask, client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client)
    run_worker()
    client.post(link(emails.last(), "c"))
    code, printed = run(app, "petition", "recount")
    assert (code, "public count 1, recount 1" in printed) == (0, True)
    db.session.execute(update(SignatureCount).values(confirmed=2))
    db.session.commit()
    code, printed = run(app, "petition", "recount")
    assert code == 1
    assert "The public count is wrong" in printed


def test_it_reports_an_unknown_petition(app: Flask, petition: Petition, tmp_path: object) -> None:
    code, printed = run(app, "petition", "export", "nope", f"{tmp_path}/x")
    assert code == 1
    assert "There is no petition “nope”" in printed
