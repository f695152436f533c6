"""The language of a request and of its translations."""

import pytest
from flask import Flask
from flask_babel import get_locale, gettext

from wzo.i18n import current_language, in_language

pytestmark = pytest.mark.one_database

STORIES = {"ru": "Истории", "en": "Stories"}


def test_it_translates_each_request_though_the_context_is_that_of_another(app: Flask) -> None:
    for language in ("en", "ru", "en"):
        with app.test_request_context(f"/{language}/", base_url="http://127.0.0.1:8000"):
            app.preprocess_request()
            assert current_language() == str(get_locale()) == language
            assert gettext("Stories") == STORIES[language]


def test_it_translates_into_another_language_meanwhile(app: Flask) -> None:
    with app.test_request_context("/ru/", base_url="http://127.0.0.1:8000"):
        for language in ("en", "ru", "en"):
            with in_language(language):
                assert gettext("Stories") == STORIES[language]
        assert gettext("Stories") == "Истории"
