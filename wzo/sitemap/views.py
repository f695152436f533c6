"""The sitemap and robots.txt: the pages for search engines in each language, and the paths excluded from crawling."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue

from wzo.cms.content_types import get_content_type_or_404, registry
from wzo.extensions import AnyRow
from wzo.i18n import LANGUAGES
from wzo.page_cache.policy import public_page
from wzo.sitemap import queries
from wzo.templating import full_url
from wzo.xml import render_xml

XML = "application/xml"
STATIC_ENDPOINTS = (
    "home.index",
    "projects.index",
    "stories.index",
    "team.index",
    "directory.index",
    "press.index",
    "contact.index",
    "donate.index",
)
# Not to be crawled: the editors' panel, links to drafts, and the links in e-mails.
PRIVATE = ("/admin", "/draft/", "/c/", "/w/", "/n/", "/s/")

bp = Blueprint("sitemap", __name__)


class Page(NamedTuple):
    """A page in one language; `changed_at` is None where nothing records it."""

    language: str
    url: str
    changed_at: datetime | None = None


@bp.get("/sitemap.xml")
@public_page()
def index() -> ResponseReturnValue:
    """The sitemap index: the list of the sitemap's files."""
    large = [
        url_for("sitemap.large", key=content_type.key, number=number)
        for content_type in registry.values()
        if content_type.large
        for number in queries.get_file_numbers(content_type)
    ]
    return render_xml("sitemap/index.xml", XML, files=[url_for("sitemap.pages"), *large])


@bp.get("/sitemaps/pages.xml")
@public_page()
def pages() -> ResponseReturnValue:
    """Every page but those of large content types."""
    found = [
        [Page(code, full_url(url_for(endpoint, lang=code))) for code in LANGUAGES] for endpoint in STATIC_ENDPOINTS
    ]
    for content_type in registry.values():
        if content_type.has_page and not content_type.large:
            found += _group(content_type.endpoint, queries.get_pages(content_type))
        for endpoint, get_rows in content_type.extra_pages:
            found += _group(endpoint, get_rows())
    return render_xml("sitemap/pages.xml", XML, pages=found)


@bp.get("/sitemaps/<key>-<int(min=1, max=1000000):number>.xml")
@public_page()
def large(key: str, number: int) -> ResponseReturnValue:
    """One file of a large content type."""
    content_type = get_content_type_or_404(key)
    if not content_type.large:
        abort(404)
    found = _group(content_type.endpoint, queries.get_pages_in_file(content_type, number))
    return render_xml("sitemap/pages.xml", XML, pages=found) if found else abort(404)


@bp.get("/robots.txt")
@public_page()
def robots() -> ResponseReturnValue:
    """robots.txt: crawlers may read everything but the panel, drafts and the links in e-mails."""
    disallowed = "".join(f"Disallow: {path}\n" for path in PRIVATE)
    text = f"User-agent: *\n{disallowed}\nSitemap: {full_url(url_for('sitemap.index'))}\n"
    return text, {"Content-Type": "text/plain; charset=utf-8"}


def _group(endpoint: str, rows: Iterable[AnyRow]) -> list[list[Page]]:
    """The pages of each object, one for each language that it is live in; its rows are consecutive."""
    groups = groupby(rows, key=lambda row: {"slug": row.slug} if "slug" in row._fields else {})
    return [[_page(row, endpoint, **arguments) for row in texts] for arguments, texts in groups]


def _page(row: AnyRow, endpoint: str, **arguments: Any) -> Page:
    return Page(row.language, full_url(url_for(endpoint, lang=row.language, **arguments)), row.changed_at)
