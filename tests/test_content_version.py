from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, g
from sqlalchemy import event, text, update
from sqlalchemy.exc import DatabaseError

from tests.factories import ThemeFactory
from wzo import content_version as version_module
from wzo.content_version import ContentVersion, bump_content_version, cached_until_content_changes, content_version
from wzo.extensions import db
from wzo.media.models import Picture
from wzo.themes.models import ThemeText
from wzo.themes.queries import get_themes


def titles() -> list[str]:
    return [theme.title for theme in get_themes("en")]


def rename(title: str) -> None:
    db.session.execute(update(ThemeText).where(ThemeText.language == "en").values(title=title))


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
    bump_content_version()
    db.session.commit()
    read(1)
    assert reads == [0, 1, 1, 2, 1]


@contextmanager
def selected() -> Iterator[list[str]]:
    """The SELECT statements that are sent meanwhile, but those that are sent without SQLAlchemy."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The versions that are read outside transactions."""
    found: list[int] = []
    read = version_module._read_version

    def note() -> int:
        found.append(read())
        return found[-1]

    monkeypatch.setattr(version_module, "_read_version", note)
    return found


def test_it_reads_the_version_once_in_each_request(app: Flask, reads: list[int]) -> None:
    for number in (1, 2):
        with app.test_request_context("/en/"):
            assert content_version() == content_version()
            assert not db.session().in_transaction()
        assert len(reads) == number


def test_it_reads_the_version_of_a_transaction_once(app: Flask, reads: list[int]) -> None:
    for _ in range(2):
        db.session.connection()
        with selected() as sent:
            assert content_version() == content_version()
        assert len(sent) == 1
        db.session.rollback()
    assert not reads


def test_it_sees_its_own_change_in_the_same_request(app: Flask) -> None:
    with app.test_request_context("/en/"):
        before = content_version()
        bump_content_version()
        changed = content_version()
        db.session.commit()
        assert before != changed == content_version()


def test_it_returns_to_the_old_version_after_a_rollback(app: Flask) -> None:
    with app.test_request_context("/en/"):
        before = content_version()
        bump_content_version()
        db.session.rollback()
        assert content_version() == before


def test_it_stores_nothing_new_under_the_old_version(app: Flask) -> None:
    """Another process changes the content between a request's reading of the version and of the content."""
    theme_id = ThemeFactory(texts__title="First").id
    db.session.rollback()
    with app.test_request_context("/en/"):
        version = content_version()
        with db.engine.begin() as other:
            other.execute(update(ThemeText).where(ThemeText.theme_id == theme_id).values(title="Second"))
            other.execute(update(ContentVersion).values(version=7))
        assert titles() == ["Second"]
    db.session.rollback()
    with db.engine.begin() as other:
        other.execute(update(ThemeText).where(ThemeText.theme_id == theme_id).values(title="First"))
        other.execute(update(ContentVersion).values(version=version))
    assert titles() == ["First"]


def test_a_failure_of_the_database_is_one_that_has_a_page(app: Flask) -> None:
    """The driver's own errors would be unexpected ones."""
    db.session.rollback()
    before = content_version()
    rename_table("content_version", "elsewhere")
    try:
        with pytest.raises(DatabaseError):
            content_version()
    finally:
        rename_table("elsewhere", "content_version")
    assert content_version() == before


def rename_table(old: str, new: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


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
    bump_content_version()
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
