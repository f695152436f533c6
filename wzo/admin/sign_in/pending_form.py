"""A form that an editor submitted after the session had ended: carried through the sign-in, then submitted."""

import json
from dataclasses import dataclass

from flask import request

# Fields that belong to the form rather than to what was entered.
TECHNICAL_FIELDS = ("csrf_token", "factor_code", "factor_credential")
FORBIDDEN_CHARACTERS = set("\\\r\n\t\0")


@dataclass(frozen=True)
class PendingForm:
    """A form's fields, and the path in the panel that they go to. `files`: it contained files, which are lost."""

    path: str
    fields: list[tuple[str, str]]
    files: bool = False


def submitted_fields() -> list[tuple[str, str]]:
    """The fields of the current request, without the technical ones."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in TECHNICAL_FIELDS]


def serialize() -> str:
    """Serialise the form of the current request, for a hidden field."""
    has_files = any(file.filename for file in request.files.values())
    return json.dumps([request.full_path.rstrip("?"), submitted_fields(), has_files], ensure_ascii=False)


def deserialize(text: str) -> PendingForm | None:
    """Deserialise a form; None if the text is not one."""
    try:
        path, fields, files = json.loads(text)
        pairs = [(str(name), str(value)) for name, value in fields]
        # JSON can contain lone surrogates, which cannot be encoded.
        "".join([str(path), *(part for pair in pairs for part in pair)]).encode()
    except (ValueError, TypeError, RecursionError):
        return None
    checked = panel_path(path)
    return PendingForm(checked, pairs, bool(files)) if checked else None


def panel_path(path: object) -> str | None:
    """A path if it is below /admin/; None if its target could be anywhere else."""
    if not isinstance(path, str) or not path.startswith("/admin/") or set(path) & FORBIDDEN_CHARACTERS:
        return None
    return None if "//" in path.partition("?")[0] or ".." in path.partition("?")[0] else path
