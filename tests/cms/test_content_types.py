"""Every content type, from the database through the panel and back."""

from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import EditPage
from tests.conftest import SignIn
from wzo.cms.content_types import registry
from wzo.cms.lists import get_items
from wzo.cms.models import SHARED
from wzo.cms.queries import LOCALES, get_draft
from wzo.extensions import db


def test_it_publishes_every_content_type_unchanged(
    client: FlaskClient, sign_in: SignIn, content: None, app: Flask
) -> None:
    """Publishing without changes leaves every field byte for byte the same."""
    sign_in(client, "publisher")
    for content_type in registry.values():
        items = get_items(content_type, limit=None)
        if not items and not content_type.singleton:
            continue
        object_id = items[0].id
        before = {locale: get_draft(content_type, object_id).fields[locale] for locale in LOCALES}
        page = EditPage(client, f"/admin/{content_type.key}/{object_id}/").open()
        if content_type.sensitive:
            page.fill({"shared.consent": "nobody"})
        response = page.press("publish:ru en")
        assert response.status_code == 303, (content_type.key, response.status_code)
        db.session.rollback()
        after = get_draft(content_type, object_id).fields
        after[SHARED].pop("consent", None)
        before[SHARED].pop("consent", None)
        assert after == before, content_type.key
