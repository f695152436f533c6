"""Publishing and concurrent writes."""

import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import EditPage, id_of
from tests.cms.objects import ASKED, MARKS, PETITION, PROJECT, SERIES, SLUG, THEME, create_draft
from tests.factories import UserFactory
from wzo.cms import drafts, live_fields, publishing, trash
from wzo.cms.content_types import ContentType, registry
from wzo.cms.models import SHARED
from wzo.cms.queries import get_draft
from wzo.extensions import db
from wzo.i18n import LANGUAGES


@pytest.mark.slow
def test_it_serialises_creating_and_publishing(page: EditPage, app: Flask) -> None:
    object_id, content_type = id_of(page), registry["stories"]
    failures: list[Exception] = []

    def repeat(work: object) -> None:
        with app.app_context():
            for _ in range(8):
                try:
                    work()  # type: ignore[operator]
                except Exception as error:
                    failures.append(error)
                time.sleep(0.01)

    operations = (
        lambda: drafts.create(content_type=content_type, author_id=1),
        lambda: publishing.publish(content_type=content_type, object_id=object_id, languages=["ru", "en"], author_id=1),
        lambda: publishing.unpublish(content_type=content_type, object_id=object_id, languages=["en"]),
    )
    threads = [threading.Thread(target=repeat, args=(operation,)) for operation in operations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert get_draft(content_type, object_id).fields[SHARED]["slug"] == "mothers-and-children"


OWN_PAGES = {"themes": THEME, "projects": PROJECT, "series": SERIES, "petition": PETITION}
FURTHER = (
    *(f"stories/?q={quote(word)}" for word in ASKED.values()),
    *(f"stories/?{facet}" for facet in (f"theme={THEME}", f"project={PROJECT}", f"series={SERIES}", "format=text")),
    *("donate/?from=none", "donate/?from=elsewhere", "donate/?from=russia", "donate/?from=russia&warned=1"),
)
# The text of pictures cannot be searched, so only the page's own picture is requested.
DRAWN = (".png", ".svg")


def places(app: Flask, language: str) -> Iterator[str]:
    """The paths of every page, feed and list that may show an object."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin.") or "GET" not in (rule.methods or ()) or rule.rule.endswith(DRAWN):
            continue
        path = rule.rule.replace("<lang:lang>", language)
        first = path.split("/")[2] if path.count("/") > 2 else ""
        path = path.replace("<slug>", OWN_PAGES.get(first, "outcasts-4"))
        if "<" not in path:
            yield path
    yield from (f"/{language}/{path}" for path in FURTHER)
    yield "/sitemaps/stories-1.xml"


def own_paths(app: Flask, content_type: ContentType, language: str) -> list[str]:
    """The paths of an object's own page, card, feed and files."""
    if not content_type.has_page:
        return []
    (page,) = (rule.rule for rule in app.url_map.iter_rules() if rule.endpoint == content_type.endpoint)
    beginning = page.partition("<slug>")[0] + "<slug>"
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith(beginning)]
    return [
        rule.replace("<lang:lang>", language).replace("<slug>", SLUG)
        for rule in rules
        if rule.endswith(("<slug>/", "card.png", "print/", "offline.html", "feed.xml"))
    ]


@dataclass(frozen=True)
class Shown:
    """An object, and where readers meet it."""

    client: FlaskClient
    content_type: ContentType
    object_id: int
    own: dict[str, list[str]]
    """The paths of its own page, card, feed and files in each language."""
    elsewhere: dict[str, set[str]] = field(default_factory=dict)
    """The paths of the pages, feeds and lists that show it in each language."""

    def is_in(self, text: str, language: str) -> bool:
        """Whether a text contains the object's text in a language, or links to its page in this language."""
        words = [rf"{MARKS[language]}\W{self.content_type.key}\b", *map(re.escape, self.own[language][:1])]
        return re.search("|".join(words), text) is not None

    def seen(self) -> dict[str, set[str]]:
        """Where it is still seen in each language."""
        return {
            code: {path for path in paths if self.is_in(self.client.get(path).text, code)}
            for code, paths in self.elsewhere.items()
        }

    def statuses(self, *languages: str) -> set[int]:
        return {self.client.get(path).status_code for code in languages for path in self.own[code]}

    def publish(self) -> None:
        publishing.publish(
            content_type=self.content_type, object_id=self.object_id, languages=list(LANGUAGES), author_id=1
        )

    def unpublish(self, *languages: str) -> None:
        publishing.unpublish(content_type=self.content_type, object_id=self.object_id, languages=languages)


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_shows_only_what_is_live(client: FlaskClient, app: Flask) -> None:
    objects = [
        Shown(client, it, create_draft(it), {code: own_paths(app, it, code) for code in LANGUAGES})
        for it in registry.values()
    ]
    texts = {code: {path: client.get(path).text for path in places(app, code)} for code in LANGUAGES}
    assert [path for code in LANGUAGES for path, text in texts[code].items() if MARKS[code] in text] == []
    for it in objects:
        assert it.statuses(*LANGUAGES) <= {404}
        it.publish()
    texts = {code: {path: client.get(path).text for path in places(app, code)} for code in LANGUAGES}
    for it in objects:
        for code, found in texts.items():
            it.elsewhere[code] = {path for path, text in found.items() if it.is_in(text, code)}
        key, in_russian, in_english = it.content_type.key, in_both(it.elsewhere["ru"]), in_both(it.elsewhere["en"])
        assert in_russian == in_english != set(), f"{key}, as long as it is live"
        assert it.statuses(*LANGUAGES) <= {200}, key
        in_sitemap = [code for code in LANGUAGES if any(path.startswith("/sitemap") for path in it.elsewhere[code])]
        assert in_sitemap == list(LANGUAGES) or not it.content_type.has_page, key
    for it in objects:
        hide(it)
        # Others may be shown with it.
        it.publish()


def in_both(paths: Iterable[str]) -> set[str]:
    """The same paths without their language; of the searches, that in the page's own language."""
    russian, english = quote(ASKED["ru"]), ASKED["en"]
    foreign = {"ru": english, "en": russian}
    own = [
        path for path in paths if not any(path.startswith(f"/{code}/") and foreign[code] in path for code in foreign)
    ]
    return {path.replace("/ru/", "/en/").replace(russian, english) for path in own}


def hide(it: Shown) -> None:
    """Unpublish an object in one language, then in all, and move it to the bin: each hides it everywhere."""
    key = it.content_type.key
    it.unpublish("en")
    assert it.seen() == {**it.elsewhere, "en": set()}, f"{key}, unpublished in one language"
    assert it.statuses("en") <= {404, 410}, key
    assert it.statuses("ru") <= {200}, key
    it.unpublish(*LANGUAGES)
    assert it.seen() == {"ru": set(), "en": set()}, f"{key}, unpublished"
    assert it.statuses(*LANGUAGES) <= {404, 410}, key
    if it.content_type.singleton:
        return
    it.publish()
    assert it.statuses(*LANGUAGES) <= {200}, key
    trash.move_to_trash(content_type=it.content_type, object_id=it.object_id, author_id=1, may_publish=True)
    assert it.seen() == {"ru": set(), "en": set()}, f"{key}, in the bin"
    trash.restore(content_type=it.content_type, object_id=it.object_id)
    assert it.statuses(*LANGUAGES) <= {404, 410}, f"{key}, restored as a draft"
    assert live_fields.get_live_languages(it.content_type, it.object_id) == []


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.usefixtures("content")
def test_it_renders_every_page_without_any_one_of_the_texts_that_exist_once(client: FlaskClient, app: Flask) -> None:
    UserFactory()
    pages = [path for path in places(app, "ru") if "?q=" not in path]
    shown = {path: client.get(path).text for path in pages}
    failed = []
    for content_type in (it for it in registry.values() if it.singleton):
        for object_id in db.session.scalars(select(content_type.model.id)).all():
            title = get_draft(content_type, object_id).fields["ru"]["title"][:12]
            publishing.unpublish(content_type=content_type, object_id=object_id, languages=LANGUAGES)
            near = [path for path in pages if title in shown[path].replace("\u00a0", " ")] or ["/ru/", "/ru/donate/"]
            failed += [f"{path} without {title}" for path in near if client.get(path).status_code >= 500]
            publishing.publish(content_type=content_type, object_id=object_id, languages=list(LANGUAGES), author_id=1)
    assert failed == []
