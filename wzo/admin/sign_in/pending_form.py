"""What an editor sent after the session had ended: it is carried through the sign-in, and sent then."""

import json
from dataclasses import dataclass

from flask import request

# Of the form, not of what was written in it.
NOT_WRITTEN = ("csrf_token", "factor_code", "factor_answer")
FORBIDDEN = set("\\\r\n\t\0")


@dataclass(frozen=True)
class Unsent:
    """The fields of a form, and the path of ours to which it goes. `files`: there were files, which are lost."""

    path: str
    fields: list[tuple[str, str]]
    files: bool = False


def written_fields() -> list[tuple[str, str]]:
    """The fields that were sent now, as they were written."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_WRITTEN]


def pack() -> str:
    """What was sent now, as one text that a form can carry."""
    return json.dumps([request.full_path.rstrip("?"), written_fields(), bool(request.files)], ensure_ascii=False)


def unpack(text: str) -> Unsent | None:
    """What `pack` made; None where it is nothing of the kind."""
    try:
        path, fields, files = json.loads(text)
        pairs = [(str(name), str(value)) for name, value in fields]
        # Half of a letter, which JSON can name, could not be shown.
        "".join([str(path), *(part for pair in pairs for part in pair)]).encode()
    except (ValueError, TypeError, RecursionError):
        return None
    own = own_path(path)
    return Unsent(own, pairs, bool(files)) if own else None


def own_path(path: object) -> str | None:
    """A path below /admin/; None for whatever could lead elsewhere."""
    if not isinstance(path, str) or not path.startswith("/admin/") or set(path) & FORBIDDEN:
        return None
    return None if "//" in path.partition("?")[0] or ".." in path.partition("?")[0] else path
