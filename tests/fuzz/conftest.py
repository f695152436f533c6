"""A site with something of everything, and what its pages offer."""

import re
from collections.abc import Callable
from typing import TypeAlias

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from tests.admin.editors import make_editor
from tests.conftest import CapturedEmails, Installation, RunWorker, empty, make_client
from tests.donate.card.conftest import stripe as stripe
from tests.donate.card.conftest import stripe_app as stripe_app
from tests.fuzz.browser import VISITOR, Browser
from tests.fuzz.known import HOST, Known
from tests.petition.signing import sign, text
from wzo.accounts.invitations import invite
from wzo.cms.content_types import registry
from wzo.cms.draft_links import create_draft_link
from wzo.extensions import db
from wzo.seed.loading import load_seed
from wzo.stories.models import Story

Fill: TypeAlias = Callable[[], None]

STARTS = (
    "/",
    "/ru/",
    "/en/",
    "/admin/",
    "/admin/sign-in/",
    "/sitemap.xml",
    "/en/feed.xml",
    "/en/petition/mothers/count",
)
# By database: the links that no page shows, and what the pages offer. The content is always the same.
_links: dict[str, list[str]] = {}
_known: dict[str, Known] = {}


def create_site() -> None:
    """Create the seed content, a pending signature, an invitation and a link to a draft."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    load_seed()
    assert sign(make_client(app), email="pending@example.org").status_code == 303
    emails = CapturedEmails(app.extensions["settings"].instance_path / "mail")
    RunWorker()()
    links = re.findall(rf"http://{HOST}(/\S+)", text(emails.last()))
    editor_id = make_editor(role="administrator").id
    story_id = db.session.scalars(select(Story.id).order_by(Story.id)).first() or 0
    draft = create_draft_link(
        content_type=registry["stories"], object_id=story_id, language="ru", reader="", days=7, author_id=editor_id
    )
    token = invite(name="Olga", email="olga@example.org", role="writer", language="ru", created_by=editor_id)
    _links[db.engine.dialect.name] = [*links, f"/draft/{draft}/", f"/admin/set-up/{token}/"]


@pytest.fixture
def fill(stripe_app: Flask, installation: Installation) -> Fill:
    """Fills the database with always the same, and removes everything else."""

    def fill() -> None:
        db.session.remove()
        empty(stripe_app)
        installation.fill(create_site)

    return fill


@pytest.fixture
def known(stripe_app: Flask, fill: Fill, database: str) -> Known:
    """The routes, and what the pages offer to an administrator."""
    if database not in _known:
        fill()
        known = Known(stripe_app)
        known.explore(Browser(stripe_app, VISITOR).get, _links[database])
        known.explore(Browser(stripe_app, "administrator").get, STARTS)
        _known[database] = known
    return _known[database]
