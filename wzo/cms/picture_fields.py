"""Fields that hold a picture, and the fields that describe it.

The description of `picture` is `picture_alt`, that of `cover_picture` is `cover_alt`. The media library has
descriptions too, which fill empty ones.
"""

from wzo.cms.content_types import ContentType, LocalizedFields
from wzo.cms.fields import Field, Fields
from wzo.cms.models import SHARED
from wzo.cms.queries import Draft
from wzo.i18n import LANGUAGES
from wzo.media.queries import find_picture


def find_picture_field(content_type: ContentType, name: str) -> Field | None:
    """A field that holds a picture, by its name; None if the content type has none of that name."""
    return next((it for it in content_type.shared_fields if it.kind == "picture" and it.name == name), None)


def alt_name(name: str) -> str:
    """The name of the field that describes a picture."""
    return f"{name.removesuffix('_picture')}_alt"


def get_library_alt(draft: Draft, locale: str, name: str) -> str | None:
    """The library's alternative text for the picture that a field describes; None if it describes none."""
    fields = draft.content_type.shared_fields
    field = next((it for it in fields if it.kind == "picture" and alt_name(it.name) == name), None)
    if locale == SHARED or field is None:
        return None
    return _library_alts(draft.fields[SHARED][field.name]).get(locale, "")


def choose(draft: Draft, name: str, key: str) -> LocalizedFields:
    """The fields to save when a picture is chosen: it, and its descriptions from the library.

    These replace no text but those that the library had for the picture before.
    """
    chosen: dict[str, Fields] = {SHARED: {name: key}}
    before, now = _library_alts(draft.fields[SHARED][name]), _library_alts(key)
    for code in LANGUAGES:
        text = draft.fields[code].get(alt_name(name))
        if text is not None and text.strip() in ("", before.get(code, "")):
            chosen[code] = {alt_name(name): now.get(code, "")}
    return chosen


def _library_alts(key: str) -> dict[str, str]:
    picture = find_picture(key)
    return picture.alts if picture else {}
