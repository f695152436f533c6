"""Known devices: guesses by others lock no editor out."""

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.http import parse_cookie

from tests.admin.editors import PASSWORD, Editor, enter, is_signed_in, make_editor, post
from tests.conftest import make_client
from tests.petition.signing import sign
from wzo.accounts.devices import LIFETIME, _cookie_name
from wzo.accounts.models import RateLimit
from wzo.accounts.rate_limits import FREE_ATTEMPTS
from wzo.extensions import db
from wzo.petition.models import Petition


def attack(app: Flask, email: str, times: int = FREE_ATTEMPTS + 1) -> int:
    """Guess passwords and codes of an account from everywhere; returns the last status."""
    status = 0
    for number in range(times):
        anonymous = make_client(app)
        anonymous.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        status = enter(anonymous, email, PASSWORD, "000000").status_code
    return status


def device_cookies(client: FlaskClient) -> dict[str, str]:
    return {cookie.key: cookie.value for cookie in client._cookies.values() if "device" in cookie.key}  # type: ignore[union-attr]


@pytest.mark.slow
def test_it_lets_a_known_device_sign_in_while_others_guess(app: Flask, anna: Editor, annas_client: FlaskClient) -> None:
    post(annas_client, "/admin/sign-out/")
    assert not is_signed_in(annas_client)
    assert attack(app, anna.email) == 429
    # From a device that has never been seen, the right code is refused as well.
    assert enter(make_client(app), anna.email, PASSWORD, anna.code(1)).status_code == 429
    assert enter(annas_client, anna.email, PASSWORD, anna.code(1)).status_code == 303
    # The counters of the others stay as they are.
    assert attack(app, anna.email, 1) == 429


@pytest.mark.slow
def test_it_lets_a_signed_in_editor_confirm_while_others_guess(
    app: Flask, anna: Editor, annas_client: FlaskClient
) -> None:
    assert attack(app, anna.email) == 429
    annas_client._cookies = {  # type: ignore[assignment]
        key: cookie
        for key, cookie in annas_client._cookies.items()
        if "device" not in cookie.key  # type: ignore[union-attr]
    }
    for wrong in range(FREE_ATTEMPTS - 1):
        assert post(annas_client, "/admin/factor/", factor_code=f"00000{wrong}").status_code == 403
    assert post(annas_client, "/admin/factor/", factor_code=anna.code(1)).status_code == 303


@pytest.mark.slow
def test_it_limits_guesses_in_a_session(app: Flask, anna: Editor, annas_client: FlaskClient) -> None:
    for wrong in range(FREE_ATTEMPTS):
        assert "Too many" not in post(annas_client, "/admin/factor/", factor_code=f"00000{wrong}").text
    refused = post(annas_client, "/admin/factor/", factor_code=anna.code(1))
    assert refused.status_code == 403
    assert "Too many attempts" in refused.text.replace("\u00a0", " ")
    # Another session of the same editor has a counter of its own.
    other = make_client(app)
    assert enter(other, anna.email, PASSWORD, anna.code(1)).status_code == 303


def test_it_limits_guesses_from_a_known_device(app: Flask, anna: Editor, annas_client: FlaskClient) -> None:
    post(annas_client, "/admin/sign-out/")
    statuses = [enter(annas_client, anna.email, PASSWORD, "000000").status_code for _ in range(FREE_ATTEMPTS + 1)]
    assert statuses == [403] * FREE_ATTEMPTS + [429]


@pytest.mark.slow
def test_it_knows_a_device_for_one_account_only(app: Flask, anna: Editor, annas_client: FlaskClient) -> None:
    other = make_editor(email="boris@example.org")
    post(annas_client, "/admin/sign-out/")
    assert attack(app, other.email) == 429
    (cookie,) = device_cookies(annas_client).values()
    assert enter(annas_client, other.email, PASSWORD, other.code()).status_code == 429
    # Neither does it help to pass the cookie off as one of the other account, or to alter it.
    name = _cookie_name(other.email)
    for forged in (cookie, f"{cookie}0", "", ".", "..", "x.y.z", f"ы{cookie}", "9" * 3_000):
        annas_client.set_cookie(name, forged, domain="127.0.0.1")
        assert post(annas_client, "/admin/sign-in/", email=other.email, password=PASSWORD).status_code == 429


def test_it_forgets_a_device_after_ninety_days(app: Flask, anna: Editor) -> None:
    client = make_client(app)
    with time_machine.travel("2026-11-24 12:00") as clock:
        assert enter(client, anna.email, PASSWORD, anna.code()).status_code == 303
        clock.shift(LIFETIME)
        client.delete_cookie("wzo", domain="127.0.0.1")
        assert attack(app, anna.email) == 429
        assert enter(client, anna.email, PASSWORD, anna.code()).status_code == 429
    assert LIFETIME.days == 90


def test_it_protects_the_cookie_and_names_nobody_in_it(production_client: FlaskClient) -> None:
    editor = make_editor(email="anna@example.org")
    response = enter(production_client, editor.email, PASSWORD, editor.code())
    (cookie,) = (it for it in response.headers.getlist("Set-Cookie") if "device" in it)
    assert cookie.startswith("__Host-wzo-device-")
    for part in ("; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "anna" not in str(parse_cookie(cookie))


@pytest.mark.slow
def test_it_gives_visitors_and_failed_sign_ins_no_cookie(
    app: Flask, client: FlaskClient, anna: Editor, petition: Petition
) -> None:
    sign(client)
    client.get("/en/petition/mothers/")
    assert not client._cookies  # type: ignore[truthy-bool]
    enter(client, anna.email, PASSWORD, "000000")
    enter(client, anna.email, "wrong wrong wrong", anna.code())
    assert device_cookies(client) == {}


@pytest.mark.one_database
def test_it_hashes_networks_anew_each_day(app: Flask, anna: Editor) -> None:
    keys = []
    for day in ("2026-11-24 12:00", "2026-11-25 12:00"):
        with time_machine.travel(day):
            enter(make_client(app), "somebody@example.org", PASSWORD, "000000")
            db.session.rollback()
            keys.append(set(db.session.scalars(select(RateLimit.key))))
    # The account's counters are the same ones, the network's are new.
    assert (len(keys[0]), len(keys[1])) == (4, 6)
