"""Previews: a draft, rendered as the public page that it will become.

The draft's fields are written to the live tables in a transaction that is always rolled back; meanwhile, the public
view renders the page.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, current_app, g

from wzo.cms import live_fields
from wzo.cms.checks import checklist
from wzo.cms.fields import Fields
from wzo.cms.models import SHARED
from wzo.cms.queries import Draft
from wzo.config import settings
from wzo.content_version import bump_content_version, content_version
from wzo.extensions import db
from wzo.i18n import LANGUAGES, current_language, in_language

# How many pages of drafts a process caches for readers with a draft link.
MAX_CACHED_PAGES = 32


def render_cached(draft: Draft, language: str) -> tuple[str, int]:
    """The page and its status for readers with a draft link, cached until the draft or the site changes."""
    key = (draft.content_type.key, draft.id, language, content_version(), *draft.revision_ids.values())
    cache: OrderedDict[tuple[object, ...], tuple[str, int]] = current_app.extensions.setdefault("drafts", OrderedDict())
    if key not in cache:
        response = render_draft(draft, language)
        cache[key] = (response.get_data(as_text=True), response.status_code)
        while len(cache) > MAX_CACHED_PAGES:
            cache.popitem(last=False)
    return cache[key]


def render_draft(draft: Draft, language: str, file: str = "") -> Response:
    """The public page in a language, as it will be once the draft is published, or a file of it, such as its card."""
    content_type, fields = draft.content_type, dict(draft.fields)
    fields[SHARED] = _publishable(draft)
    with _rolled_back():
        # What the process has cached does not apply to the draft.
        bump_content_version()
        published = {code: fields[code] for code in LANGUAGES if code == language or any(fields[code].values())}
        live_fields.apply(content_type, draft.id, {SHARED: fields[SHARED], **published})
        return _get(content_type.path_of(live_fields.get_object(content_type, draft.id), language) + file)


def _publishable(draft: Draft) -> Fields:
    """The shared fields, with the live value in place of each that could not be published."""
    live = live_fields.read_live(draft.content_type, draft.id, SHARED)
    shared = dict(draft.fields[SHARED])
    for one in checklist(draft, ()):
        name = one.field.removeprefix(f"{SHARED}.")
        if one.blocks and name in shared:
            shared[name] = live.get(name, "")
    if "slug" in shared and not shared["slug"]:
        shared["slug"] = live_fields.get_object(draft.content_type, draft.id).slug  # type: ignore[union-attr]
    return {**shared, **draft.content_type.preview_defaults(shared)}


@contextmanager
def _rolled_back() -> Iterator[None]:
    db.session.rollback()
    db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    g.is_preview = True
    try:
        yield
    finally:
        g.is_preview = False
        db.session.rollback()


def _get(path: str) -> Response:
    """The application's response to a reader's request, rendered inside the current transaction."""
    site_url = settings().site_url
    # The requests share the application context, and the language, of this one.
    with in_language(current_language()):
        with current_app.test_request_context(path, base_url=site_url):
            response: Response = current_app.full_dispatch_request()
        if response.location:
            # A list cannot be filtered by something that is not published yet.
            with current_app.test_request_context(response.location, base_url=site_url):
                response = current_app.full_dispatch_request()
    return response
