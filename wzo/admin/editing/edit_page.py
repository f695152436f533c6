"""Renders the edit page, and the page for conflicts."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, make_response, render_template

from wzo.admin.access import editor
from wzo.admin.editing import forms
from wzo.cms import checks, presence, queries
from wzo.cms.content_types import ChecklistItem
from wzo.cms.draft_links import LINK_DAYS
from wzo.cms.drafts import Conflict
from wzo.cms.link_targets import get_link_targets
from wzo.cms.lists import get_choices
from wzo.cms.live_fields import get_object
from wzo.cms.member_order import get_members
from wzo.cms.models import SHARED
from wzo.cms.placement import get_listed_objects, get_listing_field, get_placements
from wzo.cms.queries import Draft
from wzo.cms.status import get_reference_changes, get_statuses, reference_language


def show_edit_page(
    draft: Draft,
    *,
    blocking: Sequence[ChecklistItem] = (),
    status: int = 200,
    new_link: str = "",
    changed_by_others: Sequence[str] = (),
    refused_documents: Mapping[str, str] | None = None,
) -> Response:
    """The edit page.

    `blocking`: items that blocked publication; `changed_by_others`: fields that others have changed meanwhile;
    `refused_documents`: why documents could not be added, by the field that they came in.
    """
    content_type = draft.content_type
    statuses = get_statuses(draft)
    obj = get_object(content_type, draft.id)
    page = render_template(
        "admin/editing/edit.html",
        draft=draft,
        content_type=content_type,
        statuses=statuses,
        stale={code: get_reference_changes(draft, code) for code, it in statuses.items() if it.stale},
        reference_language=reference_language,
        blocking=blocking,
        checklist=checks.checklist(draft),
        choices={
            field.name: get_choices(field.to, field.ids(draft.fields[SHARED][field.name]))
            for field in content_type.shared_fields
            if field.to and not field.is_ordered
        },
        links=queries.get_draft_links(content_type, draft.id),
        link_days=LINK_DAYS,
        link_targets=get_link_targets(),
        new_link=new_link,
        changed_by_others=changed_by_others,
        refused_documents=refused_documents or {},
        paths={code: content_type.path_of(obj, code) for code, it in statuses.items() if it.live},
        edit_session=secrets.token_hex(8),
        anchor=_anchor(draft, obj),
        placements=get_placements(draft),
        listing_field=get_listing_field(content_type),
        listed_objects=get_listed_objects(content_type, draft.id),
        members=get_members(content_type, draft.id),
        others=presence.get_others(content_type, draft.id, editor().id),
    )
    return make_response(page, status)


def _anchor(draft: Draft, obj: Any) -> str | None:
    """The anchor of an object without a page of its own in the preview; None for a page of its own."""
    if draft.content_type.has_page or not draft.content_type.has_slug:
        return None
    return draft.fields[SHARED]["slug"] or str(obj.slug)


def show_conflicts(draft: Draft, conflicts: dict[str, Conflict], edit_session: str, action: str) -> Response:
    """The fields that two people changed: as they were, both versions, and a field for the result."""
    page = render_template(
        "admin/editing/conflict.html",
        draft=draft,
        conflicts=conflicts,
        edit_session=edit_session,
        action=action,
        value_label=forms.value_label,
        is_text=forms.is_text,
    )
    return make_response(page, 409)
