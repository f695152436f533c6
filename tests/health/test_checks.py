"""Faults are planted one at a time: `flask doctor` and `/readyz` name each, and both are quiet on a healthy site."""

import dataclasses
import re
import shutil
from collections import namedtuple
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from nacl.public import PrivateKey
from sqlalchemy import text, update

from tests.conftest import make_client
from tests.health.conftest import HealthySite
from wzo import create_app, heartbeat, key_fingerprints, outbox
from wzo.backup.stores import TIME_FORMAT
from wzo.clock import now
from wzo.config import ROOT
from wzo.extensions import db, write_transaction
from wzo.health import checks
from wzo.health.findings import FINDING_KINDS
from wzo.health.storage import MEGABYTE
from wzo.i18n import LANGUAGES, in_language
from wzo.petition import submission_limits
from wzo.worker import Worker

pytestmark = pytest.mark.slow

Request = pytest.FixtureRequest
Usage = namedtuple("Usage", "total used free")
OTHER = b"x" * 32
# The newest migration.
HEAD = sorted(path.stem[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))[-1]


def on_another_database(site: HealthySite, url: str) -> None:
    site.app = create_app(dataclasses.replace(site.app.extensions["settings"], database_url=url))


def lose_database(site: HealthySite, request: Request) -> None:
    is_sqlite = site.settings.database_url.startswith("sqlite")
    on_another_database(site, "sqlite:////nowhere/wzo.sqlite3" if is_sqlite else "postgresql://127.0.0.1:1/wzo")


def lose_tables(site: HealthySite, request: Request) -> None:
    on_another_database(site, request.getfixturevalue("no_tables_url"))


def set_revision(revision: str) -> Callable[[HealthySite, Request], None]:
    def plant(site: HealthySite, request: Request) -> None:
        def write(value: str) -> str:
            with site.app.app_context(), db.engine.begin() as connection:
                before = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
                connection.execute(text("UPDATE alembic_version SET version_num = :value"), {"value": value})
            return before

        before = write(revision)
        request.addfinalizer(lambda: write(before))

    return plant


def know_newer_revision(*, only_adds: bool) -> Callable[[HealthySite, Request], None]:
    def plant(site: HealthySite, request: Request) -> None:
        set_revision("9999")(site, request)
        with site.app.app_context(), db.engine.begin() as connection:
            values = {"head": HEAD, "adds": only_adds}
            insertion = (
                "INSERT INTO applied_migrations (revision, down_revision, only_adds) VALUES ('9999', :head, :adds)"
            )
            connection.execute(text(insertion), values)
        request.addfinalizer(lambda: forget_newer_revision(site))

    return plant


def forget_newer_revision(site: HealthySite) -> None:
    with site.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM applied_migrations WHERE revision = '9999'"))


def setting(**changes: object) -> Callable[[HealthySite, Request], None]:
    return lambda site, request: site.change(**changes)


def change_public_key(site: HealthySite, request: Request) -> None:
    site.change(signature_public_key=bytes(PrivateKey.generate().public_key))


def use_development_keys(site: HealthySite, request: Request) -> None:
    development = request.getfixturevalue("settings")
    site.change(signature_public_key=development.signature_public_key, instance_path=development.instance_path)
    with site.app.app_context():
        key_fingerprints.accept("SIGNATURE_PUBLIC_KEY")


def set_heartbeat(ago: timedelta) -> Callable[[HealthySite, Request], None]:
    def plant(site: HealthySite, request: Request) -> None:
        with site.app.app_context(), write_transaction():
            db.session.execute(update(heartbeat.Heartbeat).values(seen_at=now() - ago))

    return plant


def never_run_worker(site: HealthySite, request: Request) -> None:
    with site.app.app_context(), write_transaction():
        db.session.query(heartbeat.Heartbeat).delete()


def fail_jobs(site: HealthySite, request: Request) -> None:
    """A job that was encrypted with another key than that of the worker."""
    right = site.app.extensions["settings"].outbox_key
    with site.app.app_context():
        site.change(outbox_key=OTHER)
        with write_transaction():
            outbox.enqueue("mail", {"to": "a@example.org"})
        site.change(outbox_key=right)
        Worker().run_once()


def let_job_wait(site: HealthySite, request: Request) -> None:
    with site.app.app_context(), write_transaction():
        outbox.enqueue("mail", {"to": "a@example.org"}, due_at=now() - timedelta(hours=1))


def fail_mail(*, is_refused: bool) -> Callable[[HealthySite, Request], None]:
    def plant(site: HealthySite, request: Request) -> None:
        with site.app.app_context():
            heartbeat.beat(mail_fails_since=now(), mail_failure="554 5.7.1", mail_is_refused=is_refused)

    return plant


def hide_headers(site: HealthySite, request: Request) -> None:
    site.hidden_headers |= {"Strict-Transport-Security"}


def fill_disk(free: int) -> Callable[[HealthySite, Request], None]:
    def plant(site: HealthySite, request: Request) -> None:
        patch = request.getfixturevalue("monkeypatch")
        patch.setattr(shutil, "disk_usage", lambda folder: Usage(free * 10, free * 9, free))

    return plant


def load_initial_content(site: HealthySite, request: Request) -> None:
    request.getfixturevalue("content")


def use_up_submissions(site: HealthySite, request: Request) -> None:
    site.change(signatures_per_hour=1)
    with site.app.app_context(), write_transaction():
        submission_limits.count_submission(1)


def differ_from_database(site: HealthySite, request: Request) -> None:
    if site.settings.database_url.startswith("sqlite"):
        pytest.skip("SQLite has no clock of its own.")
    travel = time_machine.travel(now() + timedelta(minutes=10))
    travel.start()
    request.addfinalizer(travel.stop)
    with site.app.app_context():
        heartbeat.beat()


def break_a_check(site: HealthySite, request: Request) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    request.getfixturevalue("monkeypatch").setitem(checks.SERVICE_CHECKS, "mail", broken)


def keep_backups(*ages: timedelta) -> Callable[[HealthySite, Request], None]:
    """A folder with backups so old."""

    def plant(site: HealthySite, request: Request) -> None:
        folder = request.getfixturevalue("tmp_path")
        for age in ages:
            (folder / f"wzo-{(now() - age).strftime(TIME_FORMAT)}.backup").write_bytes(b"")
        site.change(backup_url=folder.as_uri())

    return plant


# By the key of the finding that must be there, and no other: how to plant the fault, and what the remedy says.
FAULTS: dict[str, tuple[Callable[[HealthySite, Request], None], str]] = {
    "database-unreachable": (lose_database, "DATABASE_URL"),
    "database-without-tables": (lose_tables, "flask --app wzo release"),
    "migration-behind": (set_revision("0002"), "flask --app wzo release"),
    "migration-ahead": (know_newer_revision(only_adds=True), "deploy the newer one"),
    "migration-incompatible": (know_newer_revision(only_adds=False), f"db downgrade {HEAD}"),
    "signature-public-key-missing": (setting(signature_public_key=None), "flask petition keygen"),
    "signature-public-key-changed": (change_public_key, "keys accept SIGNATURE_PUBLIC_KEY"),
    "signature-hmac-key-changed": (setting(signature_hmac_key=OTHER), "Restore the old key"),
    "outbox-key-changed": (setting(outbox_key=OTHER), "keys accept OUTBOX_KEY"),
    "editors-key-changed": (setting(editors_key=OTHER), "users reset"),
    "secret-key-changed": (setting(secret_key="x" * 32), "keys accept SECRET_KEY"),
    "development-keys": (use_development_keys, "README"),
    "worker-stopped": (set_heartbeat(timedelta(minutes=5)), "flask --app wzo worker"),
    "worker-never-ran": (never_run_worker, "flask --app wzo worker"),
    "clock-set-back": (set_heartbeat(-timedelta(hours=1)), "NTP"),
    "clock-differs": (differ_from_database, "NTP"),
    "jobs-failing": (fail_jobs, "OUTBOX_KEY"),
    "jobs-stuck": (let_job_wait, "Restart the worker"),
    "mail-unreachable": (fail_mail(is_refused=False), "SMTP_URL"),
    "mail-refused": (fail_mail(is_refused=True), "mail provider"),
    "setting-reveals-the-topic": (setting(mail_from="petition@example.org"), "neutral name"),
    "media-store-unreachable": (
        setting(media_url="s3://bucket?endpoint=http://127.0.0.1:1", media_key_id="a", media_secret="b"),
        "MEDIA_SECRET",
    ),
    "backups-unreachable": (
        setting(backup_url="s3://bucket?endpoint=http://127.0.0.1:1", backup_key_id="a", backup_secret="b"),
        "BACKUP_SECRET",
    ),
    "backup-old": (keep_backups(timedelta(hours=37), timedelta(days=9)), "flask --app wzo backup"),
    "backup-missing": (keep_backups(), "flask --app wzo backup"),
    "site-unreachable": (setting(site_url="https://127.0.0.1:1"), "Open SITE_URL yourself"),
    "headers-missing": (hide_headers, "let it pass on all headers"),
    "disk-full": (fill_disk(MEGABYTE), "enlarge the disk"),
    "disk-low": (fill_disk(100 * MEGABYTE), "enlarge the disk"),
    "folder-not-writable": (setting(instance_path=ROOT / "nowhere"), "INSTANCE_PATH"),
    "initial-content-unconfirmed": (load_initial_content, "content confirm"),
    "security-contact-expired": (setting(security_contact_expires=date(2026, 1, 1)), "SECURITY_CONTACT_EXPIRES"),
    "submission-limit-reached": (use_up_submissions, "SIGNATURES_PER_HOUR"),
    "check-failed": (break_a_check, "report it"),
}
# Findings that follow from a fault.
CONSEQUENCES = {"clock-differs": {"clock-set-back"}, "site-unreachable": {"setting-reveals-the-topic"}}


@pytest.mark.parametrize("key", FAULTS)
def test_it_names_a_planted_fault_and_its_remedy(site: HealthySite, request: Request, key: str) -> None:
    plant, remedy = FAULTS[key]
    before = site.app
    request.addfinalizer(lambda: setattr(site, "app", before))
    plant(site, request)
    if key not in ("database-unreachable", "database-without-tables"):
        site.let_worker_check()
    client = make_client(site.app)

    response = client.get("/readyz")
    assert {*response.get_json()["findings"]} - CONSEQUENCES.get(key, set()) == {key}
    assert response.status_code == (503 if FINDING_KINDS[key].severity == "error" else 200)
    (reported,) = client.get("/readyz", headers={"Authorization": f"Bearer {'t' * 32}"}).get_json()["findings"]
    assert remedy in reported["remedy"]

    code, printed = site.doctor()
    assert code == 1
    assert re.search(rf"^(ERROR|WARNING) +{key}: .+\n +→ .*{re.escape(remedy)}", printed, re.M), printed
    assert printed.endswith("Problems: 1.\n")


def test_it_is_quiet_on_a_healthy_site(site: HealthySite) -> None:
    response = make_client(site.app).get("/readyz")
    assert (response.status_code, response.get_json()) == (200, {"findings": [], "status": "ready"})
    code, printed = site.doctor()
    assert (code, printed.splitlines()[-1]) == (0, "No problems.")
    assert {line.split()[0] for line in printed.splitlines()[:-1]} == {"ok"}, printed


def test_it_is_quiet_about_a_recent_backup(site: HealthySite, request: Request) -> None:
    keep_backups(timedelta(hours=35), timedelta(days=9))(site, request)
    code, printed = site.doctor()
    assert (code, printed.splitlines()[-1]) == (0, "No problems.")


def test_it_plants_every_kind_of_fault_that_an_operator_fixes() -> None:
    of_editors = {
        *("mail-rejected", "few-confirm", "broken-link", "donation-method-never-checked"),
        *(
            "donation-method-not-checked",
            "directory-entry-not-checked",
            "card-donations-off",
            "stripe-test-key",
            "submission-limit-nearly-reached",
        ),
    }
    notes = {key for key, kind in FINDING_KINDS.items() if kind.severity == "note"}
    assert {*FINDING_KINDS} - of_editors - notes == {*FAULTS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_in_every_language_what_to_do(site: HealthySite, language: str) -> None:
    with site.app.app_context(), in_language("en"):
        source = {key: (str(kind.title), str(kind.remedy)) for key, kind in FINDING_KINDS.items()}
    with site.app.app_context(), in_language(language):
        for key, kind in FINDING_KINDS.items():
            for text_, original in zip((str(kind.title), str(kind.remedy)), source[key], strict=True):
                assert len(text_) > 10, key
                assert language == "en" or text_ != original, key


def test_it_documents_every_kind() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text()
    assert [key for key in FINDING_KINDS if f"`{key}`" not in guide] == []
