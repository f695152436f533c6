"""Publishing drafts, now or later, and unpublishing."""

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, update

from wzo.audit import record
from wzo.clock import now, today
from wzo.cms import live_fields, queries, status
from wzo.cms.checks import blocking, depends_on_shared
from wzo.cms.content_types import ContentType, NotReady
from wzo.cms.fields import Fields
from wzo.cms.models import SHARED, DraftLink
from wzo.cms.queries import Draft
from wzo.cms.revisions import add_revision, cancel_schedule, lock_draft, update_uses
from wzo.cms.status import reference_language, reference_revision
from wzo.content_version import bump_content_version
from wzo.extensions import db, upsert, write_transaction
from wzo.i18n import INTERNATIONAL_LANGUAGE, LANGUAGES
from wzo.publication import Redirect
from wzo.slugs import is_placeholder, slugify
from wzo.transaction_retries import retry_transaction


@retry_transaction
def publish(
    *,
    content_type: ContentType,
    object_id: int,
    languages: Sequence[str],
    author_id: int | None,
    translation_is_current: bool = False,
) -> list[str]:
    """Publish the latest revision in these languages; returns those in which it was not live before.

    `translation_is_current`: changes in the reference language have been translated. Raises NotReady.
    """
    with write_transaction():
        draft = lock_draft(content_type, object_id)
        return publish_draft(draft, languages, author_id, translation_is_current=translation_is_current)


def publish_draft(
    draft: Draft,
    languages: Sequence[str],
    author_id: int | None,
    *,
    translation_is_current: bool = False,
    latest: Draft | None = None,
) -> list[str]:
    """Publish the revisions that a draft consists of, in the caller's transaction; returns the newly live languages.

    `latest`: the latest draft, if the one that is published is older. Raises NotReady.
    """
    content_type, object_id = draft.content_type, draft.id
    before = live_fields.get_live_languages(content_type, object_id)
    check_ready(draft, languages)
    shared = _complete_shared(draft, first_time=_was_never_live(content_type, object_id))
    _redirect_old_slug(content_type, object_id, shared)
    draft = _with_shared(draft, shared, author_id)
    bump_content_version()
    published = {SHARED: shared, **{code: draft.fields[code] for code in languages}}
    live_fields.apply(content_type, object_id, published)
    _mark_live(draft, languages, translation_is_current=translation_is_current)
    update_uses(latest or draft)
    cancel_schedule(draft.states, languages)
    for code in languages:
        record(action="publish", object_type=content_type.key, object_id=object_id, user_id=author_id, language=code)
    return [code for code in languages if code not in before]


def check_ready(draft: Draft, languages: Sequence[str]) -> None:
    """Raise NotReady if something blocks the publication of these languages, or would spoil one that stays live."""
    content_type, object_id = draft.content_type, draft.id
    others = {
        code: queries.complete(content_type, code, queries.read_fields(draft.states[code].live_revision_id))
        for code in live_fields.get_live_languages(content_type, object_id)
        if code not in languages
    }
    # The shared fields change for the other languages too, which stay as they are.
    draft_with_live_others = Draft(
        content_type, object_id, {**draft.fields, **others}, draft.revision_ids, draft.states
    )
    affected = [check for check in blocking(draft_with_live_others, list(others)) if depends_on_shared(check)]
    if found := blocking(draft, languages) + affected:
        raise NotReady(list(dict.fromkeys(found)))


def _complete_shared(draft: Draft, *, first_time: bool) -> Fields:
    """The shared fields with those filled in that editors left empty: the slug, the date, and the type's defaults."""
    fields = dict(draft.fields[SHARED])
    if draft.content_type.has_slug and not fields["slug"]:
        fields["slug"] = _free_slug(draft)
    if first_time and "published_on" in fields and not fields["published_on"]:
        fields["published_on"] = today().isoformat()
    return {**fields, **draft.content_type.publish_defaults(fields)}


def _with_shared(draft: Draft, shared: Fields, author_id: int | None) -> Draft:
    """The draft with these shared fields, as a revision of its own where they differ."""
    if shared == draft.fields[SHARED]:
        return draft
    revision_id = add_revision(
        draft.content_type, draft.id, SHARED, shared, edit_session=secrets.token_hex(8), author_id=author_id
    )
    state = draft.states[SHARED]
    if state.latest_revision_id == draft.revision_ids[SHARED]:
        state.latest_revision_id = revision_id
    return Draft(
        draft.content_type,
        draft.id,
        {**draft.fields, SHARED: shared},
        {**draft.revision_ids, SHARED: revision_id},
        draft.states,
    )


def _was_never_live(content_type: ContentType, object_id: int) -> bool:
    texts = (live_fields.get_text(content_type, object_id, code) for code in LANGUAGES)
    return not any(live_fields.was_ever_live(content_type, text) for text in texts)


def _redirect_old_slug(content_type: ContentType, object_id: int, shared: Fields) -> None:
    """Redirect an object's old slug to the object by its ID, so redirects never chain."""
    obj = live_fields.get_object(content_type, object_id)
    if not content_type.has_slug or obj is None or obj.slug == shared["slug"]:
        return
    db.session.execute(
        delete(Redirect).where(Redirect.content_type == content_type.key, Redirect.slug == shared["slug"])
    )
    if not is_placeholder(obj.slug):
        statement = upsert(Redirect).values(content_type=content_type.key, slug=obj.slug, object_id=object_id)
        db.session.execute(
            statement.on_conflict_do_update(index_elements=["content_type", "slug"], set_={"object_id": object_id})
        )


def _free_slug(draft: Draft) -> str:
    """A slug made from the title, the English one if there is one, with a number if it is taken."""
    reserved, present = draft.content_type.reserved_slugs(), queries.get_slug(draft.content_type, draft.id)
    if present in reserved:
        return present
    codes = sorted(LANGUAGES, key=lambda code: code != INTERNATIONAL_LANGUAGE)
    titles = [draft.fields[code][draft.content_type.title].strip() for code in codes]
    stem = next((slug for title in titles if (slug := slugify(title))), "") or draft.content_type.key
    slug, number = stem, 1
    while slug in reserved or queries.find_by_slug(draft.content_type, slug) not in (None, draft.id):
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _mark_live(draft: Draft, languages: Sequence[str], *, translation_is_current: bool) -> None:
    stale = {code: status.is_stale(draft, code) for code in LANGUAGES}
    if draft.states[SHARED].scheduled_revision_id:
        # Another language is scheduled; it must not bring back the shared fields as they were.
        draft.states[SHARED].scheduled_revision_id = draft.revision_ids[SHARED]
    for locale in (SHARED, *languages):
        state = draft.states[locale]
        state.live_revision_id = draft.revision_ids[locale]
        state.review_requested_at = state.review_requested_by = None
    for code in languages:
        state, reference = draft.states[code], reference_language(code)
        together = reference in languages
        # A small change does not make a stale translation current; confirming that it is, or publishing both, does.
        if together or translation_is_current or state.source_revision_id is None or not stale[code]:
            state.source_revision_id = reference_revision(draft.states, code)
        if (together or translation_is_current) and reference_language(reference) == code:
            draft.states[reference].source_revision_id = state.live_revision_id
    db.session.flush()


@retry_transaction
def mark_translation_current(*, content_type: ContentType, object_id: int, language: str) -> None:
    """Record that a translation needs no change, although its source has changed."""
    with write_transaction():
        states = lock_draft(content_type, object_id).states
        states[language].source_revision_id = reference_revision(states, language)
        record(
            action="mark-translation-current",
            object_type=content_type.key,
            object_id=object_id,
            language=language,
        )


@retry_transaction
def unpublish(*, content_type: ContentType, object_id: int, languages: Sequence[str]) -> list[str]:
    """Unpublish an object and revoke its draft links; returns the languages in which it was live."""
    with write_transaction():
        unpublished = unpublish_draft(lock_draft(content_type, object_id), languages)
        record(
            action="unpublish",
            object_type=content_type.key,
            object_id=object_id,
            languages=" ".join(unpublished),
        )
    return unpublished


def unpublish_draft(draft: Draft, languages: Sequence[str]) -> list[str]:
    """Unpublish the live texts of a draft, in the caller's transaction and without an entry in the audit log."""
    bump_content_version()
    unpublished = live_fields.unpublish(draft.content_type, draft.id, languages)
    update_uses(draft)
    for code in languages:
        draft.states[code].live_revision_id = None
    cancel_schedule(draft.states, languages)
    db.session.execute(
        update(DraftLink)
        .where(
            DraftLink.content_type == draft.content_type.key,
            DraftLink.object_id == draft.id,
            DraftLink.language.in_(languages),
            DraftLink.revoked_at.is_(None),
        )
        .values(revoked_at=now())
    )
    return unpublished
