"""Queries of drafts: the base of a change, and valid draft links."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from wzo.accounts.queries import hash_token
from wzo.cms import drafts, queries
from wzo.cms.content_types import registry
from wzo.cms.draft_links import LINK_DAYS, create_draft_link, revoke_draft_link
from wzo.cms.models import Revision
from wzo.extensions import db

THEMES = registry["themes"]
NOON = "2026-11-24 12:00Z"
DAY = 24 * 60 * 60


@pytest.fixture
def theme(app: Flask) -> int:
    return drafts.create(content_type=THEMES, author_id=1)


def save(theme: int, title: str, base: int, author_id: int = 1, session: str = "") -> drafts.SaveResult:
    """Save the English title, based on a revision."""
    return drafts.save(
        content_type=THEMES,
        object_id=theme,
        values={"en": {"title": title}},
        base_revision_ids={"en": base},
        edit_session=session or str(author_id),
        author_id=author_id,
    )


def base_title(theme: int, revision_id: int, locale: str = "en") -> str:
    return queries.get_base(THEMES, theme, locale, revision_id)["title"]


def conflicting(theme: int) -> int:
    found = select(Revision.id).where(Revision.object_id == theme, Revision.conflicting)
    return db.session.scalars(found.order_by(Revision.id.desc())).first() or 0


def test_it_takes_only_applied_revisions_as_a_base(theme: int) -> None:
    first = save(theme, "One", 0).draft.revision_ids["en"]
    second = save(theme, "Two", first).draft.revision_ids["en"]
    assert save(theme, "Other", first, author_id=2).conflicts
    conflicting_revision = conflicting(theme)
    assert conflicting_revision > second
    assert base_title(theme, first) == "One"
    assert base_title(theme, second) == "Two"
    assert base_title(theme, conflicting_revision) == "Two"
    assert base_title(theme, 10**9) == "Two"
    # An unknown revision, or one of another locale, counts as the oldest.
    assert base_title(theme, 0) == ""
    assert base_title(theme, first, "ru") == ""


def test_it_detects_a_conflict_with_a_conflicting_revision_as_base(theme: int) -> None:
    """An editor whose page holds the id of a conflicting revision has seen the revision applied before it."""
    first = save(theme, "One", 0).draft.revision_ids["en"]
    save(theme, "Two", first)
    save(theme, "Other", first, author_id=2)
    conflicting_revision = conflicting(theme)
    again = save(theme, "Other", conflicting_revision, author_id=2)
    assert again.conflicts == {}
    assert again.draft.fields["en"]["title"] == "Other"
    third = save(theme, "Three", conflicting_revision, author_id=3)
    assert [it.theirs for it in third.conflicts.values()] == ["Other"]


def test_it_reads_the_draft_from_the_latest_applied_revision(theme: int) -> None:
    first = save(theme, "One", 0).draft.revision_ids["en"]
    save(theme, "Two", first)
    save(theme, "Other", first, author_id=2)
    assert queries.get_draft(THEMES, theme).fields["en"]["title"] == "Two"


@pytest.mark.parametrize("days", LINK_DAYS)
def test_it_accepts_a_draft_link_until_it_expires(theme: int, days: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        token = create_draft_link(
            content_type=THEMES, object_id=theme, language="en", reader="", days=days, author_id=1
        )
        clock.shift(days * DAY - 1)
        assert queries.get_draft_link(hash_token(token))
        assert len(queries.get_draft_links(THEMES, theme)) == 1
        clock.shift(1)
        assert queries.get_draft_link(hash_token(token)) is None
        assert queries.get_draft_links(THEMES, theme) == []


def test_it_revokes_exactly_one_link(theme: int) -> None:
    tokens = [
        create_draft_link(content_type=THEMES, object_id=theme, language="en", reader="", days=7, author_id=1)
        for _ in range(2)
    ]
    first, _ = queries.get_draft_links(THEMES, theme)
    # Nothing is revoked through another object.
    revoke_draft_link(content_type=registry["stories"], object_id=theme, link_id=first.id)
    assert queries.get_draft_link(hash_token(tokens[0]))
    revoke_draft_link(content_type=THEMES, object_id=theme, link_id=first.id)
    assert queries.get_draft_link(hash_token(tokens[0])) is None
    assert queries.get_draft_link(hash_token(tokens[1]))
    db.session.rollback()


def test_it_refuses_an_unknown_or_unhashed_token(theme: int) -> None:
    token = create_draft_link(content_type=THEMES, object_id=theme, language="en", reader="", days=7, author_id=1)
    assert queries.get_draft_link(token.encode()) is None
    assert queries.get_draft_link(hash_token(f"{token} ")) is None
    assert queries.get_draft_link(hash_token("")) is None
