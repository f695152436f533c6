"""Shared by the views of the editing screens: their blueprint, their URLs, and their template variables."""

import re

from babel.lists import format_list
from flask import Blueprint
from flask_babel import get_locale
from werkzeug.routing import BaseConverter, Map

from wzo.admin.editing import forms
from wzo.cms.content_types import ContentType, registry
from wzo.cms.diff import changes_only, compare
from wzo.cms.lines import format_lines, line_of
from wzo.cms.picture_fields import alt_name, get_library_alt
from wzo.drawn_covers import COLOUR_NAMES, PREFIX
from wzo.i18n import LANGUAGES
from wzo.media.queries import find_picture
from wzo.media.uploads import PICTURE_TYPES
from wzo.static_files import FOLDER

COVERS = sorted(path.stem for path in (FOLDER / "covers").glob("*.svg") if path.stem not in ("hero", "mark"))

bp = Blueprint("editing", __name__)
# The greatest id that a database column can hold.
GREATEST_ID = 2**31 - 1
LIST = "/<content_type:content_type>"
OBJECT = f"{LIST}/<int:object_id>"


class ContentTypeConverter(BaseConverter):
    """A content type in a URL, by its key."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        # Other addresses are not matched at all, so they are neither redirected nor refused for their method.
        self.regex = f"(?:{'|'.join(map(re.escape, registry))})"

    def to_python(self, value: str) -> ContentType:
        return registry[value]

    def to_url(self, value: ContentType | str) -> str:
        """The key of a content type, given as itself or by its key."""
        return value.key if isinstance(value, ContentType) else value


@bp.context_processor
def add_variables() -> dict[str, object]:
    """Template variables of the editing screens."""
    return {
        "field_label": forms.field_label,
        "format_lines": format_lines,
        "line_of": line_of,
        "locale_name": forms.locale_name,
        "changes_only": changes_only,
        "compare": compare,
        "language_names": {code: language.label for code, language in LANGUAGES.items()},
        "covers": lambda: COVERS,
        "find_picture": find_picture,
        "library_alt": get_library_alt,
        "alt_name": alt_name,
        "drawn_covers": drawn_covers,
        "picture_types": PICTURE_TYPES,
    }


def drawn_covers() -> dict[str, object]:
    """The covers that are drawn from the title, with the names of their colours."""
    return {f"{PREFIX}{colour}": name for colour, name in COLOUR_NAMES.items()}


def parse_id(text: str | None) -> int | None:
    """An id in a URL or form; None if it cannot be one."""
    is_number = bool(text) and len(str(text)) <= len(str(GREATEST_ID)) and str(text).isascii() and str(text).isdigit()
    return int(str(text)) if is_number and int(str(text)) <= GREATEST_ID else None


def language_list(languages: list[str]) -> str:
    """The names of languages as a list in words: Russian and English."""
    return format_list([str(LANGUAGES[code].label) for code in languages], locale=get_locale())
