"""Warnings about what a file still reveals after its metadata has been removed, as messages for its editor."""

from collections.abc import Iterable

from flask_babel import lazy_gettext

WARNINGS = {
    "changes": lazy_gettext(
        "The document contains tracked changes: readers can see what was deleted. Accept all changes, save the "
        "document and upload it as a new version."
    ),
    "comments": lazy_gettext(
        "The document contains comments, without the names of their authors. If readers should not see them, delete "
        "them, save the document and upload it as a new version."
    ),
    "hidden": lazy_gettext(
        "The document contains hidden sheets or text, which readers can make visible. Delete them, save the document "
        "and upload it as a new version."
    ),
}


def warning_messages(warnings: str) -> list[str]:
    """The messages of the warnings that a file's row contains, separated by spaces."""
    return [str(WARNINGS[name]) for name in warnings.split() if name in WARNINGS]


def serialise_warnings(warnings: Iterable[str]) -> str:
    """The names of warnings as a file's row contains them."""
    return " ".join(sorted(warnings))
