from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g
from sqlalchemy import event, update

from tests.factories import ThemeFactory
from wzo.content_version import cached_until_content_changes, content_changed, content_version
from wzo.extensions import db
from wzo.media.models import Picture
from wzo.themes.models import ThemeText
from wzo.themes.queries import get_themes


def titles() -> list[str]:
    return [theme.title for theme in get_themes("en")]


def rename(title: str) -> None:
    db.session.execute(update(ThemeText).where(ThemeText.language == "en").values(title=title))


@contextmanager
def selected() -> Iterator[list[str]]:
    """The SELECT statements that are sent meanwhile."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def test_it_reads_each_result_once_until_the_content_changes(app: Flask) -> None:
    reads = []

    @cached_until_content_changes
    def read(number: int, *, doubled: bool = False) -> int | None:
        reads.append(number)
        return None if number == 0 else number * 2 if doubled else number

    for _ in range(2):
        assert [read(0), read(1), read(1, doubled=True), read(2)] == [None, 1, 2, 2]
        db.session.rollback()
    assert reads == [0, 1, 1, 2]
    content_changed()
    db.session.commit()
    read(1)
    assert reads == [0, 1, 1, 2, 1]


def test_it_reads_the_version_once_in_each_transaction(app: Flask) -> None:
    for _ in range(2):
        with selected() as sent:
            content_version()
            content_version()
        assert len(sent) == 1
        db.session.rollback()
    before = content_version()
    content_changed()
    assert content_version() != before


def test_it_shows_a_change_at_once(app: Flask) -> None:
    ThemeFactory(texts__title="First")
    assert titles() == ["First"]
    rename("Second")
    assert titles() == ["Second"]
    db.session.commit()
    assert titles() == ["Second"]


def test_it_does_not_keep_what_was_rolled_back(app: Flask) -> None:
    ThemeFactory(texts__title="First")
    rename("Never")
    assert titles() == ["Never"]
    db.session.rollback()
    assert titles() == ["First"]


def test_it_does_not_keep_what_a_preview_shows(app: Flask) -> None:
    ThemeFactory(texts__title="First")
    assert titles() == ["First"]
    g.is_preview = True
    content_changed()
    db.session.connection().execute(update(ThemeText).values(title="Draft"))
    assert titles() == ["Draft"]
    g.is_preview = False
    db.session.rollback()
    assert titles() == ["First"]


def test_a_picture_is_content(app: Flask) -> None:
    before = content_version()
    db.session.execute(update(Picture).values(credit="Somebody else"))
    db.session.commit()
    assert content_version() != before
