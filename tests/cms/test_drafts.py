"""Drafts: two editors save one story in any order, and no change is lost silently."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import COMPLETE, STORIES, EditPage, id_of, in_days
from tests.factories import UserFactory
from wzo.cms import drafts, trash
from wzo.cms.models import Revision
from wzo.cms.queries import get_draft, get_history
from wzo.extensions import db

FIELDS = ("ru.title", "ru.body", "en.title", "en.body", "shared.consent_note")


@dataclass
class Editor:
    """An editor's browser: what it shows, and the base revision of each field."""

    id: int
    shown: dict[str, str] = field(default_factory=dict)
    bases: dict[str, int] = field(default_factory=dict)

    def look(self, object_id: int) -> None:
        draft = get_draft(STORIES, object_id)
        for name in FIELDS:
            part, one = name.split(".", 1)
            self.shown[name], self.bases[name] = draft.fields[part][one], draft.revision_ids[part]


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_it_loses_no_change_silently(app: Flask, seed: int) -> None:
    chance = random.Random(seed)
    object_id = drafts.create(content_type=STORIES, author_id=1)
    editors = [Editor(1), Editor(2)]
    truth = dict.fromkeys(FIELDS, "")
    written: list[tuple[str, str]] = []
    for one in editors:
        one.look(object_id)
    for step in range(60):
        who = chance.choice(editors)
        if chance.random() < 0.2:
            who.look(object_id)
            continue
        typed = {name: f"{name} {who.id} {step}" for name in chance.sample(FIELDS, chance.randint(0, 2))}
        # A page without scripts sends all its fields, a page with scripts only the changed ones.
        sent = {**who.shown, **typed} if chance.random() < 0.5 else typed
        values: dict[str, dict[str, str]] = {}
        for name, value in sent.items():
            part, rest = name.split(".", 1)
            values.setdefault(part, {})[rest] = value
        saved = drafts.save(
            content_type=STORIES,
            object_id=object_id,
            values=values,
            base_revision_ids=who.bases,
            edit_session=f"s{who.id}",
            author_id=who.id,
        )
        written += typed.items()
        for name, value in sent.items():
            if value != who.shown[name] and truth[name] == who.shown[name]:
                truth[name] = value
            elif value != who.shown[name]:
                assert saved.conflicts[name].theirs == truth[name]
                assert saved.conflicts[name].mine == value
            elif truth[name] != value:
                assert saved.theirs[name] == truth[name]
        for name in FIELDS:
            part, rest = name.split(".", 1)
            assert saved.draft.fields[part][rest] == truth[name]
            # As the page does: show what others changed, and keep what is in conflict.
            if name not in saved.conflicts and (name in sent or who.shown[name] == truth[name]):
                who.shown[name], who.bases[name] = truth[name], saved.draft.revision_ids[part]
    kept = " ".join(db.session.scalars(select(Revision.fields).where(Revision.object_id == object_id)))
    assert [value for _, value in written if value not in kept] == []


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_three_editors_of_one_text_lose_no_paragraph(app: Flask, seed: int) -> None:
    """Each types in paragraphs of their own, adds some and deletes some: no conflict, and all of it is there."""
    chance = random.Random(seed)
    object_id = drafts.create(content_type=STORIES, author_id=1)
    paragraphs = {f"{owner}-{number}" for owner in (1, 2, 3) for number in range(4)}
    start = "\n\n".join(sorted(paragraphs, key=lambda _: chance.random()))
    Session(object_id, 1).save(en={"body": start})
    editors = {owner: Session(object_id, owner) for owner in (1, 2, 3)}
    shown = dict.fromkeys(editors, start)
    for step in range(60):
        owner = chance.choice([1, 2, 3])
        lines = shown[owner].split("\n\n")
        own = [line for line in lines if line.startswith(f"{owner}-")]
        line = chance.choice(own)
        place = lines.index(line)
        if chance.random() < 0.6:
            lines[place] = f"{line.split(' ')[0]} {step}"
        elif chance.random() < 0.6 or len(own) < 3:
            lines.insert(place, f"{owner}-new{step}")
        else:
            lines.remove(line)
        paragraphs = {it for it in paragraphs if not it.startswith(f"{owner}-")}
        paragraphs |= {it for it in lines if it.startswith(f"{owner}-")}
        saved = editors[owner].save(en={"body": "\n\n".join(lines)})
        assert saved.conflicts == {}
        shown[owner] = saved.draft.fields["en"]["body"]
    saved_lines = get_draft(STORIES, object_id).fields["en"]["body"].split("\n\n")
    assert sorted(saved_lines) == sorted(paragraphs)


class Session:
    """An editor's edit session on one story, which starts from its own revisions."""

    def __init__(self, object_id: int, author_id: int) -> None:
        self.object_id = object_id
        self.author_id = author_id
        self.bases: Mapping[str, int] = get_draft(STORIES, object_id).revision_ids

    def save(self, **values: dict[str, str]) -> drafts.SaveResult:
        saved = drafts.save(
            content_type=STORIES,
            object_id=self.object_id,
            values=values,
            base_revision_ids=self.bases,
            edit_session=f"session {self.author_id}",
            author_id=self.author_id,
        )
        self.bases = saved.draft.revision_ids
        return saved


def test_it_returns_what_others_changed_in_fields_that_were_not_submitted(app: Flask) -> None:
    object_id = drafts.create(content_type=STORIES, author_id=1)
    mine, theirs = Session(object_id, 1), Session(object_id, 2)
    theirs.save(en={"body": "Theirs"}, ru={"title": "Их"}, shared={"slug": "theirs"})
    saved = mine.save(en={"title": "Mine"})
    assert saved.theirs == {"en.body": "Theirs", "ru.title": "Их", "shared.slug": "theirs"}
    assert saved.conflicts == {}
    # The latest revision holds nothing new for those who started from it.
    assert mine.save(en={"title": "Mine too"}).theirs == {}


def test_it_names_the_author_of_the_conflicting_field(app: Flask) -> None:
    anna, boris = UserFactory(name="Anna"), UserFactory(name="Boris")
    object_id = drafts.create(content_type=STORIES, author_id=boris.id)
    hers, his = Session(object_id, anna.id), Session(object_id, boris.id)
    started_from = his.bases
    hers.save(en={"body": "Hers"})
    his.save(en={"title": "His"})
    hers.save(en={"summary": "Hers too"})
    his.save(en={"title": "His again"})
    his.bases = started_from
    assert his.save(en={"body": "His"}).conflicts["en.body"].who == "Anna"


def test_it_keeps_a_conflicting_revision(page: EditPage, client: FlaskClient) -> None:
    base = get_draft(STORIES, id_of(page)).revision_ids
    EditPage(client, page.path).open().fill({"ru.title": "Чужое", "ru.body": "Чужой текст"}).press()
    for values in ({"title": "Моё"}, {"body": "Мой текст"}):
        drafts.save(
            content_type=STORIES,
            object_id=id_of(page),
            values={"ru": values},
            base_revision_ids=base,
            edit_session="mine",
            author_id=7,
        )
    with time_machine.travel(in_days(5), tick=False):
        trash.prune()
    [conflicting] = [row for row in get_history(STORIES, id_of(page), "ru") if row.conflicting]
    kept = json.loads(db.session.get_one(Revision, conflicting.id).fields)
    assert kept == {"title": "Моё", "body": "Мой текст"}
    drafts.restore_revision(content_type=STORIES, object_id=id_of(page), revision_id=conflicting.id, author_id=7)
    assert get_draft(STORIES, id_of(page)).fields["ru"] | kept == get_draft(STORIES, id_of(page)).fields["ru"]
    assert get_draft(STORIES, id_of(page)).fields["ru"]["summary"] == COMPLETE["ru.summary"]


def test_it_returns_changes_in_fields_that_were_not_submitted(app: Flask) -> None:
    """The page's next save is based on the latest revision, so the page must show what that contains."""
    object_id = drafts.create(content_type=STORIES, author_id=1)
    bases = get_draft(STORIES, object_id).revision_ids

    def save(who: int, values: dict[str, dict[str, str]]) -> drafts.SaveResult:
        return drafts.save(
            content_type=STORIES,
            object_id=object_id,
            values=values,
            base_revision_ids=bases,
            edit_session=str(who),
            author_id=who,
        )

    save(1, {"en": {"title": "Anna’s title", "summary": "Anna’s summary"}, "shared": {"consent": "nobody"}})
    saved = save(2, {"en": {"body": "Boris’s text"}, "ru": {"title": "Название Бориса"}})
    assert saved.conflicts == {}
    assert saved.theirs == {
        "en.title": "Anna’s title",
        "en.summary": "Anna’s summary",
        "shared.consent": "nobody",
    }
    # Changes that the page has seen are not returned again, and its own never are.
    bases = saved.draft.revision_ids
    assert save(2, {"en": {"body": "Boris’s text, again"}}).theirs == {}
