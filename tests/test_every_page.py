"""Checks of every public page, by plain HTTP and in Chromium."""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

import brotli
import feedparser
import pytest

from tests.browser.chromium import NO_OPTIMISATION, chromium
from tests.html import Html, assert_none, parse
from tests.html_validate import PROGRAM, find_html_faults
from tests.running_site import RawResponse, RunningSite
from tests.site_pages import Page, add_missing_content, all_pages, fetch, internal_links, open_page
from tests.test_headers import ALWAYS, POLICY
from wzo.headers import DENIED_FEATURES, RESOURCE_POLICY
from wzo.i18n import LANGUAGES
from wzo.whole_words import SOFT_HYPHEN

pytestmark = pytest.mark.browser

PAGE_BUDGET = 14 * 1024
SCRIPT_BUDGET = 20 * 1024
SMALL = 500
PACKED_PICTURES = ("image/png", "image/x-icon", "image/vnd.microsoft.icon")
# What other sites may show.
FOR_OTHERS = ("/card.png", "/figures.csv", "/figures.json")
NEUTRAL_TITLES = {"ru": "Подтверждение", "en": "Confirmation"}
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": lambda body: zlib.decompress(body, zlib.MAX_WBITS | 16),
}
DATA_BLOCK = "application/ld+json"
FEED = "application/atom+xml"
LINKED_FILES = ("icon", "apple-touch-icon", "manifest", "stylesheet")
Faults = Iterator[str]


@dataclass(frozen=True)
class Sent:
    """A page as the server sent it, parsed."""

    page: Page
    response: RawResponse
    html: Html

    @property
    def root(self) -> Element:
        return self.html.root

    def title(self) -> str:
        return " ".join((self.root.findtext("head/title") or "").split())

    def is_for_search_engines(self) -> bool:
        robots = [it.get("content") or "" for it in self.root.iter("meta") if it.get("name") == "robots"]
        return not any("noindex" in word for word in robots)

    def head_links(self, relation: str) -> list[Element]:
        return [link for link in self.root.iter("link") if link.get("rel") == relation]

    def in_other_languages(self) -> dict[str, str]:
        """The URLs of the page in the languages that it names."""
        links = [link.attrib for link in self.head_links("alternate") if "hreflang" in link.attrib]
        return {link["hreflang"]: link["href"] for link in links}

    def scripts(self) -> list[Element]:
        """The scripts that run, without data blocks."""
        return [script for script in self.root.iter("script") if script.get("type") != DATA_BLOCK]

    def feeds(self) -> set[str]:
        """The paths of the feeds that the page names in its head and its text."""
        return {it.attrib["href"] for it in self.html.all(lambda it: it.get("type") == FEED)}


@pytest.fixture(scope="module")
def site() -> Iterator[RunningSite]:
    with RunningSite(warms_cache=False) as site:
        yield site


@pytest.fixture(scope="module")
def everything(site: RunningSite) -> list[Sent]:
    """Every page in every language."""
    add_missing_content(site)
    responses = [(page, fetch(site, page)) for page in all_pages(site)]
    return [Sent(page, response, parse(response.body)) for page, response in responses]


# Checks of single pages: each function yields the faults of a page.


def responds_as_expected(sent: Sent) -> Faults:
    if sent.response.status != sent.page.status:
        yield f"responds {sent.response.status}, not {sent.page.status}; linked from {sent.page.linked_from or '-'}"
    if sent.response.headers["Content-Type"] != "text/html; charset=utf-8":
        yield f"is {sent.response.headers['Content-Type']}"


def has_no_syntax_errors(sent: Sent) -> Faults:
    yield from sent.html.errors


def has_one_heading_of_the_first_level(sent: Sent) -> Faults:
    count = len(list(sent.root.iter("h1")))
    if count != 1:
        yield f"has {count} h1"


def has_headings_in_steps(sent: Sent) -> Faults:
    levels = [int(it.tag[1]) for it in sent.html.all(lambda it: it.tag in ("h1", "h2", "h3", "h4", "h5", "h6"))]
    yield from (f"goes from h{one} to h{other}" for one, other in pairwise(levels) if other > one + 1)


def has_unique_ids(sent: Sent) -> Faults:
    ids = [it.attrib["id"] for it in sent.html.all(lambda it: "id" in it.attrib)]
    yield from (f"has the id {name} {ids.count(name)} times" for name in sorted(set(ids)) if ids.count(name) > 1)


def refers_to_what_exists(sent: Sent) -> Faults:
    ids = {it.get("id") for it in sent.root.iter()}
    for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for", "form", "list"):
        for element in sent.html.all(lambda it, name=attribute: name in it.attrib):
            for name in element.attrib[attribute].split():
                if name not in ids:
                    yield f'{element.tag} refers to {attribute}="{name}", which is not there'


def describes_its_pictures(sent: Sent) -> Faults:
    for picture in sent.root.iter("img"):
        yield from (
            f"{picture.get('src')} has no {name}" for name in ("alt", "width", "height") if name not in picture.attrib
        )


def labels_its_fields(sent: Sent) -> Faults:
    labels = {it.get("for") for it in sent.root.iter("label") if "".join(it.itertext()).strip()}
    for element in sent.html.all(lambda it: it.tag in ("input", "select", "textarea")):
        is_hidden = element.get("type") in ("hidden", "submit") or "hidden" in element.attrib
        if not is_hidden and element.get("id") not in labels:
            yield f"{element.tag} {element.get('name')} has no label"


def holds_nothing_inline(sent: Sent) -> Faults:
    yield from (f"holds an inline script: {it.text}" for it in sent.scripts() if not it.get("src") or it.text)
    for element in sent.html.all(lambda it: True):
        if element.tag == "style":
            yield "holds an inline style"
        for name, value in element.attrib.items():
            if name == "style" or name.startswith("on") or value.strip().lower().startswith("javascript:"):
                yield f'{element.tag} holds {name}="{value}"'


def has_soft_hyphens_in_headings_alone(sent: Sent) -> Faults:
    """Where a reader copies a title, a search engine reads it or a friend gets it, there are none."""
    outside = [(it.tag, text) for it in sent.html.all(lambda it: True) for text in it.attrib.values()]
    outside += [(it.tag, it.text or "") for it in sent.root.iter() if it.get("class") != "whole"]
    yield from (f"has a soft hyphen in {tag}: {text}" for tag, text in outside if SOFT_HYPHEN in text)


def has_no_words_that_only_scripts_show(sent: Sent) -> Faults:
    """Text browsers, readers' modes and search engines show what is hidden."""
    for element in sent.html.all(lambda it: "hidden" in it.attrib or it.tag == "template"):
        yield f"has hidden words: {' '.join(''.join(element.itertext()).split())}"


def labels_its_options(sent: Sent) -> Faults:
    yield from ("has an option without words" for it in sent.root.iter("option") if not (it.text or "").strip())


def holds_data_that_can_be_read(sent: Sent) -> Faults:
    for block in sent.root.iter("script"):
        if block.get("type") == DATA_BLOCK:
            try:
                data = json.loads(block.text or "")
                if data["@context"] != "https://schema.org" or not data["@type"]:
                    yield f"describes itself with {data}"
            except ValueError as error:
                yield f"holds data that cannot be read: {error}"


def is_in_its_language(sent: Sent) -> Faults:
    if sent.root.get("lang") != sent.page.language:
        yield f"is in {sent.root.get('lang')}"
    if not sent.title():
        yield "has no title"


def is_discreet_where_it_belongs_to_one_reader(sent: Sent) -> Faults:
    kept = sent.response.headers["Cache-Control"]
    neutral = sent.title() == NEUTRAL_TITLES[sent.page.language]
    if not sent.page.private:
        if neutral:
            yield "has a neutral title without need"
        return
    if not neutral:
        yield f"has the title “{sent.title()}”"
    if kept != "no-store":
        yield f"may be kept: {kept}"
    if sent.head_links("canonical") or sent.head_links("alternate"):
        yield "names its URL to search engines"
    if sent.is_for_search_engines():
        yield "may be indexed"
    if [it for it in sent.root.iter("meta") if it.get("property")]:
        yield "has metadata for sharing"


@pytest.mark.parametrize(
    "check",
    [
        responds_as_expected,
        has_no_syntax_errors,
        has_one_heading_of_the_first_level,
        has_headings_in_steps,
        has_unique_ids,
        refers_to_what_exists,
        describes_its_pictures,
        labels_its_fields,
        holds_nothing_inline,
        has_soft_hyphens_in_headings_alone,
        has_no_words_that_only_scripts_show,
        labels_its_options,
        holds_data_that_can_be_read,
        is_in_its_language,
        is_discreet_where_it_belongs_to_one_reader,
    ],
    ids=lambda check: check.__name__,
)
def test_it_is_sound(everything: list[Sent], check: Callable[[Sent], Faults]) -> None:
    assert_none(f"{sent.page.path} {fault}" for sent in everything for fault in check(sent))


def test_it_links_the_languages_of_a_page(site: RunningSite, everything: list[Sent]) -> None:
    def faults() -> Faults:
        known = {site.url + sent.page.path: sent for sent in everything}
        for url, sent in known.items():
            if not sent.is_for_search_engines() or sent.page.status != 200:
                continue
            own = [link.get("href") or "" for link in sent.head_links("canonical")]
            counts = known.get(own[0]) if own else None
            if len(own) != 1 or counts is None or [it.get("href") for it in counts.head_links("canonical")] != own:
                yield f"{url} calls itself {own}"
            others = sent.in_other_languages()
            if set(others) != set(LANGUAGES) or others.get(sent.page.language) not in own:
                yield f"{url} knows {others}"
            for language, other in others.items():
                translation = known.get(other)
                if translation is None:
                    yield f"{url} leads to {other}, which no link reaches"
                elif translation.page.language != language:
                    yield f"{url} calls {other} {language}"
                elif translation.in_other_languages() != others:
                    yield f"{url} knows {other}, which does not know it"

    assert_none(faults())


@pytest.mark.skipif(not PROGRAM.exists(), reason="html-validate needs Node")
def test_it_is_valid_html(everything: list[Sent], tmp_path: Path) -> None:
    assert_none(find_html_faults({sent.page.path: sent.response.body for sent in everything}, tmp_path))


def test_it_is_the_same_with_a_tracking_parameter(site: RunningSite, everything: list[Sent]) -> None:
    """Messengers and social networks add them to the links that people share."""

    def seen(html: Html, status: int) -> tuple[object, ...]:
        head = [it.attrib for it in html.root.iter() if it.tag in ("meta", "link")]
        return status, html.root.findtext("head/title"), [it for it in head if "integrity" not in it]

    def faults() -> Faults:
        for sent in everything:
            if sent.page.fields or sent.page.private:
                continue
            path = f"{sent.page.path}{'&' if '?' in sent.page.path else '?'}fbclid=IwAR0&utm_source=telegram"
            response = site.ask(path, headers={"Accept-Language": sent.page.language})
            if seen(parse(response.body), response.status) != seen(sent.html, sent.response.status):
                yield f"{path} is not as {sent.page.path}"

    assert_none(faults())


def test_it_has_no_dead_links(site: RunningSite, everything: list[Sent]) -> None:
    def faults() -> Faults:
        known = {sent.page.path: sent.html for sent in everything}
        files: dict[str, int] = {}
        for sent in everything:
            for link in internal_links(site, sent.page.path, [it.attrib for it in sent.root.iter("a")]):
                path, fragment = urldefrag(link)
                if path not in known:
                    known[path] = parse(site.ask(path, headers={"Accept-Language": sent.page.language}).body)
                # A form's response links to itself, whatever else its URL shows.
                target = sent.html if path == sent.page.path else known[path]
                if fragment and not any(it.get("id") == fragment for it in target.root.iter()):
                    yield f"{sent.page.path} leads to {link}, and there is no such place"
            for url in files_of(sent):
                files.setdefault(url, site.ask(url).status)
                if files[url] != 200:
                    yield f"{sent.page.path} needs {url}, which responds {files[url]}"

    assert_none(faults())


def test_it_has_valid_feeds(site: RunningSite, everything: list[Sent]) -> None:
    def faults() -> Faults:
        for path in {path for sent in everything for path in sent.feeds()}:
            response = site.ask(path)
            feed = feedparser.parse(response.body)
            if response.status != 200 or response.headers["Content-Type"] != f"{FEED}; charset=utf-8":
                yield f"{path} responds {response.status} {response.headers['Content-Type']}"
            elif SOFT_HYPHEN in response.body.decode():
                yield f"{path} has soft hyphens"
            elif feed.bozo or feed.version != "atom10":
                yield f"{path} is not a feed: {feed.get('bozo_exception')}"

    assert_none(faults())


def test_it_sends_security_headers_with_every_response(site: RunningSite, everything: list[Sent]) -> None:
    others = {url for sent in everything for url in files_of(sent)}
    others |= {path for sent in everything for path in sent.feeds()} | {"/robots.txt", "/sitemap.xml"}
    others |= {"/.well-known/security.txt"}
    others |= {"/", "/healthz", "/favicon.ico", "/static/nope.css", "/petition/mothers/count.json", "/ru/petition"}
    responses = [(sent.page.path, sent.response) for sent in everything] + [(path, site.ask(path)) for path in others]
    permissions = ", ".join(f"{name}=()" for name in DENIED_FEATURES)
    expected = {**ALWAYS, "Content-Security-Policy": POLICY, "Permissions-Policy": permissions}

    def faults() -> Faults:
        for path, response in responses:
            own = {RESOURCE_POLICY: "cross-origin"} if path.endswith(FOR_OTHERS) else {}
            for name, value in {**expected, **own}.items():
                if response.headers.get_all(name) != [value]:
                    yield f"{path} has {name}: {response.headers.get_all(name)}"
            # A plain HTTP site does not send HSTS.
            for name in ("Set-Cookie", "Strict-Transport-Security", "Onion-Location", "X-Powered-By"):
                if name in response.headers:
                    yield f"{path} has {name}: {response.headers[name]}"

    assert_none(faults())


def test_it_loads_only_its_own_scripts_with_integrity_hashes(site: RunningSite, everything: list[Sent]) -> None:
    @cache
    def digest_of(path: str) -> bytes:
        return hashlib.sha384(site.ask(path).body).digest()

    def faults() -> Faults:
        for sent in everything:
            for script in sent.scripts():
                digest = digest_of(script.get("src") or "")
                if script.get("integrity") != f"sha384-{base64.b64encode(digest).decode()}":
                    yield f"{sent.page.path}: {script.get('src')} has the integrity {script.get('integrity')}"
                if "defer" not in script.attrib:
                    yield f"{sent.page.path}: {script.get('src')} holds the page up"

    assert_none(faults())


@pytest.mark.parametrize("coding", UNPACK)
def test_it_keeps_every_page_light(site: RunningSite, everything: list[Sent], coding: str) -> None:
    accept = {"Accept-Encoding": coding}
    files = {url: site.ask(url, headers=accept) for sent in everything for url in files_of(sent)}
    loose = [url for url, response in files.items() if not is_packed(response, coding)]
    assert not loose, f"{loose} is not sent packed; `make compress` packs what has changed"

    def faults() -> Faults:
        for sent in everything:
            page = fetch(site, sent.page, accept)
            styles = sum(len(files[url].body) for url in blocking_sheets(sent))
            scripts = sum(len(files[script.get("src") or ""].body) for script in sent.scripts())
            if not is_packed(page, coding):
                yield f"{sent.page.path} is not sent packed"
            if len(page.body) + styles > PAGE_BUDGET:
                yield f"{sent.page.path} weighs {len(page.body)} + {styles} for its styles, more than {PAGE_BUDGET}"
            if scripts > SCRIPT_BUDGET:
                yield f"{sent.page.path} has scripts of {scripts}, more than {SCRIPT_BUDGET}"

    assert_none(faults())


def test_it_shows_every_page_after_one_style_sheet(everything: list[Sent]) -> None:
    """A second one would wait for a round trip, and often for a connection of its own.

    Print editions are opened to be printed.
    """
    waiting = {sent.page.path: len(blocking_sheets(sent)) for sent in everything}
    assert {path for path, number in waiting.items() if number != 1 and not path.endswith("/print/")} == set()


def blocking_sheets(sent: Sent) -> list[str]:
    """The paths of the style sheets that the first paint waits for; those for print delay nothing."""
    without_scripts = {link for part in sent.root.iter("noscript") for link in part.iter("link")}
    waiting = [it for it in sent.head_links("stylesheet") if it.get("media") != "print" and it not in without_scripts]
    return [link.get("href") or "" for link in waiting]


@dataclass
class Seen:
    """A page as Chromium loaded it; each console message comes with its URL."""

    page: Page
    status: int = 0
    requests: list[str] = field(default_factory=list)
    console: list[tuple[str, str]] = field(default_factory=list)
    kept: str = ""


def test_it_logs_no_errors_in_a_browser(site: RunningSite, everything: list[Sent]) -> None:
    def faults() -> Faults:
        # Playwright allows one browser per thread, and the tests' thread may already have one.
        with ThreadPoolExecutor(1) as own_thread:
            for seen in own_thread.submit(look_at, site, [sent.page for sent in everything]).result():
                if seen.status != seen.page.status:
                    yield f"{seen.page.path} responds {seen.status}"
                for url in seen.requests:
                    if urlsplit(url)[:2] != urlsplit(site.url)[:2]:
                        yield f"{seen.page.path} asks for {url}"
                for message, about in seen.console:
                    # Chromium itself logs a page with an error status, which is expected here.
                    if not (seen.page.status >= 400 and about == site.url + seen.page.path):
                        yield f"{seen.page.path} says {message}"
                if seen.kept:
                    yield f"{seen.page.path} keeps {seen.kept}"

    assert_none(faults())


# What a page could leave in a browser, and pictures that fail to load; lazy ones would load on scrolling.
LOOK_ROUND = """async () => {
  const pictures = [...document.images];
  for (const picture of pictures) picture.loading = "eager";
  const loaded = await Promise.allSettled(pictures.map((picture) => picture.decode()));
  const broken = pictures.filter((_, place) => loaded[place].status === "rejected").map((picture) => picture.src);
  const databases = (await indexedDB.databases()).map((database) => database.name);
  const caches = await globalThis.caches.keys();
  const workers = (await navigator.serviceWorker.getRegistrations()).map((worker) => worker.scope);
  const stores = [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)];
  return [...stores, ...databases, ...caches, ...workers, ...broken].filter(Boolean).join(", ");
}"""


def look_at(site: RunningSite, pages: list[Page]) -> list[Seen]:
    """Open every page in Chromium and record what it does."""
    result: list[Seen] = []
    with chromium(NO_OPTIMISATION) as browser:
        for language in LANGUAGES:
            context = browser.new_context(locale=language)
            tab = context.new_page()
            tab.on("request", lambda request: result[-1].requests.append(request.url))
            tab.on("console", lambda message: result[-1].console.append((message.text, message.location["url"])))
            tab.on("pageerror", lambda error: result[-1].console.append((str(error), "")))
            for page in (page for page in pages if page.language == language):
                seen = Seen(page)
                result.append(seen)
                seen.status = open_page(tab, site, page).status
                seen.kept = tab.evaluate(LOOK_ROUND) + json.dumps(context.cookies()).strip("[]")
    return result


def is_packed(response: RawResponse, coding: str) -> bool:
    """Whether a response was compressed with this coding, or would not gain from it."""
    if response.headers["Content-Encoding"] is None:
        return len(response.body) < SMALL or response.headers["Content-Type"] in PACKED_PICTURES
    return response.headers["Content-Encoding"] == coding and bool(UNPACK[coding](response.body))


def files_of(sent: Sent) -> set[str]:
    """The paths of the pictures, styles and scripts that a page requests, and of its downloads."""
    urls = [it.get("src") for it in sent.html.all(lambda it: "src" in it.attrib)]
    urls += [it.get("href") for it in sent.root.iter("link") if it.get("rel") in LINKED_FILES]
    urls += [it.get("href") for it in sent.root.iter("a") if "download" in it.attrib]
    return {urljoin(sent.page.path, url or "") for url in urls}
