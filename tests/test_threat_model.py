"""The threat model names tests that exist, and the database gives away what it says."""

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.browser.traces import encodings
from tests.conftest import CapturedEmails, RunWorker, SignIn
from tests.disk import dump
from tests.factories import StoryFactory
from tests.petition.signing import confirm_named, link, sign
from tests.test_layout import TESTS
from wzo.audit import record
from wzo.config import ROOT, Settings
from wzo.crypto import decrypt
from wzo.email_addresses import canonical_email
from wzo.extensions import db
from wzo.outbox import Job
from wzo.petition import submission_limits
from wzo.petition.mailboxes import hash_email, next_email_at
from wzo.petition.models import Mailbox, Signature

DOCUMENT = ROOT / "docs" / "threat-model.md"
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")

SECRET, PUBLIC = "Xenia Xylographa", "Zyxomma Publica"
SECRET_EMAIL, PUBLIC_EMAIL = "xenia@marked-qwfpgj.example", "zyxomma@marked-qwfpgj.example"
ADDRESS, AGENT = "203.0.113.77", "MarkedAgent/1.0"


def claims() -> list[str]:
    """The lines of the lists, each on one line."""
    text = re.sub(r"\n  +", " ", DOCUMENT.read_text())
    return [line for line in text.partition("\n## ")[2].splitlines() if line.startswith("- ")]


@pytest.mark.one_database
def test_it_says_what_kind_each_claim_is_of() -> None:
    assert len(claims()) > 80
    assert [it for it in claims() if not re.match(r"- \*\*.*\b(no|yes|limit):\*\* \S", it, re.I)] == []


@pytest.mark.one_database
def test_it_has_every_heading_on_a_line_of_its_own() -> None:
    assert re.findall(r"^[^#\n].*##.*$", DOCUMENT.read_text(), re.M) == []
    anchors = re.findall(r"\]\(#([\w-]+)\)", DOCUMENT.read_text())
    headings = [re.sub(r"\W", "-", it.lower()) for it in re.findall(r"^## (.+)$", DOCUMENT.read_text(), re.M)]
    assert {*anchors} <= {*headings}


@pytest.mark.one_database
def test_it_names_a_test_for_what_cannot_be_learned() -> None:
    assert [it for it in claims() if re.match(r"- \*\*.*\bno:\*\*", it, re.I) and not TEST.search(it)] == []
    missing = [
        f"{file}::{test}"
        for file, test in TEST.findall(DOCUMENT.read_text())
        if not (TESTS / file).exists() or f"def {test}(" not in (TESTS / file).read_text()
    ]
    assert missing == []


@pytest.mark.slow
@pytest.mark.usefixtures("petition")
def test_it_gives_away_what_the_document_says(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, sign_in: SignIn, settings: Settings
) -> None:
    client.environ_base["HTTP_USER_AGENT"] = AGENT
    for name, email, fields in ((SECRET, SECRET_EMAIL, {}), (PUBLIC, PUBLIC_EMAIL, {"show_name": "y"})):
        sign(client, name=name, email=email, network=ADDRESS, **fields)
    for job in db.session.scalars(select(Job)):
        job_content = str(decrypt(settings.outbox_key, job.payload or b""))
        assert "marked-qwfpgj" in job_content
        assert not [it for it in (ADDRESS, AGENT) if it in job_content]
    db.session.rollback()
    run_worker()
    letters = {email["To"]: email for email in emails.all()}
    client.post(link(letters[SECRET_EMAIL], "c"))
    confirm_named(client, letters[PUBLIC_EMAIL], PUBLIC)
    editor = sign_in(client)
    StoryFactory(slug="marked-story")
    record(action="sign-in", user_id=editor.id)
    db.session.commit()

    dumped = dump()
    # The search finds what there is.
    for word in (PUBLIC, editor.email, editor.name, "marked-story", "sign-in"):
        assert word.encode() in dumped, word
    for word in (SECRET, SECRET_EMAIL, PUBLIC_EMAIL, canonical_email(SECRET_EMAIL), ADDRESS, AGENT):
        assert [how for how, trace in encodings(word).items() if trace in dumped] == [], word


@pytest.mark.usefixtures("petition")
def test_it_tests_a_guess_with_the_hash_key(client: FlaskClient, run_worker: RunWorker, settings: Settings) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    sign(client, email=SECRET_EMAIL)
    run_worker()
    key, guess = settings.signature_hmac_key, canonical_email(SECRET_EMAIL)
    assert db.session.scalars(select(Signature).where(Signature.email_hash == hash_email(key, guess))).one()
    assert db.session.scalars(select(Signature).where(Signature.email_hash == hash_email(b"x" * 32, guess))).all() == []
    mailbox = db.session.scalars(select(Mailbox)).one()
    assert before < next_email_at(mailbox, key, guess)


@pytest.mark.usefixtures("petition")
def test_it_tests_a_guess_at_a_network_with_the_secret_key(client: FlaskClient) -> None:
    sign(client, network=ADDRESS)
    busy = db.session.scalars(
        select(submission_limits.SubmissionCount.network_bucket).where(
            submission_limits.SubmissionCount.network_bucket >= 0
        )
    ).all()
    assert busy == [submission_limits.bucket_of(ADDRESS)]
    # Others have the same number, but few of those who could be meant: of this thousand, none or one.
    assert sum(submission_limits.bucket_of(f"198.51.{it // 256}.{it % 256}") == busy[0] for it in range(1_000)) < 5
