"""Links inside the site: which of those in the texts lead nowhere.

A link is judged by the routes of the application and by what is live, read in bulk; nothing is asked of other hosts.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import or_, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from wzo.donate.models import AnnualAccountText, DonationGoalText, DonationWayText
from wzo.extensions import db
from wzo.home.models import HomeBlockText, NoticeText, Page, PageText
from wzo.markdown import links_of, render_markdown
from wzo.petition.models import Petition, PetitionText, PetitionUpdateText
from wzo.projects.models import Project, ProjectText, Theme, ThemeText
from wzo.publication import FormerAddress, Published, State
from wzo.search.queries import kept
from wzo.stories.models import Series, SeriesText, Story, StoryText
from wzo.team.models import MemberText

# What a link can lead to that is live or not: by kind, the thing, its texts, and the column that ties them.
TARGETS: dict[str, tuple[Any, Any, Any]] = {
    "stories": (Story, StoryText, StoryText.story_id),
    "series": (Series, SeriesText, SeriesText.series_id),
    "projects": (Project, ProjectText, ProjectText.project_id),
    "themes": (Theme, ThemeText, ThemeText.theme_id),
    "petitions": (Petition, PetitionText, PetitionText.petition_id),
    "pages": (Page, PageText, PageText.page_id),
}
# The words after the language in an address, where they are not the name of the kind.
KINDS_IN_ADDRESSES = {"petition": "petitions"}
# The texts that are read in Markdown: by kind, the texts, the column that names the thing, and the columns of Markdown
# with what begins their ids. Where several texts share a page, anchors are not judged.
TEXTS: dict[str, tuple[Any, Any, dict[str, str]]] = {
    "stories": (StoryText, StoryText.story_id, {"body": "text", "credits": "credits"}),
    "series": (SeriesText, SeriesText.series_id, {"body": "text"}),
    "projects": (
        ProjectText,
        ProjectText.project_id,
        {"body": "text", "credits": "credits", "partners": "partners", "awards": "awards"},
    ),
    "themes": (ThemeText, ThemeText.theme_id, {"body": "text"}),
    "petitions": (PetitionText, PetitionText.petition_id, {"body": "text"}),
    "pages": (PageText, PageText.page_id, {"body": "text"}),
    "updates": (PetitionUpdateText, PetitionUpdateText.update_id, {"body": ""}),
    "donation-ways": (DonationWayText, DonationWayText.way_id, {"body": ""}),
    "accounts": (AnnualAccountText, AnnualAccountText.account_id, {"body": ""}),
    "goals": (DonationGoalText, DonationGoalText.goal_id, {"body": ""}),
    "home": (HomeBlockText, HomeBlockText.block_id, {"body": ""}),
    "team": (MemberText, MemberText.member_id, {"about": ""}),
    "notices": (NoticeText, NoticeText.notice_id, {"body": ""}),
}
# Places on our pages that no text makes.
PLACES = {"", "top", "main", "facts", "credits", "news"}
# The beginning of a link that does not lead to another host by itself. Most texts have none, and need not be parsed.
_LIKELY = re.compile(r"\](?:\(|:)\s*<?(?!\s|<|https?:|mailto:|tel:)")
_ID = re.compile(r'<[^>]*\sid="([^"]*)"')
_SCHEMES = ("http", "https", "mailto", "tel")


class DeadLink(NamedTuple):
    """A link that leads nowhere, as it was typed, and its words."""

    address: str
    words: str


class FoundDeadLink(NamedTuple):
    """A dead link in a live text: of what kind and thing, in which language, under which title."""

    kind: str
    thing_id: int
    language: str
    title: str
    link: DeadLink


def check_links(text: str, language: str, prefix: str = "text") -> list[DeadLink]:
    """The links of one Markdown text, perhaps a draft, that lead nowhere.

    `prefix` begins the ids of the text where it stands; without one, links to places on the same page pass.
    """
    return list(_dead_in(text, _ids_of([(text, prefix)], language) if prefix else None))


def dead_links() -> list[FoundDeadLink]:
    """The dead links of all live texts; kept until the content changes."""
    return kept("dead_links", lambda: list(_find_dead_links()))


def _find_dead_links() -> Iterator[FoundDeadLink]:
    for kind, (model, owner, fields) in TEXTS.items():
        columns = [getattr(model, name) for name in fields]
        name = model.title if hasattr(model, "title") else model.name
        live = [model.state == State.LIVE] if issubclass(model, Published) else []
        linked = or_(*(column.like(sign) for column in columns for sign in ("%](%", "%]:%", "%<http%")))
        rows = db.session.execute(
            select(owner, model.language, name, *columns).where(linked, *live).order_by(owner, model.language)
        )
        for thing_id, language, title, *texts in rows:
            pairs = list(zip(texts, fields.values(), strict=True))
            ids = _ids_of(pairs, language) if all(fields.values()) else None
            for text in texts:
                for link in _dead_in(text, ids) if _may_hold_ours(text) else ():
                    yield FoundDeadLink(kind, thing_id, language, title, link)


def _dead_in(text: str, ids: set[str] | None) -> Iterator[DeadLink]:
    """The dead links of a text; `ids` are the places on its page, None where they are not known."""
    for address, words in links_of(text):
        if not _leads_somewhere(address, ids):
            yield DeadLink(unquote(address), words)


def _may_hold_ours(text: str) -> bool:
    """Whether a text may hold a link to a page of ours; quick, since it is asked of every live text."""
    return bool(_LIKELY.search(text)) or any(origin in text for origin in current_app.config["SETTINGS"].origins)


def _leads_somewhere(address: str, ids: set[str] | None) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    path, own = parts.path, False
    if parts.scheme or parts.netloc:
        origins = current_app.config["SETTINGS"].origins
        if f"{parts.scheme}://{parts.netloc}" not in origins:
            return parts.scheme in _SCHEMES
        path, own = parts.path or "/", True
    if not path and not own:
        return bool(address) and (ids is None or unquote(parts.fragment) in ids | PLACES)
    # One that begins without a slash leads elsewhere from every page on which the text is shown.
    return path.startswith("/") and _is_there(unquote(path))


def _is_there(path: str) -> bool:
    if path in _static_paths():
        return True
    adapter = current_app.url_map.bind("localhost")
    try:
        try:
            rule, arguments = adapter.match(path, method="GET", return_rule=True)
        except RequestRedirect as elsewhere:
            rule, arguments = adapter.match(urlsplit(elsewhere.new_url).path, method="GET", return_rule=True)
    except HTTPException:
        return False
    if rule.endpoint.startswith("admin."):
        # Nobody who reads us can go there.
        return False
    language = arguments.get("lang")
    if language is None:
        return True
    name = rule.rule.split("/")[2]
    kind = KINDS_IN_ADDRESSES.get(name, name)
    if "slug" in arguments and kind in TARGETS:
        return (kind, arguments["slug"], language) in _live_addresses()
    if rule.endpoint == "home.privacy":
        return ("pages", "privacy", language) in _live_addresses()
    return True


def _live_addresses() -> set[tuple[str, str, str]]:
    """Kind, slug and language of everything that is live, under its former addresses too."""
    return kept("live_addresses", _read_live_addresses)


def _read_live_addresses() -> set[tuple[str, str, str]]:
    live: set[tuple[str, str, str]] = set()
    languages: dict[tuple[str, int], list[str]] = {}
    for kind, (model, text, owner) in TARGETS.items():
        rows = db.session.execute(
            select(model.id, model.slug, text.language).join(text, owner == model.id).where(text.state == State.LIVE)
        )
        for thing_id, slug, language in rows:
            live.add((kind, slug, language))
            languages.setdefault((kind, thing_id), []).append(language)
    for kind, slug, thing_id in db.session.execute(
        select(FormerAddress.kind, FormerAddress.slug, FormerAddress.thing_id)
    ):
        live.update((kind, slug, language) for language in languages.get((kind, thing_id), ()))
    return live


def _static_paths() -> set[str]:
    return {*current_app.extensions["static_files"].urls.values(), "/favicon.ico"}


def _ids_of(texts: list[tuple[str, str]], language: str) -> set[str]:
    """The ids that Markdown texts get, each with its prefix; none is rendered without a link to a place in it."""
    found: set[str] = set()
    if any("](#" in text or "]: #" in text for text, _ in texts):
        for text, prefix in texts:
            found.update(_ID.findall(render_markdown(text, language, prefix)))
    return found
