"""Reassigns the references to an object that is moved to the bin: to another object, or to none."""

import secrets

from wzo.audit import record
from wzo.cms.content_types import ContentType
from wzo.cms.fields import Field
from wzo.cms.models import SHARED
from wzo.cms.references import Reference, get_references, refers_to
from wzo.cms.revisions import DoesNotExist, lock_draft, save_revision
from wzo.extensions import write_transaction
from wzo.transaction_retries import retry_transaction


def reassign(*, content_type: ContentType, object_id: int, replacement: int | None, author_id: int) -> int:
    """Let the drafts that refer to an object refer to `replacement`, or to nothing; returns how many were changed.

    Fields that require an object are not emptied. Readers see the change once the drafts are published.
    """
    changed = 0
    for reference in get_references(content_type, object_id):
        if replacement is not None or not reference.field.required:
            changed += _reassign(reference, object_id, replacement, author_id)
    return changed


@retry_transaction
def _reassign(reference: Reference, object_id: int, replacement: int | None, author_id: int) -> bool:
    with write_transaction():
        try:
            draft = lock_draft(reference.content_type, reference.object_id)
        except DoesNotExist:
            return False
        field, fields = reference.field, draft.fields[SHARED]
        if not refers_to(field, fields[field.name], object_id):
            return False
        chosen = _replace(field, fields[field.name], str(object_id), "" if replacement is None else str(replacement))
        # A part number is one of the former series.
        changed = {**fields, **dict.fromkeys(field.clears, ""), field.name: chosen}
        save_revision(draft, {SHARED: changed}, edit_session=secrets.token_hex(8), author_id=author_id)
        record(
            action="reassign",
            object_type=reference.content_type.key,
            object_id=reference.object_id,
            field=field.name,
        )
        return True


def _replace(field: Field, value: str, old: str, new: str) -> str:
    """A value that refers to `new`, perhaps nothing, where it referred to `old`; roles stay."""
    parts = [part.replace(old, new, 1) if new and field.id_of(part) == old else part for part in field.parts(value)]
    return field.value(part for part in parts if field.id_of(part) != old)
