"""A public site in good health: its own keys, a worker that has just checked everything, and a page at SITE_URL."""

import contextvars
import dataclasses
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from nacl.public import PrivateKey
from werkzeug.serving import make_server

from tests.certificates import Authority
from tests.conftest import Installation, own_database
from tests.running_site import free_port
from wzo import create_app, heartbeat, key_fingerprints
from wzo.clock import today
from wzo.config import Settings
from wzo.health import views, worker_findings
from wzo.health.checks import find_in_worker


@dataclasses.dataclass
class HealthySite:
    """The application at an https URL that it really answers at; `hidden_headers` are removed on the way."""

    app: Flask
    settings: Settings
    hidden_headers: set[str] = dataclasses.field(default_factory=set)

    def change(self, **settings: Any) -> None:
        """Change settings, as after a restart with others."""
        self.app.extensions["settings"] = dataclasses.replace(self.app.extensions["settings"], **settings)

    def let_worker_check(self) -> None:
        """What the worker does every few minutes."""
        with self.app.app_context():
            worker_findings.record(find_in_worker())

    def doctor(self, *arguments: str) -> tuple[int, str]:
        """The exit code and the output of `flask doctor`."""
        # Outside the test's own application context, as from a terminal.
        run = self.app.test_cli_runner().invoke
        result = contextvars.Context().run(run, args=["doctor", *arguments])
        return result.exit_code, result.output

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [it for it in headers if it[0] not in self.hidden_headers], *rest)

        return self.app(environ, start)


@pytest.fixture(scope="module")
def module_site(
    installations: Callable[[str], Installation],
    database: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[HealthySite]:
    """The site, on a port of its own, for all tests of a module."""
    folder = tmp_path_factory.mktemp("healthy")
    port = free_port()
    url = f"https://localhost:{port}"
    installation = installations(database)
    settings = dataclasses.replace(
        installation.settings,
        site_url=url,
        mail_site_url=url,
        mail_from="post@example.org",
        alarm_email="operator@example.org",
        smtp_url="smtp://127.0.0.1:1",
        source_url="https://git.example.org/group/site",
        security_contact="security@example.org",
        security_contact_expires=today() + timedelta(days=180),
        metrics_token="t" * 32,
        signature_public_key=bytes(PrivateKey.generate().public_key),
        media_url=(folder / "media").as_uri(),
        instance_path=folder,
    )
    authority = Authority(folder)
    site = HealthySite(create_app(settings), settings)
    server = make_server("127.0.0.1", port, site, threaded=True, ssl_context=authority.server_context("localhost"))
    server.log_type = "none"
    server.RequestHandlerClass.log = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(authority.path))
        yield site
    server.shutdown()


@pytest.fixture
def site(app: Flask, module_site: HealthySite, monkeypatch: pytest.MonkeyPatch) -> Iterator[HealthySite]:
    """The site with an empty database, as a worker has just seen it."""
    monkeypatch.setattr(views, "LIFETIME", 0)
    module_site.app.extensions["settings"] = module_site.settings
    module_site.hidden_headers.clear()
    with module_site.app.app_context():
        heartbeat.beat()
        key_fingerprints.record_missing()
    module_site.let_worker_check()
    yield module_site
    module_site.app.extensions["settings"] = module_site.settings


@pytest.fixture
def no_tables_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A separate database without any tables."""
    with own_database(database, request, tmp_path) as url:
        yield url
