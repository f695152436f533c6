"""Pages contain their styles, and the policy allows these and no others."""

import base64
import hashlib
import re

import pytest
from flask.testing import FlaskClient

from tests.html import parse
from wzo.inline_styles import NAMES, inline_styles, read_stylesheet

pytestmark = pytest.mark.one_database


def test_it_allows_the_styles_of_a_page_by_their_hashes(client: FlaskClient, petition: object) -> None:
    response = client.get("/en/petition/mothers/")
    styles = [element.text or "" for element in parse(response.data).root.iter("style")]
    assert len(styles) == 2
    (sources,) = re.findall(r"style-src ([^;]+)", response.headers["Content-Security-Policy"])
    for style in styles:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in sources.split()
    assert "unsafe" not in sources


def test_it_shortens_the_sheets_and_loses_no_declaration() -> None:
    for name in NAMES:
        written, sent = read_stylesheet(name), inline_styles()[name]
        assert len(sent) < 0.9 * len(written)
        assert "/*" not in sent
        # The last declaration of a rule loses its semicolon.
        assert sent.count("{") == written.count("{")
        assert sent.count(";") + sent.count("}") >= written.count(";")
        assert "</" not in sent
