"""The network of a client, behind any number of proxies, whatever the client claims."""

import dataclasses

import pytest
from flask import Flask

from tests.conftest import Installation
from wzo import create_web_app
from wzo.client_network import network

pytestmark = pytest.mark.one_database

PROXY = "192.0.2.1"
CASES = [
    # proxies, what the nearest one sends, the network
    (0, "", PROXY),
    (0, "203.0.113.7", PROXY),
    (1, "", PROXY),
    (1, "203.0.113.7", "203.0.113.7"),
    (1, "spoofed, 198.51.100.1, 203.0.113.7", "203.0.113.7"),
    (2, "203.0.113.7, 192.0.2.9", "203.0.113.7"),
    (2, "198.51.100.1, 203.0.113.7, 192.0.2.9", "203.0.113.7"),
    # Past the outer proxy: only the inner one's word counts.
    (2, "203.0.113.7", "203.0.113.7"),
    (3, "spoofed, 203.0.113.7", "203.0.113.7"),
    (1, ", ,", PROXY),
    (1, "203.0.113.7:51000", "203.0.113.7"),
    (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    (1, "[2001:db8:1:2:3:4:5:6]:51000", "2001:db8:1:2::/64"),
    (1, "fe80::1%eth0", "fe80::/64"),
    (1, "::ffff:203.0.113.7", "203.0.113.7"),
    (1, "unknown", "unknown"),
    (1, "x" * 5_000, "x" * 64),
]


@pytest.mark.parametrize(("proxies", "forwarded", "expected"), CASES)
def test_it_takes_the_address_that_the_outermost_of_our_proxies_saw(
    app: Flask, proxies: int, forwarded: str, expected: str
) -> None:
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], trusted_proxies=proxies)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    try:
        with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": PROXY}):
            assert network() == expected
    finally:
        app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], trusted_proxies=0)


@pytest.mark.parametrize("proxies", [1, 2, 3])
def test_it_cannot_be_misled_by_what_a_client_sends(installation: Installation, proxies: int) -> None:
    app = create_web_app(dataclasses.replace(installation.settings, trusted_proxies=proxies))
    found = set()
    for claimed in ("", "198.51.100.1", "198.51.100.1, 198.51.100.2", "a, b, c, d", "203.0.113.7, 203.0.113.7"):
        # What each proxy appends: the address that it was called from.
        seen = ["203.0.113.7", *[f"192.0.2.{number}" for number in range(1, proxies)]]
        chain = ", ".join([claimed, *seen] if claimed else seen)
        with app.test_request_context(headers={"X-Forwarded-For": chain}, environ_base={"REMOTE_ADDR": PROXY}):
            found.add(network())
    assert found == {"203.0.113.7"}
