"""What search engines read: which pages there are, in which languages, and which addresses are nobody's to read."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue

from wzo.extensions import AnyRow
from wzo.i18n import LANGUAGES
from wzo.sitemap import queries
from wzo.templating import full_url
from wzo.xml import render_xml

XML = "application/xml"
ALWAYS_THERE = ("home.index", "projects.index", "stories.index", "team.index", "donate.index")
# What is not to be read by machines: the editors' panel, and the links of letters.
PRIVATE = ("/admin", "/c/", "/w/", "/n/")

bp = Blueprint("sitemap", __name__)


class Address(NamedTuple):
    """A page in one language; `changed_at`, in seconds since 1970, is None where nobody notes it."""

    language: str
    url: str
    changed_at: int | None = None


@bp.get("/sitemap.xml")
def index() -> ResponseReturnValue:
    """The list of the sitemap's files."""
    stories = [url_for("sitemap.stories", number=number) for number in queries.get_story_files()]
    return render_xml("sitemap/index.xml", XML, files=[url_for("sitemap.pages"), *stories])


@bp.get("/sitemaps/pages.xml")
def pages() -> ResponseReturnValue:
    """Everything but the stories."""
    things = [
        [Address(language, full_url(url_for(endpoint, lang=language))) for language in LANGUAGES]
        for endpoint in ALWAYS_THERE
    ]
    things.append([_address(row, "home.privacy") for row in queries.get_plain_page("privacy")])
    for endpoint in queries.PAGES:
        things += _things(endpoint, queries.get_pages(endpoint))
    things += _things("petition.news", queries.get_petition_news())
    return render_xml("sitemap/pages.xml", XML, things=things)


@bp.get("/sitemaps/stories-<int(min=1, max=1000000):number>.xml")
def stories(number: int) -> ResponseReturnValue:
    """The stories of one file."""
    things = _things("stories.show", queries.get_stories(number))
    return render_xml("sitemap/pages.xml", XML, things=things) if things else abort(404)


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """What machines may read: everything but the panel and the links of letters."""
    closed = "".join(f"Disallow: {path}\n" for path in PRIVATE)
    text = f"User-agent: *\n{closed}\nSitemap: {full_url(url_for('sitemap.index'))}\n"
    return text, {"Content-Type": "text/plain; charset=utf-8"}


def _things(endpoint: str, rows: Iterable[AnyRow]) -> list[list[Address]]:
    """The addresses of each thing, one for each language that it is live in; its rows stand together."""
    return [
        [_address(row, endpoint, slug=slug) for row in texts] for slug, texts in groupby(rows, key=lambda row: row.slug)
    ]


def _address(row: AnyRow, endpoint: str, **arguments: Any) -> Address:
    return Address(row.language, full_url(url_for(endpoint, lang=row.language, **arguments)), row.changed_at)
