"""Languages: the registry of those that the site has, the language of a request, and a page's path in another one.

To add a language, add an entry to LANGUAGES, a catalogue to wzo/translations, and its initial content to wzo/seed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Domain, get_locale, lazy_gettext, refresh
from werkzeug.routing import BaseConverter

from wzo.extensions import babel


@dataclass(frozen=True)
class Language:
    """A language of the site.

    - `name`: what it calls itself; `label`: its name in the language of the panel, lazily translated.
    - `locale`: with its country, for link previews (Open Graph).
    - `neutral_url`: the target of "Leave this site": a page that millions look at every day.
    - `datetime_format`: a short date and time, as a CLDR pattern.
    - `words_per_minute`: how fast it is read aloud.

    Its typography is in wzo/typography.py; a language without rules of its own gets the common ones.
    """

    name: str
    label: Any
    locale: str
    neutral_url: str = "https://www.bbc.co.uk/weather"
    datetime_format: str = "d MMM y, HH:mm"
    words_per_minute: int = 200


# By code, as it appears in URLs and names the catalogues. Translations are compared with the first language.
# Words a minute: Trauzettel-Klosinski & Dietz, "Standardized Assessment of Reading Performance: The New International
# Reading Speed Texts IReST", Investigative Ophthalmology & Visual Science 53 (2012).
LANGUAGES = {
    "ru": Language(
        name="Русский",
        label=lazy_gettext("Russian"),
        locale="ru_RU",
        neutral_url="https://yandex.ru/pogoda/",
        words_per_minute=184,
    ),
    "en": Language(
        name="English",
        label=lazy_gettext("English"),
        locale="en_GB",
        words_per_minute=228,
    ),
}
DEFAULT_LANGUAGE = next(iter(LANGUAGES))
# For readers whose browser asks for none of our languages, and for slugs.
INTERNATIONAL_LANGUAGE = "en"


def language_choices() -> dict[str, str]:
    """The languages as the options of a form field: code and name."""
    return {code: language.name for code, language in LANGUAGES.items()}


class Catalogues(Domain):  # type: ignore[misc] # the library has no types
    """Flask-Babel's catalogues, which it looks up for every string: here without writing out the locale's name."""

    def __init__(self) -> None:
        super().__init__()
        self._by_locale: dict[tuple[str | None, ...], Any] = {}

    def get_translations(self) -> Any:
        """The catalogue of the current locale, which may be a forced one."""
        locale = get_locale()
        if locale is None:
            return super().get_translations()
        key = (locale.language, locale.territory, locale.script)
        try:
            return self._by_locale[key]
        except KeyError:
            return self._by_locale.setdefault(key, super().get_translations())


CATALOGUES = Catalogues()


class LanguageConverter(BaseConverter):
    """The language at the start of a URL: /ru/… or /en/…"""

    regex = "|".join(LANGUAGES)


def current_language() -> str:
    """The language of the response: from the URL, else from `?lang=`, else what the browser prefers."""
    # Templates ask a hundred times a page, and the proxy would take most of the time.
    context = g._get_current_object()
    language: str | None = context.get("language")
    if language is None:
        language = context.language = _requested_language() if has_request_context() else DEFAULT_LANGUAGE
    return language


def set_language(language: str) -> None:
    """Use this language from now on."""
    g.language = language
    # Flask-Babel may have cached another: of an earlier request in the same application context, as in a preview.
    refresh()


def use_language(language: str) -> None:
    """Respond in this language unless `?lang=` says otherwise; for URLs without a language whose token implies one."""
    if request.args.get("lang") not in LANGUAGES:
        set_language(language)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Translate and typeset in another language meanwhile, such as that of an e-mail."""
    before = current_language()
    set_language(language)
    try:
        yield
    finally:
        set_language(before)


def init_app(app: Flask) -> None:
    """Set up the languages of URLs and translations, and redirect `/` to the reader's language."""
    app.url_map.converters["lang"] = LanguageConverter
    babel.init_app(app, default_locale=DEFAULT_LANGUAGE, locale_selector=current_language)
    babel.domain_instance = CATALOGUES

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, object]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_language()

    @app.url_value_preprocessor
    def take_language(endpoint: str | None, values: dict[str, object] | None) -> None:
        # Views call current_language() instead of taking an argument.
        if values and "lang" in values:
            set_language(str(values.pop("lang")))

    @app.get("/")
    def choose_language() -> ResponseReturnValue:
        """Redirect the reader to the home page in the language that the browser prefers."""
        response = redirect(url_for("home.index"))
        response.vary.add("Accept-Language")
        return response


def _requested_language() -> str:
    for code in (request.path.split("/", 2)[1], request.args.get("lang")):
        if code in LANGUAGES:
            return code
    if not request.accept_languages:
        return DEFAULT_LANGUAGE
    return request.accept_languages.best_match(list(LANGUAGES)) or INTERNATIONAL_LANGUAGE
