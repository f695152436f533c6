"""What machines ask: health, readiness and figures, by any host, without cookies or secrets."""

import pytest
from flask.testing import FlaskClient

from tests.conftest import make_client
from tests.health.conftest import HealthySite
from tests.test_headers import ALWAYS, POLICY
from wzo.extensions import db, write_transaction
from wzo.health import views
from wzo.heartbeat import Heartbeat

PATHS = ("/healthz", "/readyz", "/metrics")
HOSTS = ("127.0.0.1", "10.1.2.3:8000", "[::1]:8000", "evil.example", "a b", "")
TOKEN = "t" * 32
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client(site: HealthySite) -> FlaskClient:
    return make_client(site.app, site.settings.site_url)


def stop_worker(site: HealthySite) -> None:
    with site.app.app_context(), write_transaction():
        db.session.query(Heartbeat).delete()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", HOSTS)
def test_it_answers_whatever_host_is_asked_for(client: FlaskClient, path: str, host: str) -> None:
    probe = {"Host": host, "X-Forwarded-Proto": "http", **AUTHORIZED}
    response = client.get(path, headers=probe)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert response.headers["Content-Security-Policy"].startswith(POLICY)
    assert {name: response.headers[name] for name in ALWAYS} == ALWAYS
    assert client.get("/en/", headers={"Host": "evil.example"}).status_code == 400


def test_it_is_healthy_without_a_database(site: HealthySite, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("The health check asked the database.")

    with site.app.app_context():
        monkeypatch.setattr(db.engine, "connect", refuse)
    response = make_client(site.app).get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")


def test_it_names_findings_by_their_keys_alone(site: HealthySite, client: FlaskClient) -> None:
    stop_worker(site)
    response = client.get("/readyz")
    assert response.get_json() == {"status": "not ready", "findings": ["worker-never-ran"]}
    assert client.get("/readyz", headers={"Authorization": "Bearer wrong"}).get_json() == response.get_json()
    (finding,) = client.get("/readyz", headers=AUTHORIZED).get_json()["findings"]
    assert finding.keys() == {"key", "severity", "title", "remedy"}


def test_it_asks_the_database_every_few_seconds_at_most(
    site: HealthySite, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LIFETIME", 3600)
    site.app.extensions.pop("problems", None)
    assert client.get("/readyz").status_code == 200
    stop_worker(site)
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(views, "LIFETIME", 0)
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        (None, {}, 404),
        (None, {"Authorization": "Bearer "}, 404),
        (None, {"Authorization": "Bearer None"}, 404),
        (TOKEN, {}, 401),
        (TOKEN, {"Authorization": "Bearer "}, 401),
        (TOKEN, {"Authorization": f"Bearer {TOKEN}x"}, 401),
        (TOKEN, {"Authorization": "Bearer ü"}, 401),
        (TOKEN, AUTHORIZED, 200),
    ],
)
def test_it_shows_figures_only_with_the_token(
    site: HealthySite, client: FlaskClient, token: str | None, headers: dict[str, str], status: int
) -> None:
    site.change(metrics_token=token)
    response = client.get("/metrics", headers=headers)
    assert response.status_code == status
    assert ("wzo_finding" in response.text) is (status == 200)
    assert response.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)
    assert isinstance(client.get("/readyz", headers=headers).get_json()["findings"], list)
