"""The settings: read once, checked at startup, with one clear sentence for each invalid one."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import flask.cli
import pytest
from click.testing import CliRunner
from nacl.public import PrivateKey

from wzo.config import ROOT, SettingsError, encode_key, load_settings

KEY = "00" * 32


PRODUCTION = {
    "SITE_URL": "https://wps.example.org",
    "DATABASE_URL": "postgres://user:secret@db.example.org/wzo",
    "SECRET_KEY": "s" * 64,
    "SMTP_URL": "smtps://user:secret@mail.example.org:465",
    "SIGNATURE_HMAC_KEY": KEY,
    "OUTBOX_KEY": encode_key(b"o" * 32),
    "EDITORS_KEY": encode_key(b"e" * 32),
    "SIGNATURE_PUBLIC_KEY": encode_key(bytes(PrivateKey.generate().public_key)),
}


def test_it_reads_everything_from_the_environment_in_production(tmp_path: Path) -> None:
    settings = load_settings({**PRODUCTION, "INSTANCE_PATH": str(tmp_path)})
    assert settings.production
    assert settings.database_url.startswith("postgresql://")
    assert settings.mail_from == "post@wps.example.org"
    assert settings.hosts == ["wps.example.org"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["SECRET_KEY", "SMTP_URL", "SIGNATURE_HMAC_KEY", "OUTBOX_KEY", "EDITORS_KEY"])
def test_it_does_not_start_in_production_without_a_secret(tmp_path: Path, name: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(SettingsError, match=f"^{name} .*\\.$"):
        load_settings({**environ, "INSTANCE_PATH": str(tmp_path)})


def test_it_does_not_start_in_production_on_a_disk_that_may_vanish(tmp_path: Path) -> None:
    environ = {**PRODUCTION, "INSTANCE_PATH": str(tmp_path)}
    del environ["DATABASE_URL"]
    with pytest.raises(SettingsError, match=r"^DATABASE_URL must be set [^\n]*sqlite:////absolute/path[^\n]*$"):
        load_settings(environ)
    # SQLite has to be chosen, with a path.
    chosen = {**environ, "DATABASE_URL": f"sqlite:///{tmp_path}/wzo.sqlite3"}
    assert load_settings(chosen).database_url == chosen["DATABASE_URL"]
    with pytest.raises(SettingsError, match=r"^DATABASE_URL must be a PostgreSQL database on Heroku[^\n]*$"):
        load_settings({**chosen, "DYNO": "web.1"})


def test_it_starts_without_a_public_key_and_accepts_no_signatures(tmp_path: Path) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != "SIGNATURE_PUBLIC_KEY"}
    assert load_settings({**environ, "INSTANCE_PATH": str(tmp_path)}).signature_public_key is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/wzo"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "sqlite:///wzo.sqlite3"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:////nowhere/wzo.sqlite3"),
        ("SECRET_KEY", "short"),
        ("SITE_URL", "wps.example"),
        ("SITE_URL", "https://example.org/path"),
        ("SITE_URL", "https://example.org:port"),
        ("SITE_URL", "http://wps.example"),
        ("SITE_URL", "https://.org"),
        ("SITE_URL", "https://:x@wps.example"),
        ("SITE_URL", "https://пример.рф"),
        ("MAIL_SITE_URL", "ftp://example.org"),
        ("MAIL_SITE_URL", "http://post.example.net"),
        ("ONION_URL", "https://wps.example"),
        ("DATABASE_URL", "sqlite://?timeout=1"),
        ("DATABASE_URL", "postgresql+asyncpg://x/y"),
        ("SIGNATURE_PUBLIC_KEY", "00" * 32),
        ("OUTBOX_KEY", KEY),
        ("EDITORS_KEY", KEY),
        ("MAIL_FROM", "a@b@c"),
        ("ONION_URL", "abc.onion"),
        ("SMTP_URL", "http://mail.example.org"),
        ("SMTP_URL", "smtp://mail.example.org:99999"),
        ("MAIL_FROM", "Group <post@example.org>"),
        ("MAIL_FROM", "post@example.org\nBcc: x@example.org"),
        ("SIGNATURE_PUBLIC_KEY", "abc"),
        ("SIGNATURE_HMAC_KEY", "ff"),
        ("OUTBOX_KEY", "not base64!"),
        ("STRIPE_SECRET_KEY", "pk_live_0123456789abcdef"),
        ("STRIPE_SECRET_KEY", "sk_live_short"),
        ("STRIPE_SECRET_KEY", "sk_live_0123456789 abcdef"),
        ("STRIPE_WEBHOOK_SECRET", "sk_live_0123456789abcdef"),
        ("STRIPE_PORTAL_URL", "http://billing.example.org/p/login/x"),
        ("STRIPE_PORTAL_URL", "https://billing.example.org/p?x=1"),
        ("STRIPE_PORTAL_URL", "https://user@billing.example.org/"),
        ("STRIPE_API_URL", "https://stripe.example.org"),
        ("STRIPE_API_URL", "ftp://stripe.example.org"),
        ("SOURCE_URL", "http://git.example.org/site"),
        ("SOURCE_URL", "javascript:alert(1)"),
        ("ALARM_EMAIL", "Operator <a@example.org>"),
        ("ALARM_WEBHOOK_URL", "http://hooks.example.org/x"),
        ("ALARM_WEBHOOK_URL", "https:///x"),
        ("ALARM_WEBHOOK_URL", "https://hooks.example.org/a b"),
        ("ALARM_WEBHOOK_URL", "file:///etc/passwd"),
        ("METRICS_TOKEN", "short"),
        ("LOG_FORMAT", "xml"),
        ("SECURITY_CONTACT", "security at example.org"),
        ("SECURITY_CONTACT", "http://example.org/report"),
        ("SECURITY_CONTACT", "security@example.org\nPolicy: https://evil.example"),
        ("SECURITY_CONTACT_EXPIRES", "2027-13-01"),
        ("PORT", "0"),
        ("WEB_HOST", "localhost"),
        ("PORT", "eighty"),
        ("PORT", "٨٠٠٠"),
        ("WEB_CONCURRENCY", "-1"),
        ("MEDIA_URL", "/srv/pictures"),
        ("MEDIA_URL", "file://host/pictures"),
        ("MEDIA_URL", "s3://pictures"),
        ("MEDIA_URL", "s3://bucket?endpoint=http://s3.example.org"),
        ("MEDIA_URL", "s3://bucket?endpoint=http://127.0.0.1.example.org"),
        ("MEDIA_URL", "s3://bucket?endpoint=http://192.168.1.5:9000"),
        ("MEDIA_URL", "s3://bucket?endpoint=ftp://127.0.0.1"),
        ("MEDIA_URL", "s3://bucket?endpoint=https://s3.example.org&acl=public"),
        ("MEDIA_URL", "https://bucket.example.org"),
    ],
)
def test_it_names_an_invalid_setting_in_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({**PRODUCTION, name: value, "INSTANCE_PATH": str(tmp_path)})
    assert str(error.value).startswith(name)
    assert str(error.value).count("\n") == 0
    assert value not in str(error.value)


STRIPE = {"STRIPE_SECRET_KEY": f"sk_live_{'a' * 24}", "STRIPE_WEBHOOK_SECRET": f"whsec_{'a' * 24}"}


def test_it_requires_both_stripe_secrets_or_neither(tmp_path: Path) -> None:
    environ = {**PRODUCTION, "INSTANCE_PATH": str(tmp_path)}
    assert load_settings({**environ, **STRIPE}).stripe_secret_key == STRIPE["STRIPE_SECRET_KEY"]
    assert load_settings(environ).stripe_secret_key is None
    for name, other in (tuple(STRIPE), tuple(STRIPE)[::-1]):
        with pytest.raises(SettingsError, match=rf"^{other} must be set if the other Stripe secret is[^\n]*\.$"):
            load_settings({**environ, name: STRIPE[name]})


def test_it_requires_a_contact_and_its_date_or_neither(tmp_path: Path) -> None:
    both = {"SECURITY_CONTACT": "security@example.org", "SECURITY_CONTACT_EXPIRES": "2027-11-30"}
    environ = {**PRODUCTION, "INSTANCE_PATH": str(tmp_path)}
    assert load_settings({**environ, **both}).security_contact_expires == date(2027, 11, 30)
    assert load_settings(environ).security_contact is None
    for name, other in (tuple(both), tuple(both)[::-1]):
        with pytest.raises(SettingsError, match=rf"^{other} must be set if the other setting[^\n]*\.$"):
            load_settings({**environ, name: both[name]})


def test_it_allows_another_stripe_url_in_development(tmp_path: Path) -> None:
    environ = {"STRIPE_API_URL": "http://127.0.0.1:9", "INSTANCE_PATH": str(tmp_path)}
    assert load_settings({**environ, **STRIPE}).stripe_api_url == "http://127.0.0.1:9"


def test_it_normalises_the_site_url(tmp_path: Path) -> None:
    settings = load_settings({**PRODUCTION, "SITE_URL": "HTTPS://WPS.example.org:443/", "INSTANCE_PATH": str(tmp_path)})
    assert settings.site_url == "https://wps.example.org"


def test_it_allows_a_phone_on_the_same_network(tmp_path: Path) -> None:
    environ = {"SITE_URL": "http://192.168.1.5:8000", "INSTANCE_PATH": str(tmp_path)}
    assert not load_settings(environ).production


@pytest.mark.parametrize(
    ("written", "site_url"),
    [
        ("http://127.0.0.1:8001\n", "http://127.0.0.1:8001"),
        ("http://example.org", "http://127.0.0.1:8000"),
        ("https://example.org", "http://127.0.0.1:8000"),
        ("http://[", "http://127.0.0.1:8000"),
        ("", "http://127.0.0.1:8000"),
    ],
)
def test_it_knows_the_address_at_which_make_run_serves(tmp_path: Path, written: str, site_url: str) -> None:
    (tmp_path / "address").write_text(written)
    environ = {"INSTANCE_PATH": str(tmp_path)}
    assert load_settings(environ).site_url == site_url
    assert load_settings({**environ, "PORT": "8005"}).site_url == "http://127.0.0.1:8005"
    assert load_settings({**environ, "SITE_URL": "http://localhost:8006"}).site_url == "http://localhost:8006"


def test_it_reports_a_folder_that_it_cannot_write() -> None:
    with pytest.raises(SettingsError, match="INSTANCE_PATH"):
        load_settings({"INSTANCE_PATH": "/proc/nowhere"})


def test_it_names_all_invalid_settings_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({"SITE_URL": "https://example.org", "PORT": "x", "INSTANCE_PATH": str(tmp_path)})
    assert len(str(error.value).splitlines()) == 7


SENTENCE = "WEB_CONCURRENCY must be a whole number from 1 to 64."


@pytest.mark.parametrize("arguments", [["worker"], ["--help"]])
def test_it_stops_every_command_with_the_sentence(tmp_path: Path, arguments: list[str]) -> None:
    environ = {"INSTANCE_PATH": str(tmp_path), "WEB_CONCURRENCY": "many"}
    result = CliRunner().invoke(flask.cli.cli, ["--app", "wzo", *arguments], env=environ)
    assert result.exit_code == 1
    assert SENTENCE in result.output
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_it_stops_the_server_with_the_sentence(tmp_path: Path) -> None:
    environ = {**os.environ, "INSTANCE_PATH": str(tmp_path), "WEB_CONCURRENCY": "many"}
    command = [sys.executable, "-m", "wzo.server"]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 1
    assert SENTENCE in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_knows_where_pictures_last(tmp_path: Path) -> None:
    environ = {**PRODUCTION, "INSTANCE_PATH": str(tmp_path)}
    assert not load_settings(environ).media_is_persistent
    assert load_settings({**environ, "MEDIA_URL": "file:///srv/pictures"}).media_is_persistent
    assert load_settings({"INSTANCE_PATH": str(tmp_path)}).media_is_persistent
    bucket = {**environ, "MEDIA_URL": "s3://bucket/folder?endpoint=https://s3.example.org&region=eu-north-1"}
    with pytest.raises(SettingsError, match=r"^MEDIA_KEY_ID .*\.\nMEDIA_SECRET .*\.$"):
        load_settings(bucket)
    settings = load_settings({**bucket, "MEDIA_KEY_ID": "id", "MEDIA_SECRET": "secret"})
    assert settings.media_is_persistent


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost:3900", "[::1]:9000"])
def test_it_allows_a_bucket_on_this_machine(tmp_path: Path, host: str) -> None:
    """MinIO or Garage beside the site: no one can listen between them."""
    bucket = {"MEDIA_URL": f"s3://bucket?endpoint=http://{host}", "MEDIA_KEY_ID": "id", "MEDIA_SECRET": "secret"}
    assert load_settings({**PRODUCTION, **bucket, "INSTANCE_PATH": str(tmp_path)}).media_is_persistent
