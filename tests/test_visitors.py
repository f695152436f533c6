"""Visitors leave nothing behind: on the running site, neither their address nor what they ask for is anywhere."""

import time

import pytest

from tests.browser.traces import encodings, find_traces
from tests.disk import data_folder
from tests.html import assert_none
from tests.running_site import RunningSite

pytestmark = pytest.mark.slow

# An address of this machine that nobody else uses.
NETWORK = "127.77.66.55"
MARK = "zyxommapetiolatum"
HEADERS = {
    "User-Agent": f"{MARK}/9.9",
    "Referer": f"https://{MARK}.example/",
    "Cookie": f"{MARK}=1",
    "Accept-Language": f"en, {MARK}",
    "X-Forwarded-For": f"203.0.113.77, {NETWORK}",
}
REQUESTS: dict[str, dict[str, str] | None] = {
    "/en/": None,
    "/en/stories/outcasts-1/": None,
    f"/en/stories/?q={MARK}": None,
    f"/en/{MARK}/": None,
    f"/c/{MARK}": None,
    f"/draft/{MARK}": None,
    "/en/%00": None,
    "/healthz": None,
    "/admin/sign-in/": {"email": f"{MARK}@example.org", "password": MARK},
    "/admin/sign-in/code/": {"code": MARK},
    "/en/petition/mothers/code": {"code": "AAAA-BBBB-CCCC"},
    "/en/petition/mothers/sign": {"name": MARK, "email": f"{MARK}@example.org"},
    "/en/donate/card/": {"amount": MARK},
    "/donate/webhook": {"id": MARK},
    "/en/kept/forget": {"x": MARK * 5_000},
}


def test_it_records_nothing_of_visitors(empty_database_url: str) -> None:
    with RunningSite(empty_database_url) as site:
        start = time.time()
        statuses = {path: site.ask(path, fields, HEADERS, NETWORK).status for path, fields in REQUESTS.items()}
        # Forms were accepted, not found, too large and refused; nothing has failed.
        assert {*statuses.values()} >= {200, 303, 400, 403, 404, 413, 422}, statuses
        assert max(statuses.values()) < 500
        site.email_to(f"{MARK}@example.org")
        places = [it for it in site.instance.iterdir() if it.name not in ("mail", "signature-private-key.txt")]
        if empty_database_url.startswith("postgresql"):
            with site.inside():
                places.append(data_folder())
        traces = {
            f"{word} as {how}": trace
            for word in (MARK, NETWORK, "203.0.113.77", f"{MARK}@example.org")
            for how, trace in encodings(word).items()
        }
        # In the captured e-mail, which is for development only, the search finds it.
        assert find_traces([site.instance / "mail"], traces)
        assert_none(find_traces([*places, site.logs], traces, since=start))
