"""The languages in which others write about us: many more than this site has."""

from flask_babel import lazy_gettext

from wzo.typography import NBSP

# By code: the phrase “in” a language.
LANGUAGES = {
    "ru": lazy_gettext("in Russian"),
    "en": lazy_gettext("in English"),
    "hy": lazy_gettext("in Armenian"),
    "az": lazy_gettext("in Azerbaijani"),
    "be": lazy_gettext("in Belarusian"),
    "zh": lazy_gettext("in Chinese"),
    "cs": lazy_gettext("in Czech"),
    "da": lazy_gettext("in Danish"),
    "nl": lazy_gettext("in Dutch"),
    "et": lazy_gettext("in Estonian"),
    "fi": lazy_gettext("in Finnish"),
    "fr": lazy_gettext("in French"),
    "ka": lazy_gettext("in Georgian"),
    "de": lazy_gettext("in German"),
    "it": lazy_gettext("in Italian"),
    "ja": lazy_gettext("in Japanese"),
    "kk": lazy_gettext("in Kazakh"),
    "ky": lazy_gettext("in Kyrgyz"),
    "lv": lazy_gettext("in Latvian"),
    "lt": lazy_gettext("in Lithuanian"),
    "no": lazy_gettext("in Norwegian"),
    "pl": lazy_gettext("in Polish"),
    "pt": lazy_gettext("in Portuguese"),
    "es": lazy_gettext("in Spanish"),
    "sv": lazy_gettext("in Swedish"),
    "tg": lazy_gettext("in Tajik"),
    "tr": lazy_gettext("in Turkish"),
    "uk": lazy_gettext("in Ukrainian"),
    "uz": lazy_gettext("in Uzbek"),
}


def in_its_language(code: str) -> str:
    """Such as "in Russian", on one line; empty if the language is not known."""
    return str(LANGUAGES.get(code, "")).replace(" ", NBSP)
