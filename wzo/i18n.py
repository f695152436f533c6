"""Languages: which there are, which one a request is in, and the address of the same page in another."""

from typing import Any

from flask import Flask, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh
from werkzeug.routing import BaseConverter

from wzo.extensions import babel

# A language: its code in addresses and catalogues, and its own name for itself.
LANGUAGES = {"ru": "Русский", "en": "English"}
# Where a link is passed on, a language is named with its country.
LOCALES = {"ru": "ru_RU", "en": "en_GB"}


class LanguageConverter(BaseConverter):
    """The first part of an address: /ru/… or /en/…"""

    regex = "|".join(LANGUAGES)


def current_language() -> str:
    """The language of the answer: the one in the address, else the one asked for, else what the browser prefers."""
    if "language" not in g:
        g.language = _requested_language() if has_request_context() else next(iter(LANGUAGES))
    language: str = g.language
    return language


def use_language(language: str) -> None:
    """Answer in this language; for pages whose address does not tell, but whose token does."""
    if request.args.get("lang") not in LANGUAGES:
        g.language = language
        refresh()


def page_in(language: str) -> str:
    """The path of the page at hand in another language, with what a view has put into `g.page_arguments`."""
    if request.url_rule is None:
        return url_for("home.index", lang=language)
    arguments: dict[str, Any] = {**(request.view_args or {}), **g.get("page_arguments", {}), "lang": language}
    return url_for(str(request.endpoint), **arguments)


def init_app(app: Flask) -> None:
    """Teach the application its languages, and send `/` to the reader's own."""
    app.url_map.converters["lang"] = LanguageConverter
    babel.init_app(app, default_locale=next(iter(LANGUAGES)), locale_selector=current_language)

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, object]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_language()

    @app.url_value_preprocessor
    def take_language(endpoint: str | None, values: dict[str, object] | None) -> None:
        # Views need not name the language: it is current_language() everywhere.
        if values and "lang" in values:
            g.language = values.pop("lang")

    @app.get("/")
    def choose_language() -> ResponseReturnValue:
        """Sends the reader to the home page in the language that the browser asks for."""
        answer = redirect(url_for("home.index"))
        answer.vary.add("Accept-Language")
        return answer


def _requested_language() -> str:
    for wish in (request.path.split("/", 2)[1], request.args.get("lang")):
        if wish in LANGUAGES:
            return wish
    # Whoever names languages, but none of ours, is likelier to read English.
    fallback = "en" if request.accept_languages else "ru"
    return request.accept_languages.best_match(list(LANGUAGES)) or fallback
