"""The link check: links in Markdown texts to pages of this site that do not exist."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import or_, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from wzo.cms.content_types import ContentType, registry
from wzo.config import settings
from wzo.content_version import cached_until_content_changes
from wzo.extensions import db
from wzo.markdown import extract_links, render_markdown
from wzo.publication import Redirect, get_changed_slug

# Ids on our pages that do not come from a text.
PAGE_IDS = {"", "top", "main", "facts", "credits", "news"}
# The start of a link to this host. Most texts have none, and need not be parsed.
_INTERNAL_LINK = re.compile(r"\](?:\(|:)\s*<?(?!\s|<|https?:|mailto:|tel:)")
_ID = re.compile(r'<[^>]*\sid="([^"]*)"')
_SCHEMES = ("http", "https", "mailto", "tel")


class DeadLink(NamedTuple):
    """A broken link, as it was typed, and its text."""

    address: str
    words: str


class FoundDeadLink(NamedTuple):
    """A broken link in a live text, and its place."""

    content_type: str
    object_id: int
    language: str
    title: str
    link: DeadLink


def check_links(text: str, language: str, prefix: str = "text") -> list[DeadLink]:
    """The broken links in a Markdown text, perhaps of a draft.

    `prefix` begins the ids of the text's headings; without it, links to headings are not checked.
    """
    return list(_dead_links_in(text, language, _heading_ids([(text, prefix)], language) if prefix else None))


@cached_until_content_changes
def get_dead_links() -> list[FoundDeadLink]:
    """The broken links in all live texts."""
    return list(_find_dead_links())


def _find_dead_links() -> Iterator[FoundDeadLink]:
    for content_type in registry.values():
        names = [field.name for field in content_type.translated_fields if field.is_markdown]
        if not names:
            continue
        text = content_type.text
        columns = [getattr(text, name) for name in names]
        has_link = or_(*(column.like(pattern) for column in columns for pattern in ("%](%", "%]:%", "%<http%")))
        owner = content_type.owner_column
        rows = db.session.execute(
            select(owner, text.language, content_type.title_column, *columns)
            .where(has_link, content_type.public_condition)
            .order_by(owner, text.language)
        )
        for object_id, language, title, *values in rows:
            pairs = list(zip(values, ("text" if name == "body" else name for name in names), strict=True))
            # Where several texts share a page, a heading may be in another one.
            ids = _heading_ids(pairs, language) if content_type.has_anchors else None
            for value in values:
                for link in _dead_links_in(value, language, ids) if _may_link_to_us(value) else ():
                    yield FoundDeadLink(content_type.key, object_id, language, title, link)


def _dead_links_in(text: str, language: str, ids: set[str] | None) -> Iterator[DeadLink]:
    """The broken links in a text of a language; `ids` are the ids on its page, None if they are not known."""
    for address, words in extract_links(text):
        if not _resolves(address, language, ids):
            yield DeadLink(unquote(address), words)


def _may_link_to_us(text: str) -> bool:
    """Whether a text may link to a page of ours; fast, because it runs on every live text."""
    return bool(_INTERNAL_LINK.search(text)) or any(origin in text for origin in settings().origins)


def _resolves(address: str, language: str, ids: set[str] | None) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    path, is_ours = parts.path, False
    for content_type in registry.values():
        if parts.scheme and parts.scheme == content_type.link_scheme:
            return (content_type.key, path, language) in _live_pages()
    if parts.scheme or parts.netloc:
        if f"{parts.scheme}://{parts.netloc}" not in settings().origins:
            return parts.scheme in _SCHEMES
        path, is_ours = parts.path or "/", True
    if not path and not is_ours:
        return bool(address) and (ids is None or unquote(parts.fragment) in ids | PAGE_IDS)
    # A relative path has another target on each page that shows the text.
    return path.startswith("/") and page_exists(unquote(path))


def page_exists(path: str) -> bool:
    """Whether readers can open a path of this site; of content objects, only live ones."""
    if path in _static_paths():
        return True
    found = _match(path)
    if found is None or found[0].endpoint.startswith("admin."):
        return False
    rule, arguments = found
    if "lang" not in arguments:
        return True
    for content_type in registry.values():
        slug = _slug_of_page(content_type, rule, arguments.get("slug"))
        if slug is not None:
            return (content_type.key, slug, arguments["lang"]) in _live_pages()
    return True


def current_path(path: str) -> str:
    """The path to which this site redirects another one: with the slash at its end, and the current slug."""
    found = _match(path)
    if found is None:
        return path
    rule, arguments = found
    for content_type in registry.values():
        slug = _slug_of_page(content_type, rule, arguments.get("slug"))
        if slug is not None and "slug" in arguments:
            arguments = {**arguments, "slug": get_changed_slug(content_type.model, slug) or slug}
    return current_app.url_map.bind("localhost").build(rule.endpoint, arguments)


def _match(path: str) -> tuple[Rule, Mapping[str, Any]] | None:
    """The URL rule of a path, perhaps after a redirect, and its arguments."""
    adapter = current_app.url_map.bind("localhost")
    try:
        try:
            return adapter.match(path, method="GET", return_rule=True)
        except RequestRedirect as elsewhere:
            return adapter.match(urlsplit(elsewhere.new_url).path, method="GET", return_rule=True)
    except HTTPException:
        return None


def _slug_of_page(content_type: ContentType, rule: Rule, slug: str | None) -> str | None:
    """The slug of the object of this content type that a page belongs to; None if it belongs to none."""
    if content_type.has_page and slug is not None:
        own_rule = next(current_app.url_map.iter_rules(content_type.endpoint)).rule
        if rule.rule.startswith(own_rule.partition("<slug>")[0] + "<slug>"):
            return slug
    return content_type.fixed_endpoints.get(rule.endpoint)


@cached_until_content_changes
def _live_pages() -> set[tuple[str, str, str]]:
    """Content type, slug and language of every live text, under its former slugs too."""
    live: set[tuple[str, str, str]] = set()
    languages: dict[tuple[str, int], list[str]] = {}
    for content_type in registry.values():
        if not (content_type.has_page or content_type.fixed_endpoints or content_type.link_scheme):
            continue
        model, text = content_type.model, content_type.text
        rows = db.session.execute(
            select(model.id, model.slug, text.language)
            .join(text, content_type.owner_column == model.id)
            .where(content_type.public_condition, content_type.page_condition)
        )
        for object_id, slug, language in rows:
            live.add((content_type.key, slug, language))
            languages.setdefault((content_type.key, object_id), []).append(language)
    for key, slug, object_id in db.session.execute(select(Redirect.content_type, Redirect.slug, Redirect.object_id)):
        # A link by a scheme is not redirected.
        if key in registry and not registry[key].link_scheme:
            live.update((key, slug, language) for language in languages.get((key, object_id), ()))
    return live


def _static_paths() -> set[str]:
    return {*current_app.extensions["static_files"].urls.values(), "/favicon.ico"}


def _heading_ids(texts: list[tuple[str, str]], language: str) -> set[str]:
    """The ids in Markdown texts, each given with its prefix; nothing is rendered unless a text links to one."""
    found: set[str] = set()
    if any("](#" in text or "]: #" in text for text, _ in texts):
        for text, prefix in texts:
            found.update(_ID.findall(render_markdown(text, language, prefix)))
    return found
