"""What a file still tells after its metadata has been removed, as sentences for its editor."""

from collections.abc import Iterable

from flask_babel import lazy_gettext

REMARKS = {
    "changes": lazy_gettext(
        "The document contains tracked changes: readers can see what was deleted. Accept all changes, save it, and "
        "upload it as a new version."
    ),
    "comments": lazy_gettext(
        "The document contains comments, without the names of who wrote them. If readers should not see them, delete "
        "them, save it, and upload it as a new version."
    ),
    "hidden": lazy_gettext(
        "The document contains hidden sheets or text, which readers can make visible. Delete them, save it, and upload "
        "it as a new version."
    ),
}


def sentences(remarks: str) -> list[str]:
    """The sentences for the names that a file's row has, separated by spaces."""
    return [str(REMARKS[name]) for name in remarks.split() if name in REMARKS]


def names(remarks: Iterable[str]) -> str:
    """The names as a file's row has them."""
    return " ".join(sorted(remarks))
