"""What the views of this part share: their blueprint, their addresses, and what their pages have at hand."""

from babel.lists import format_list
from flask import Blueprint
from flask_babel import get_locale

from wzo.admin.editing import forms, queries
from wzo.admin.editing.differences import changes_only, compare
from wzo.admin.editing.kinds import KINDS, LANGUAGE_NAMES
from wzo.markdown import WORDS_PER_MINUTE
from wzo.static_files import FOLDER

COVERS = sorted(path.stem for path in (FOLDER / "covers").glob("*.svg") if path.stem not in ("hero", "mark"))

bp = Blueprint("editing", __name__)
# The greatest number that a row can have.
GREATEST = 2**31 - 1
KIND = f"/<any({', '.join(repr(key) for key in KINDS)}):kind>"
ONE = f"{KIND}/<int:thing_id>"


@bp.context_processor
def add_words() -> dict[str, object]:
    """What the pages of this part have at hand."""
    return {
        "field_label": forms.field_label,
        "part_name": forms.part_name,
        "changes_only": changes_only,
        "compare": compare,
        "language_names": LANGUAGE_NAMES,
        "words_per_minute": WORDS_PER_MINUTE,
        "covers": lambda: COVERS,
        "pictures": queries.get_picture_choices,
    }


def number_of(text: str | None) -> int | None:
    """The number of a row, as an address or a form says it; None of what can be none."""
    good = bool(text) and len(str(text)) <= len(str(GREATEST)) and str(text).isascii() and str(text).isdigit()
    return int(str(text)) if good and int(str(text)) <= GREATEST else None


def named(languages: list[str]) -> str:
    return format_list([str(LANGUAGE_NAMES[code]) for code in languages], locale=get_locale())
