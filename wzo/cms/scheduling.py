"""Scheduled publication."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.exc import DataError, IntegrityError

from wzo.audit import record
from wzo.clock import now
from wzo.cms import queries
from wzo.cms.checks import blocking
from wzo.cms.content_types import ContentType, NotReady, registry
from wzo.cms.models import SHARED
from wzo.cms.publishing import publish_draft
from wzo.cms.queries import Draft
from wzo.cms.revisions import DoesNotExist, cancel_schedule, lock, lock_draft
from wzo.extensions import db, write_transaction
from wzo.transaction_retries import retry_transaction


@retry_transaction
def schedule(
    *, content_type: ContentType, object_id: int, languages: Sequence[str], at: datetime, author_id: int
) -> None:
    """Schedule the latest revision for publication at a time. Raises NotReady."""
    with write_transaction():
        draft = lock_draft(content_type, object_id)
        if found := blocking(draft, languages):
            raise NotReady(found)
        for locale in (SHARED, *languages):
            state = draft.states[locale]
            state.scheduled_revision_id = state.latest_revision_id
            state.go_live_at, state.scheduled_by = (at, author_id) if locale != SHARED else (None, None)
            state.publish_error, state.review_requested_at = "", None
        record(
            action="schedule",
            object_type=content_type.key,
            object_id=object_id,
            languages=" ".join(languages),
            at=at.isoformat(),
        )


@retry_transaction
def unschedule(*, content_type: ContentType, object_id: int, languages: Sequence[str]) -> None:
    """Cancel scheduled publication."""
    with write_transaction():
        lock(content_type, object_id)
        cancel_schedule(queries.get_draft_states(content_type, object_id), languages)
        record(action="unschedule", object_type=content_type.key, object_id=object_id, languages=" ".join(languages))


def publish_due() -> int:
    """Publish everything that is due; returns how many texts went live. An error is stored with the text."""
    return sum(_publish(registry[key], object_id, language) for key, object_id, language in queries.get_due())


@retry_transaction
def _publish(content_type: ContentType, object_id: int, language: str) -> bool:
    """Publish a text if it is still due, or store why it cannot be; returns whether it was published."""
    with write_transaction():
        try:
            with db.session.begin_nested():
                return _publish_if_due(content_type, object_id, language)
        except NotReady as failure:
            _store_error(content_type, object_id, language, failure.messages)
        except (IntegrityError, DataError, ValueError):
            # The checklist should catch every error; one that it misses must not stop the other publications.
            message = gettext("It could not be published because some fields conflict.")
            _store_error(content_type, object_id, language, str(message))
    return False


def _publish_if_due(content_type: ContentType, object_id: int, language: str) -> bool:
    try:
        draft = lock_draft(content_type, object_id)
    except DoesNotExist:
        return False
    state = draft.states[language]
    if state.go_live_at is None or state.go_live_at > now():
        return False
    publish_draft(_scheduled(draft, language), [language], state.scheduled_by, latest=draft)
    return True


def _scheduled(draft: Draft, language: str) -> Draft:
    """The draft as it was when a language of it was scheduled."""
    ids = {
        locale: draft.states[locale].scheduled_revision_id or draft.states[locale].latest_revision_id or 0
        for locale in (SHARED, language)
    }
    fields = {
        locale: queries.complete(draft.content_type, locale, queries.read_fields(number))
        for locale, number in ids.items()
    }
    return Draft(draft.content_type, draft.id, {**draft.fields, **fields}, {**draft.revision_ids, **ids}, draft.states)


def _store_error(content_type: ContentType, object_id: int, language: str, message: str) -> None:
    """Store why a publication failed; it is not retried."""
    states = queries.get_draft_states(content_type, object_id)
    cancel_schedule(states, [language])
    states[language].publish_error = message
