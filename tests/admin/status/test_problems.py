"""The findings of the health checks that an editor sees, and the pages where they are fixed."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from tests.factories import StoryFactory, UserFactory
from wzo import heartbeat, outbox
from wzo.accounts.models import User
from wzo.admin.status.problems import present, problems_for
from wzo.clock import now
from wzo.config import DEVELOPMENT_KEYS, Settings, uses_development_keys
from wzo.donate.content_types import METHODS
from wzo.donate.models import DonationMethod, DonationMethodText
from wzo.extensions import db, write_transaction
from wzo.health.findings import FINDING_KINDS, Finding, Severity
from wzo.i18n import LANGUAGES
from wzo.petition import submission_limits
from wzo.petition.models import Petition
from wzo.publication import State

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def well(app: Flask) -> Iterator[None]:
    """A request on a site with no problem but its development keys."""
    heartbeat.beat()
    with app.test_request_context("/en/"):
        yield


@pytest.fixture
def administrator(app: Flask) -> User:
    user: User = UserFactory(role="administrator")
    return user


def messages(editor: User) -> list[str]:
    """The problems, except those of keys that a development site has or lacks."""
    return [it.title for it in problems_for(editor) if it.key not in ("development-keys", "card-donations-off")]


def test_it_warns_that_development_keys_are_in_use(app: Flask, settings: Settings) -> None:
    (problem,) = [it for it in problems_for(UserFactory(role="administrator")) if it.key == "development-keys"]
    assert "Development keys are in use" in problem.title
    assert problem.path == "/admin/petition/#keys"
    (plain,) = problems_for(UserFactory(role="writer"))
    assert (plain.title, plain.remedy, plain.path) == (
        "Do not collect real signatures here yet: the site is still being set up.",
        "",
        "",
    )
    assert uses_development_keys(settings)
    assert not uses_development_keys(dataclasses.replace(settings, signature_public_key=b"x" * 32))
    assert not uses_development_keys(dataclasses.replace(settings, signature_public_key=None))


def test_it_ignores_damaged_development_keys(settings: Settings, tmp_path: object) -> None:
    elsewhere = dataclasses.replace(settings, instance_path=settings.instance_path / "other")
    elsewhere.instance_path.mkdir(exist_ok=True)
    (elsewhere.instance_path / DEVELOPMENT_KEYS).write_text("{}")
    assert not uses_development_keys(elsewhere)


def test_it_reports_that_the_worker_is_gone(administrator: User) -> None:
    assert messages(administrator) == []
    with write_transaction():
        db.session.execute(update(heartbeat.Heartbeat).values(seen_at=now() - timedelta(hours=2)))
    assert messages(administrator) == [
        "The worker has been down for 2 hours: no e-mails are sent and no signatures are processed."
    ]
    with write_transaction():
        db.session.query(heartbeat.Heartbeat).delete()
    assert "never run" in messages(administrator)[0]


def test_it_reports_that_mail_fails(administrator: User) -> None:
    heartbeat.beat(mail_fails_since=now() - timedelta(minutes=10), mail_failure="ConnectionRefusedError")
    assert messages(administrator) == ["The mail server has been unreachable for 10 minutes (ConnectionRefusedError)."]


def test_it_reports_that_mail_is_refused(administrator: User) -> None:
    since = now() - timedelta(minutes=10)
    heartbeat.beat(mail_fails_since=since, mail_failure="554 5.7.1", mail_is_refused=True)
    assert messages(administrator) == [
        "The mail server has refused all e-mails for 10 minutes (554 5.7.1). They are held until it accepts them."
    ]


def test_it_reports_refused_emails(administrator: User) -> None:
    with write_transaction():
        for _ in range(2):
            db.session.add(outbox.Job(kind="mail", failure="550", failed_on=date(2026, 11, 20)))
    assert messages(administrator) == ["E-mails that could not be delivered, because mail servers rejected them: 2."]


@pytest.mark.parametrize(("used", "words"), [(7, None), (8, "nearly reached (8 of 10)"), (10, "is reached (10 of 10)")])
def test_it_warns_before_the_limit_of_the_hour_is_reached(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, used: int, words: str | None
) -> None:
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, signatures_per_hour=10))
    with write_transaction():
        for number in range(used):
            submission_limits.count_submission(number)
    found = [it for it in problems_for(UserFactory(role="administrator")) if it.key.startswith("submission-limit")]
    assert len(found) == (1 if words else 0)
    assert not words or words in found[0].title
    assert not words or "SIGNATURES_PER_HOUR" in found[0].remedy
    assert len(messages(UserFactory(role="writer"))) == len(found)


def test_it_reports_missing_and_wrong_keys(
    app: Flask, administrator: User, petition: Petition, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, signature_public_key=None))
    petition.key_fingerprint = b"another"
    db.session.commit()
    first, second, *_ = problems_for(administrator)
    assert "public key is missing" in first.title
    assert "SIGNATURE_HMAC_KEY is not the key" in second.title
    assert "“mothers”" in second.title
    assert (first.severity, second.severity) == (Severity.ERROR, Severity.ERROR)


def test_it_reports_donation_methods_that_were_not_checked_for_long(administrator: User) -> None:
    today = datetime.now(UTC).date()
    for number, checked_on in enumerate((today, today - timedelta(91), None)):
        method = DonationMethod(slug=f"way-{number}", position=number, kind="link", checked_on=checked_on)
        db.session.add(method)
        db.session.flush()
        db.session.add(
            DonationMethodText(method_id=method.id, language="ru", state=State.LIVE, title=f"Способ {number}")
        )
        state = State.DRAFT if checked_on is None else State.LIVE
        db.session.add(DonationMethodText(method_id=method.id, language="en", state=state, title=f"Way {number}"))
    db.session.commit()
    # By a title that readers see, in the editor's own language if there is one.
    assert messages(administrator) == [
        "The donation method “Way 1” was last checked 3 months ago.",
        "The donation method “Способ 2” has never been checked.",
    ]


def test_it_links_a_dead_link_to_its_text_and_sorts_by_severity(administrator: User) -> None:
    story = StoryFactory(slug="one", texts__body="[gone](/en/stories/gone/)")
    with write_transaction():
        db.session.query(heartbeat.Heartbeat).delete()
    problems = problems_for(administrator)
    assert [it.severity for it in problems] == sorted((it.severity for it in problems), key=list(Severity).index)
    dead = [it for it in problems if "broken link" in it.title]
    assert [it.path for it in dead] == [f"/admin/stories/{story.id}/"] * 2
    assert dead[0].title == "“one” (English) has a broken link: /en/stories/gone/"


def test_it_shows_editors_only_problems_that_they_can_fix(app: Flask) -> None:
    with write_transaction():
        db.session.query(heartbeat.Heartbeat).delete()
        db.session.add(outbox.Job(kind="mail", failure="550", failed_on=date(2026, 11, 20)))
    counts = [len(problems_for(UserFactory(role=role))) for role in ("writer", "publisher", "administrator")]
    assert counts == [1, 2, 4]


# Settings, keys and commands: what nobody can use who has no access to the server.
# The page of each kind of finding that belongs to one object.
PAGES: dict[str, dict[str, object]] = {
    "admin.editing.edit": {"content_type": METHODS, "object_id": 1},
    "admin.editing.index": {"content_type": METHODS},
    "admin.petition.show": {"petition_id": 1},
}
TECHNICAL = re.compile(r"[A-Z]+_[A-Z]+|flask|README|worker|SMTP|outbox|%\(", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["writer", "publisher"])
def test_it_presents_in_plain_words_what_only_administrators_can_fix(app: Flask, role: str, language: str) -> None:
    """Every kind of finding, whatever its values."""
    with app.test_request_context(f"/{language}/"):
        findings = [
            Finding(it, "subject", {}, page_arguments=PAGES.get(it.endpoint, {})) for it in FINDING_KINDS.values()
        ]
        presented = present(findings, UserFactory(role=role))
        assert not [it for it in presented if TECHNICAL.search(it.title + it.remedy)]
        # A problem without a page that they can use has a sentence or two, and is listed once.
        assert len({it.title for it in presented}) == len(presented)
        technical = [it for it in present(findings, UserFactory(role="administrator")) if TECHNICAL.search(it.remedy)]
        assert len(technical) > 15
        assert {"signature-public-key-missing", "development-keys"} <= {it.key for it in presented}
        assert (
            "worker-stopped" in {it.key for it in presented} or "worker-never-ran" in {it.key for it in presented}
        ) == (role == "publisher")


def test_it_shows_administrators_why_card_donations_are_not_offered(
    app: Flask, settings: Settings, administrator: User
) -> None:
    (problem,) = [it for it in problems_for(administrator) if it.key == "card-donations-off"]
    assert "STRIPE_SECRET_KEY" in problem.remedy
    assert problem.severity is Severity.NOTE
    assert problem.path == "/admin/donation-methods/"
    assert not [it for it in problems_for(UserFactory(role="publisher")) if it.key == "card-donations-off"]
    keys = {"stripe_secret_key": "sk_test_" + "1" * 16, "stripe_webhook_secret": "whsec_" + "1" * 16}
    app.extensions["settings"] = dataclasses.replace(settings, **keys)
    try:
        assert messages(administrator) == []
        assert not [it for it in problems_for(administrator) if it.key == "card-donations-off"]
        app.extensions["settings"] = dataclasses.replace(settings, **keys, site_url="https://wps.example.org")
        (trial,) = [it for it in problems_for(administrator) if "test key" in it.title]
        assert trial.severity is Severity.ERROR
    finally:
        app.extensions["settings"] = settings


def test_it_reports_a_sender_that_reveals_the_topic(app: Flask, administrator: User, settings: Settings) -> None:
    named = dataclasses.replace(settings, mail_from="petition@example.org")
    app.extensions["settings"] = named
    try:
        (problem,) = [it for it in problems_for(administrator) if it.title.startswith("MAIL_FROM")]
    finally:
        app.extensions["settings"] = settings
    assert "petition@example.org" in problem.title
    assert (problem.severity, problem.path) == (Severity.NOTE, "/admin/petition/#mail")
