"""Publishing and concurrent writes."""

import re
import threading
import time
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import EditPage, id_of
from tests.cms.objects import ASKED, MARKS, PETITION, PROJECT, SERIES, SLUG, THEME, create_draft, types
from wzo.cms import drafts, live_fields, publishing, trash
from wzo.cms.content_types import ContentType, registry
from wzo.cms.models import SHARED
from wzo.cms.queries import get_draft
from wzo.i18n import LANGUAGES


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


def seen_in(client: FlaskClient, paths: Iterable[str], language: str) -> set[str]:
    """Which of these paths contain the object's text in a language, or link to its page in this language."""
    mark = re.compile(f"{MARKS[language]}|/{language}/[a-z]+/{SLUG}")
    return {path for path in paths if mark.search(client.get(path).text)}


@pytest.mark.slow
@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("key", types())
def test_it_shows_only_what_is_live(client: FlaskClient, app: Flask, key: str) -> None:
    content_type = registry[key]
    object_id = create_draft(content_type)
    own = {code: own_paths(app, content_type, code) for code in LANGUAGES}

    def statuses(language: str) -> set[int]:
        return {client.get(path).status_code for path in own[language]}

    def unpublish(*languages: str) -> None:
        publishing.unpublish(content_type=content_type, object_id=object_id, languages=languages)

    def publish() -> None:
        publishing.publish(content_type=content_type, object_id=object_id, languages=list(LANGUAGES), author_id=1)

    assert seen_in(client, places(app, "ru"), "ru") == set(), "as a draft"
    assert statuses("ru") | statuses("en") <= {404}
    publish()
    shown = {"ru": seen_in(client, places(app, "ru"), "ru")}
    same = {path.replace("/ru/", "/en/").replace(quote(ASKED["ru"]), ASKED["en"]) for path in shown["ru"]}
    shown["en"] = seen_in(client, same, "en")
    assert shown["ru"], "as long as it is live"
    assert shown["en"] == same
    assert statuses("ru") | statuses("en") <= {200}
    if content_type.has_page:
        assert [code for code in LANGUAGES if not [path for path in shown[code] if path.startswith("/sitemap")]] == []

    def left() -> dict[str, set[str]]:
        return {code: seen_in(client, shown[code], code) for code in LANGUAGES}

    unpublish("en")
    assert left() == {"ru": shown["ru"], "en": set()}, "taken down in one language"
    assert statuses("en") <= {404, 410}
    assert statuses("ru") <= {200}
    unpublish(*LANGUAGES)
    assert left() == {"ru": set(), "en": set()}, "taken down"
    assert statuses("ru") | statuses("en") <= {404, 410}
    if content_type.singleton:
        return
    publish()
    assert left() == shown
    trash.move_to_trash(content_type=content_type, object_id=object_id, author_id=1, may_publish=True)
    assert left() == {"ru": set(), "en": set()}, "in the bin"
    assert statuses("ru") | statuses("en") <= {404, 410}
    trash.restore(content_type=content_type, object_id=object_id)
    assert left() == {"ru": set(), "en": set()}, "restored, as a draft"
    assert live_fields.get_live_languages(content_type, object_id) == []
