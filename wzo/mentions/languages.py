"""The languages in which others write about us: many more than this site has."""

from flask_babel import lazy_gettext

from wzo.text import NBSP

# By code, the words that say that something is in a language.
LANGUAGES = {
    "ru": lazy_gettext("in Russian"),
    "en": lazy_gettext("in English"),
    "hy": lazy_gettext("in Armenian"),
    "be": lazy_gettext("in Belarusian"),
    "fi": lazy_gettext("in Finnish"),
    "fr": lazy_gettext("in French"),
    "de": lazy_gettext("in German"),
    "kk": lazy_gettext("in Kazakh"),
    "es": lazy_gettext("in Spanish"),
    "tg": lazy_gettext("in Tajik"),
    "uk": lazy_gettext("in Ukrainian"),
}


def in_its_language(code: str) -> str:
    """Such as "in Russian", on one line; empty if the language is not known."""
    return str(LANGUAGES.get(code, "")).replace(" ", NBSP)
