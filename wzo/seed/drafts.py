"""Drafts of initial content that a later version adds: editors decide whether to publish them."""

import secrets
from typing import Any, TypeAlias

from wzo.cms.content_types import ContentType
from wzo.cms.fields import Fields
from wzo.cms.revisions import DoesNotExist, lock_draft, save_revision

# By language: columns of the text.
Texts: TypeAlias = dict[str, dict[str, Any]]


def add_draft(content_type: ContentType, object_id: int, texts: Texts) -> None:
    """Save texts as drafts of an object, in the caller's transaction, except where editors have begun their own."""
    try:
        draft = lock_draft(content_type, object_id)
    except DoesNotExist:
        return  # It is in the bin.
    changed: dict[str, Fields] = {}
    for language, text in texts.items():
        if any(draft.fields[language].values()):
            continue
        names = {field.name for field in content_type.translated_fields}
        fields = {name: str(value) for name, value in text.items() if name in names}
        changed[language] = {**draft.fields[language], **fields}
    if changed:
        save_revision(draft, changed, edit_session=secrets.token_hex(8), author_id=None)
