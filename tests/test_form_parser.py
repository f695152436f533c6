"""Malformed forms: every route that takes a form refuses what no browser sends, and survives any value."""

from collections.abc import Iterable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.admin.editors import own_token
from tests.conftest import SignIn, make_client
from tests.post_routes import post_path, post_rules
from wzo.petition.models import Petition

BOUNDARY = "wzo-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
URL_ENCODED = "application/x-www-form-urlencoded"
DISPOSITION = "Content-Disposition: form-data"


def part(headers: str, content: bytes = b"x") -> bytes:
    return f"--{BOUNDARY}\r\n{headers}\r\n\r\n".encode("utf-8", "surrogateescape") + content + b"\r\n"


def form(*parts: bytes, end: bytes = f"--{BOUNDARY}--\r\n".encode()) -> bytes:
    return b"".join(parts) + end


# What no browser sends: content type, body.
MALFORMED: dict[str, tuple[str, bytes]] = {
    "a part without a name": (MULTIPART, form(part(DISPOSITION))),
    "a file without a name": (MULTIPART, form(part(f'{DISPOSITION}; filename="a.txt"'))),
    "a part without a disposition": (MULTIPART, form(part("Content-Type: text/plain"))),
    "a part that is not a form's": (MULTIPART, form(part("Content-Disposition: attachment"))),
    "no boundary": ("multipart/form-data", form(part(f'{DISPOSITION}; name="a"'))),
    "an empty boundary": ("multipart/form-data; boundary=", form(part(f'{DISPOSITION}; name="a"'))),
    "a boundary in another alphabet": ("multipart/form-data; boundary=\u0416", form(part(f'{DISPOSITION}; name="a"'))),
    "another boundary": ("multipart/form-data; boundary=other", form(part(f'{DISPOSITION}; name="a"'))),
    "truncated in a value": (MULTIPART, form(part(f'{DISPOSITION}; name="a"'), end=b"")),
    "truncated in a header": (MULTIPART, f"--{BOUNDARY}\r\nContent-Disp".encode()),
    "headers that are none": (MULTIPART, form(part("\0\0\0"))),
    "bytes in a header": (MULTIPART, form(part(f'{DISPOSITION}; name="\udcff"'))),
    "NUL in a name": (MULTIPART, form(part(f'{DISPOSITION}; name="a\0b"'))),
    "a line break in a name": (URL_ENCODED, b"a%0D%0Ab=1"),
    "NUL in a plain name": (URL_ENCODED, b"%00=1"),
    "bytes in a plain form": (URL_ENCODED, b"a=\xff\xfe"),
}
TOO_MANY = {
    "10,000 fields": (URL_ENCODED, b"&".join(b"f%d=1" % n for n in range(10_000))),
    "10,000 values of a field": (URL_ENCODED, b"&".join([b"f=1"] * 10_000)),
    "1,200 parts": (MULTIPART, form(*(part(f'{DISPOSITION}; name="f{n}"') for n in range(1_200)))),
    "2,200 files": (MULTIPART, form(*[part(f'{DISPOSITION}; name="f"; filename="a"', b"")] * 2_200)),
}
# What a browser may send, in a field that no view knows.
ODD = {
    "an unknown charset": part(f'{DISPOSITION}; name="q"\r\nContent-Type: text/plain; charset=utf-7', b"+ADw-"),
    "invalid UTF-8": part(f'{DISPOSITION}; name="q"', b"\xff\xfe\xed\xa0\x80"),
    "an empty name": part(f'{DISPOSITION}; name=""'),
    "a file where text belongs": part(f'{DISPOSITION}; name="email"; filename="a\xff/../b"', b"\0"),
    "a very long name": part(f'{DISPOSITION}; name="{"n" * 5_000}"'),
}


@pytest.fixture
def browser(app: Flask, sign_in: SignIn, petition: Petition) -> FlaskClient:
    """A browser in which an administrator is signed in."""
    client = make_client(app)
    sign_in(client)
    return client


Cases = dict[str, tuple[str, bytes]]


def failures(client: FlaskClient, rules: Iterable[Rule], cases: Cases, *expected: int) -> list[str]:
    found = []
    for rule in rules:
        path = post_path(client.application, rule)
        for name, (content_type, body) in cases.items():
            status = client.post(path, data=body, content_type=content_type).status_code
            if status not in expected:
                found.append(f"{rule}: {name}: {status}")
    return found


def some_rules(app: Flask) -> list[Rule]:
    """A form of the panel, one of its sign-in, and a public one: all others are parsed as one of these."""
    endpoints = ("admin.account.index", "admin.sign_in.sign_in", "petition.sign")
    return [rule for rule in post_rules(app) if rule.endpoint in endpoints]


@pytest.mark.slow
@pytest.mark.one_database
def test_it_refuses_malformed_forms_before_every_view(app: Flask, browser: FlaskClient) -> None:
    nameless = {name: MALFORMED[name] for name in ("a part without a name",)}
    assert failures(browser, post_rules(app), nameless, 400) == []


@pytest.mark.slow
@pytest.mark.one_database
def test_it_refuses_everything_that_no_browser_sends(app: Flask, browser: FlaskClient) -> None:
    assert failures(browser, some_rules(app), MALFORMED, 400) == []


@pytest.mark.one_database
def test_it_refuses_malformed_forms_of_strangers(app: Flask, client: FlaskClient, petition: Petition) -> None:
    open_to_all = [rule for rule in post_rules(app) if rule.endpoint.startswith(("admin.sign_in", "petition"))]
    # Where they must sign in first, nothing is parsed.
    assert failures(client, open_to_all, {"nameless": MALFORMED["a part without a name"]}, 400, 303) == []
    assert failures(client, some_rules(app)[-1:], MALFORMED, 400, 303) == []


@pytest.mark.slow
@pytest.mark.one_database
def test_it_refuses_too_many_fields(app: Flask, browser: FlaskClient) -> None:
    public = [rule for rule in some_rules(app) if rule.endpoint == "petition.sign"]
    assert failures(browser, public, TOO_MANY, 413) == []
    # An editor's form may have more parts than a visitor's.
    of_editors = {name: case for name, case in TOO_MANY.items() if not name.startswith("1,200")}
    assert failures(browser, some_rules(app), of_editors, 413) == []


@pytest.mark.slow
def test_it_survives_any_value(app: Flask, browser: FlaskClient) -> None:
    token = part(f'{DISPOSITION}; name="csrf_token"', own_token(browser).encode())
    together = {"odd": (MULTIPART, form(token, *ODD.values()))}
    assert failures(browser, post_rules(app), together, *range(200, 500)) == []
    cases = {name: (MULTIPART, form(token, odd)) for name, odd in ODD.items()}
    assert failures(browser, some_rules(app), cases, *range(200, 500)) == []
