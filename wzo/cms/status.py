"""The publication status of each language of an object, and whether a translation is out of date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wzo.cms.content_types import ContentType
from wzo.cms.fields import Fields
from wzo.cms.live_fields import get_text, is_live, was_ever_live
from wzo.cms.models import SHARED, DraftState
from wzo.cms.queries import Draft, complete, read_fields
from wzo.i18n import LANGUAGES


@dataclass(frozen=True)
class PublicationStatus:
    """The state of one language of an object, as the panel shows it.

    `live`: it is public; `unpublished`: it once was; `changed`: the draft differs from what is live; `stale`: the
    reference language has changed since; `go_live_at`: when it is scheduled; `in_review`: it is waiting for a
    publisher.
    """

    live: bool = False
    unpublished: bool = False
    empty: bool = True
    changed: bool = False
    stale: bool = False
    go_live_at: datetime | None = None
    in_review: bool = False
    publish_error: str = ""


def get_statuses(draft: Draft) -> dict[str, PublicationStatus]:
    """The publication status of each language."""
    return {code: publication_status(draft, code, get_text(draft.content_type, draft.id, code)) for code in LANGUAGES}


def publication_status(
    draft: Draft, language: str, text: Any | None, known: Mapping[int, Fields] | None = None
) -> PublicationStatus:
    """The status of a language; `text` is its row in the live tables, or its columns that say whether it is live.

    `known`: the fields of revisions that were read already, by id.
    """
    state, shared = draft.states.get(language), draft.states.get(SHARED)
    live = is_live(draft.content_type, text)
    return PublicationStatus(
        live=live,
        unpublished=not live and was_ever_live(draft.content_type, text),
        empty=not any(draft.fields[language].values()),
        changed=live and any(one and one.latest_revision_id != one.live_revision_id for one in (state, shared)),
        stale=is_stale(draft, language, known),
        go_live_at=state.go_live_at if state else None,
        in_review=bool(state and state.review_requested_at),
        publish_error=state.publish_error if state else "",
    )


def reference_language(language: str) -> str:
    """The language that a translation is compared with: the first one; for that one, the second.

    With two languages, each is the reference of the other.
    """
    return next((code for code in LANGUAGES if code != language), language)


def reference_revision(states: Mapping[str, DraftState], language: str) -> int | None:
    """The revision of the reference language that counts for a translation: the live one, else the latest."""
    state = states.get(reference_language(language))
    return (state.live_revision_id or state.latest_revision_id) if state else None


def is_stale(draft: Draft, language: str, known: Mapping[int, Fields] | None = None) -> bool:
    """Whether the reference language has changed since this one was approved against it; `known`: see above."""
    ids = compared_revisions(draft.states, language)
    if ids is None:
        return False
    before, after = (known[number] if known else read_fields(number) for number in ids)
    return bool(_differing(draft.content_type, language, before, after))


def compared_revisions(states: Mapping[str, DraftState], language: str) -> tuple[int, int] | None:
    """The revisions of the reference language that decide whether a translation is stale; None where it cannot be."""
    state, now_id = states.get(language), reference_revision(states, language)
    if state is None or not state.source_revision_id or not now_id or state.source_revision_id == now_id:
        return None
    return state.source_revision_id, now_id


def get_reference_changes(draft: Draft, language: str) -> dict[str, tuple[str, str]]:
    """The fields of the reference language that changed since a translation was approved: name -> before, after."""
    ids = compared_revisions(draft.states, language)
    return _differing(draft.content_type, language, *map(read_fields, ids)) if ids else {}


def _differing(content_type: ContentType, language: str, old: Fields, new: Fields) -> dict[str, tuple[str, str]]:
    reference = reference_language(language)
    before, after = complete(content_type, reference, old), complete(content_type, reference, new)
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return {name: (before.get(name, ""), after.get(name, "")) for name in names}
