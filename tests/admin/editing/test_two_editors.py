"""Two editors on one story: whatever they do, and in whatever order, no change is lost in silence."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.panel import COMPLETE, EditPage, begin
from tests.conftest import SignIn, make_client
from wzo.cms import drafts
from wzo.cms.content_types import registry
from wzo.cms.models import Revision
from wzo.cms.queries import get_draft
from wzo.extensions import db

STORIES = registry["stories"]
FIELDS = ("ru.title", "ru.body", "en.title", "en.body", "shared.consent_note")


@dataclass
class Editor:
    """An editor's browser: what it shows, and the revisions that each field began from."""

    id: int
    shown: dict[str, str] = field(default_factory=dict)
    bases: dict[str, int] = field(default_factory=dict)

    def look(self, object_id: int) -> None:
        draft = get_draft(STORIES, object_id)
        for name in FIELDS:
            part, one = name.split(".", 1)
            self.shown[name], self.bases[name] = draft.fields[part][one], draft.revision_ids[part]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_it_loses_no_change_in_silence(app: Flask, seed: int) -> None:
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
        # A page without scripts sends all its fields, one with them those that were touched.
        sent = {**who.shown, **typed} if chance.random() < 0.5 else typed
        values: dict[str, dict[str, str]] = {}
        for name, value in sent.items():
            part, rest = name.split(".", 1)
            values.setdefault(part, {})[rest] = value
        saved = drafts.save(
            content_type=STORIES,
            object_id=object_id,
            values=values,
            bases=who.bases,
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
            # What the page does with the answer: it shows what others changed, and keeps what is in conflict.
            if name not in saved.conflicts and (name in sent or who.shown[name] == truth[name]):
                who.shown[name], who.bases[name] = truth[name], saved.draft.revision_ids[part]
    kept = " ".join(db.session.scalars(select(Revision.fields).where(Revision.object_id == object_id)))
    assert [value for _, value in written if value not in kept] == []


@pytest.mark.slow
def test_two_who_write_at_once_lose_nothing(client: FlaskClient, sign_in: SignIn, app: Flask) -> None:
    sign_in(client, "writer")
    page = begin(client).fill(COMPLETE)
    page.press()
    clients = [make_client(app) for _ in range(2)]
    for one in clients:
        sign_in(one, "writer")

    def write(number: int) -> None:
        mine = EditPage(clients[number], page.path)
        for step in range(8):
            mine.open()
            mine.fill({"ru.body": f"{mine.value('ru.body')} слово{number}{step}"})
            answer = mine.press()
            while answer.status_code == 409:
                # The three-way page is answered as a person would: theirs, and one's own word besides.
                theirs = re.search(
                    r'id="conflict-1".*?As it stands now.*?<p class="change">(.*?)</p>', answer.text, re.S
                )
                heads = dict(re.findall(r'name="(base\.\w+)" value="(\d+)"', answer.text))
                assert theirs
                data = {
                    "csrf_token": mine.value("csrf_token"),
                    "edit_session": mine.value("edit_session"),
                    **heads,
                    "ru.body": f"{unescape(theirs[1])} слово{number}{step}",
                }
                answer = clients[number].post(page.path, data=data)
            assert answer.status_code == 303

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(2)))
    words = page.open().value("ru.body").split()
    assert sorted(set(words) & {f"слово{a}{b}" for a in range(2) for b in range(8)}) == sorted(
        f"слово{a}{b}" for a in range(2) for b in range(8)
    )
