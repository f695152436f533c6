"""Fields that hold a picture, and the fields that describe it.

The description of `picture` is `picture_alt`. The media library has descriptions too, which fill empty ones.
"""

from wzo.cms.content_types import ContentType, LocalizedFields
from wzo.cms.fields import Field, Fields
from wzo.cms.models import SHARED
from wzo.cms.queries import Draft
from wzo.i18n import LANGUAGES
from wzo.media.queries import find_picture


def find_picture_field(content_type: ContentType, name: str) -> Field | None:
    """A field that holds a picture, by its name; None if the content type has none of that name."""
    return next((it for it in content_type.shared_fields if it.widget == "picture" and it.name == name), None)


def get_library_alt(draft: Draft, locale: str, name: str) -> str | None:
    """The library's alternative text for the picture that a field describes; None if it describes none."""
    field = find_picture_field(draft.content_type, name.removesuffix("_alt"))
    if locale == SHARED or field is None or not name.endswith("_alt"):
        return None
    return _library_alts(draft.fields[SHARED][field.name]).get(locale, "")


def choose(draft: Draft, name: str, key: str) -> LocalizedFields:
    """The fields to save when a picture is chosen: it, and its descriptions from the library.

    These replace no text but those that the library had for the picture before.
    """
    chosen: dict[str, Fields] = {SHARED: {name: key}}
    before, now = _library_alts(draft.fields[SHARED][name]), _library_alts(key)
    for code in LANGUAGES:
        text = draft.fields[code].get(f"{name}_alt")
        if text is not None and text.strip() in ("", before.get(code, "")):
            chosen[code] = {f"{name}_alt": now.get(code, "")}
    return chosen


def _library_alts(key: str) -> dict[str, str]:
    picture = find_picture(key)
    return picture.alts if picture else {}
