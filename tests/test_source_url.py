"""The link to the source code, on every page where SOURCE_URL is set."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import make_client
from wzo import create_app
from wzo.config import Settings

pytestmark = pytest.mark.one_database
URL = "https://git.example.org/group/site"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/en/petition/", "Source code"),
        ("/ru/donate/", "Исходный код"),
        ("/ru/nowhere/", "Исходный код"),
        ("/admin/sign-in/", "Source code"),
    ],
)
def test_it_is_in_the_footer_of_every_page(app: Flask, settings: Settings, path: str, words: str) -> None:
    offering = create_app(replace(settings, source_url=URL))
    link = f'<a href="{URL}" rel="noreferrer">{words}</a>'
    assert link in make_client(offering).get(path).text
    assert words not in make_client(app).get(path).text
