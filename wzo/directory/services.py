"""The services of the directory's entries, and the languages in which they help."""

from flask_babel import lazy_gettext

SERVICES = {
    "lawyer": lazy_gettext("Lawyers and legal advice"),
    "complaints": lazy_gettext("Complaints and appeals"),
    "medicine": lazy_gettext("Medical care in custody"),
    "parcels": lazy_gettext("Parcels and letters"),
    "children": lazy_gettext("Children and mothers"),
    "psychology": lazy_gettext("Psychological help"),
    "release": lazy_gettext("Life after release"),
    "money": lazy_gettext("Money and travel for visits"),
    "migration": lazy_gettext("Migrants and refugees"),
    "lgbt": lazy_gettext("LGBT people"),
}
# Those that prisoners in Russia and their relatives are likely to speak.
LANGUAGE_NAMES = {
    "ru": lazy_gettext("Russian"),
    "en": lazy_gettext("English"),
    "uk": lazy_gettext("Ukrainian"),
    "kk": lazy_gettext("Kazakh"),
    "ky": lazy_gettext("Kyrgyz"),
    "tg": lazy_gettext("Tajik"),
    "uz": lazy_gettext("Uzbek"),
    "hy": lazy_gettext("Armenian"),
    "az": lazy_gettext("Azerbaijani"),
    "ka": lazy_gettext("Georgian"),
}
