"""A draft as the page that it will be.

The draft is brought before the public in a transaction that never ends well: the page is made by the very view that
readers will get it from, then everything is rolled back.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, current_app, g, url_for
from flask_babel import refresh

from wzo.admin.editing import live, queries
from wzo.admin.editing.checks import check
from wzo.admin.editing.kinds import Kind
from wzo.admin.editing.live import Fields
from wzo.admin.editing.models import SHARED
from wzo.admin.editing.queries import Draft
from wzo.donate.models import ANSWERS, ELSEWHERE, RUSSIA
from wzo.donate.queries import GIFT, THANKS, WARNING
from wzo.donate.steps import after
from wzo.extensions import db
from wzo.i18n import LANGUAGES, current_language
from wzo.petition.models import Petition
from wzo.search.actions import content_changed
from wzo.search.queries import content_version

# Plain pages that are no pages by themselves.
DONATE_PAGES = (WARNING, GIFT, THANKS)
# Where a story stands in its series before it has been given a part.
LAST_PART = "9999"
# So many pages of drafts a process remembers for readers from outside.
MOST_KEPT = 32


def path_of(kind: Kind, thing: Any, language: str) -> str:
    """The address of the page on which readers find a thing; its row in the public table says where."""
    arguments: dict[str, Any] = {"lang": language}
    endpoint = kind.endpoint
    if kind.key == "updates":
        endpoint, arguments["slug"] = "petition.show", db.session.get_one(Petition, thing.petition_id).slug
    elif kind.key == "countries":
        arguments["country"] = thing.slug
    elif kind.key == "pages" and thing.slug in DONATE_PAGES:
        endpoint = "gifts.thanks" if thing.slug == THANKS else "donate.index"
        arguments |= {"from": RUSSIA} if thing.slug == WARNING else {}
    elif kind.key == "donation-ways":
        arguments |= after(next((answer for answer in reversed(ANSWERS) if answer in thing.answers.split()), ELSEWHERE))
    elif kind.has_page:
        arguments["slug"] = thing.slug
    return url_for(endpoint, **arguments)


def render_kept(kind: Kind, thing_id: int, language: str) -> tuple[str, int]:
    """The same for readers from outside: made once for each state of the draft and of the site, then remembered."""
    draft = queries.get_draft(kind, thing_id)
    key = (kind.key, thing_id, language, content_version(), *draft.heads.values())
    known: OrderedDict[tuple[object, ...], tuple[str, int]] = current_app.extensions.setdefault("drafts", OrderedDict())
    if key not in known:
        answer = render_draft(kind, thing_id, language)
        known[key] = (answer.get_data(as_text=True), answer.status_code)
        while len(known) > MOST_KEPT:
            known.popitem(last=False)
    return known[key]


def render_draft(kind: Kind, thing_id: int, language: str) -> Response:
    """The public page in a language, as it will be once what is written now is live."""
    draft = queries.get_draft(kind, thing_id)
    parts = {part: dict(fields) for part, fields in draft.parts.items()}
    _fit(draft, parts[SHARED])
    with _as_if():
        # Whatever a process remembers of this moment, it will find out of date.
        content_changed()
        shown = {code: parts[code] for code in LANGUAGES if code == language or any(parts[code].values())}
        live.put_live(kind, thing_id, {SHARED: parts[SHARED], **shown}, {})
        path = path_of(kind, live.get_thing(kind, thing_id), language)
        return _get(path)


def _fit(draft: Draft, shared: Fields) -> None:
    """Let a half-written draft fit into its table: what could not be published stays as it is there."""
    there = live.read_live(draft.kind, draft.id, SHARED)
    for one in check(draft, ()):
        name = one.field.removeprefix(f"{SHARED}.")
        if one.stops and name in shared:
            shared[name] = there.get(name, "")
    if "slug" in shared and not shared["slug"]:
        shared["slug"] = live.get_thing(draft.kind, draft.id).slug  # type: ignore[union-attr]
    if "series_id" in shared:
        shared["part"] = (shared["part"] or LAST_PART) if shared["series_id"] else ""


@contextmanager
def _as_if() -> Iterator[None]:
    db.session.rollback()
    db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    g.previewing = True
    try:
        yield
    finally:
        g.previewing = False
        db.session.rollback()


def _get(path: str) -> Response:
    """What the application answers to a reader's request, made inside the transaction at hand."""
    app, language = current_app._get_current_object(), current_language()  # type: ignore[attr-defined]
    del g.language
    try:
        with app.test_request_context(path, base_url=app.config["SETTINGS"].site_url):
            refresh()
            answer: Response = app.full_dispatch_request()
        if answer.location:
            # A list that cannot be narrowed to what nobody has published yet.
            with app.test_request_context(answer.location, base_url=app.config["SETTINGS"].site_url):
                refresh()
                answer = app.full_dispatch_request()
    finally:
        g.language = language
        refresh()
    return answer
