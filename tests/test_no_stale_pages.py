"""Whatever an editor changes, pages are as a process renders them that has just started and cached nothing."""

import io
import re
from collections.abc import Callable, Iterator
from difflib import unified_diff
from itertools import cycle

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.datastructures import FileStorage

from tests.conftest import make_client
from tests.factories import UserFactory
from tests.files.recordings import mp4
from wzo import create_web_app
from wzo.cms import drafts, publishing
from wzo.cms.content_types import ContentType, NotReady, registry
from wzo.cms.lists import get_items
from wzo.cms.models import SHARED
from wzo.cms.preview import render_draft
from wzo.cms.queries import get_draft
from wzo.config import Settings
from wzo.content_version import bump_content_version
from wzo.extensions import db, write_transaction
from wzo.files import actions as files
from wzo.files.queries import get_file_or_404
from wzo.i18n import LANGUAGES
from wzo.stories.models import Story

pytestmark = [pytest.mark.one_database, pytest.mark.slow]

PATHS = (
    "",
    "stories/",
    "stories/dissertations/",
    "stories/umarali-nazarov/",
    "series/outcasts/",
    "projects/",
    "projects/last-hope/",
    "themes/motherhood/",
    "team/",
    "mentions/",
    "petition/mothers/",
    "donate/",
    "privacy/",
)
PAGES = {language: [f"/{language}/{path}" for path in PATHS] for language in LANGUAGES}
SHOWN = {"stories": "dissertations", "series": "outcasts", "projects": "last-hope", "themes": "motherhood"}
WORD = "zyxomma"
OPENED = re.compile(r'name="opened" value="\d+"')


class FreshProcess:
    """Pages as a process renders them that has cached nothing."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_web_app(settings)
        self.client = make_client(self.app)

    def pages(self, language: str) -> dict[str, str]:
        for name in ("cached_content", "facet_index", "vocabulary"):
            self.app.extensions.pop(name, None)
        # With new templates there are new macros, of which nothing is cached.
        vars(self.app.jinja_env).pop("by_language", None)
        return get_pages(self.client, language)


def get_pages(client: FlaskClient, language: str) -> dict[str, str]:
    """The pages in a language, without the second at which a form was opened."""
    return {path: OPENED.sub("", client.get(path).text) for path in PAGES[language]}


def changed_lines(old: dict[str, str], new: dict[str, str]) -> dict[str, list[str]]:
    """The lines that differ, by path: the whole pages would be too long to read."""
    return {
        path: [*unified_diff(old[path].splitlines(), new[path].splitlines(), n=0, lineterm="")]
        for path in old
        if old[path] != new[path]
    }


def edits(content_type: ContentType) -> Iterator[tuple[int, str, str]]:
    """An object that these pages show, if there is one, and each of its text fields, by turns in each language."""
    items = get_items(content_type, limit=None)
    wanted = SHOWN.get(content_type.key)
    slugs = {item.id: getattr(db.session.get_one(content_type.model, item.id), "slug", None) for item in items}
    languages = cycle(LANGUAGES)
    for object_id in [it for it, slug in slugs.items() if wanted in (None, slug)][:1]:
        for field in content_type.translated_fields:
            if field.kind in ("text", "textarea", "markdown") and field.name not in ("income", "spending"):
                yield object_id, next(languages), field.name


def publish(content_type: ContentType, object_id: int, locale: str, name: str, value: str, author_id: int) -> bool:
    """Publish another value of a field; whether that was possible."""
    draft = get_draft(content_type, object_id)
    notice = "needed" if draft.fields[locale].get("content_notice") else "none"
    shared = {"notice": notice, "consent": "nobody"} if content_type.sensitive else {}
    drafts.save(
        content_type=content_type,
        object_id=object_id,
        values={locale: {name: value}, SHARED: shared},
        base_revision_ids=dict(draft.revision_ids),
        edit_session="s",
        author_id=author_id,
    )
    try:
        publishing.publish(content_type=content_type, object_id=object_id, languages=[locale], author_id=author_id)
    except NotReady:
        return False
    return True


def test_every_edited_text_field_shows_at_once(app: Flask, settings: Settings, content: None, today: None) -> None:
    running, fresh = make_client(app), FreshProcess(settings)
    author_id = UserFactory(role="publisher").id
    # Other tests write rows without the site's knowledge, and what it cached of those is not the subject.
    bump_content_version()
    db.session.commit()
    before = {language: get_pages(running, language) for language in LANGUAGES}
    for language in LANGUAGES:
        assert changed_lines(fresh.pages(language), before[language]) == {}
    checked, shown = 0, set()
    for content_type in registry.values():
        for object_id, language, name in list(edits(content_type)):
            old = get_draft(content_type, object_id).fields[language].get(name, "")
            if not publish(content_type, object_id, language, name, f"{old} {WORD}{checked}", author_id):
                continue
            db.session.rollback()
            pages, expected = get_pages(running, language), fresh.pages(language)
            assert changed_lines(expected, pages) == {}, (content_type.key, language, name)
            checked += 1
            if pages != before[language]:
                shown.add(content_type.key)
            before[language] = pages
    assert checked >= 25
    assert {"stories", "projects", "series", "themes", "home", "team"} <= shown


def test_a_preview_leaves_nothing_in_the_pages_of_others(app: Flask, content: None) -> None:
    """Nor do the pages of others get into a preview."""
    running = make_client(app)
    before = get_pages(running, "en")
    stories = registry["stories"]
    story = db.session.query(Story).filter_by(slug="dissertations").one()
    author_id = UserFactory(role="publisher").id
    db.session.commit()
    draft = get_draft(stories, story.id)
    drafts.save(
        content_type=stories,
        object_id=story.id,
        values={"en": {"title": f"Draft {WORD}"}},
        base_revision_ids=dict(draft.revision_ids),
        edit_session="s",
        author_id=author_id,
    )
    with app.test_request_context("/en/"):
        preview = render_draft(get_draft(stories, story.id), "en").get_data(as_text=True)
    assert WORD in preview
    assert changed_lines(before, get_pages(running, "en")) == {}


def link_everywhere(link: str) -> None:
    """Append a link to the Markdown of every text of the site."""
    with write_transaction():
        for content_type in registry.values():
            for field in content_type.translated_fields:
                if field.is_markdown:
                    column = getattr(content_type.text, field.name)
                    db.session.execute(update(content_type.text).values({field.name: column + f"\n\n{link}"}))


def replace_file(file_id: int) -> None:
    content = io.BytesIO(mp4() + bytes(10_000))
    files.replace_file(get_file_or_404(file_id), FileStorage(content, "film.mp4"))


CHANGES_OF_A_FILE: dict[str, Callable[[int], None]] = {
    "captioned": lambda id_: files.describe_file(file_id=id_, texts={"en": {"captions": CAPTIONS}}),
    "transcribed": lambda id_: files.describe_file(file_id=id_, texts={"en": {"transcript": WORD}}),
    "replaced": replace_file,
    "deleted": lambda id_: files.delete_file(file_id=id_),
}
CAPTIONS = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nHello\n"


@pytest.mark.parametrize("change", CHANGES_OF_A_FILE)
def test_a_changed_file_shows_at_once_in_every_text(
    app: Flask, settings: Settings, content: None, today: None, change: str
) -> None:
    running, fresh = make_client(app), FreshProcess(settings)
    film = files.add_file(data=mp4(), name="film.mp4", editor_id=None)
    link_everywhere(f"[Film](/files/{film.key}.mp4)")
    before = get_pages(running, "en")
    CHANGES_OF_A_FILE[change](film.id)
    after = get_pages(running, "en")
    assert changed_lines(fresh.pages("en"), after) == {}
    changed = changed_lines(before, after).keys()
    # With a timeline; with notes on publications; with those notes alone.
    assert {"/en/stories/umarali-nazarov/", "/en/projects/last-hope/", "/en/mentions/"} <= changed
