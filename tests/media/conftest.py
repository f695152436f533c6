"""An uploaded picture."""

import pytest
from flask import Flask

from tests.media.samples import small
from wzo.extensions import write_transaction
from wzo.media import actions
from wzo.media.models import Picture
from wzo.media.reference_index import picture_uses


@pytest.fixture
def picture(app: Flask) -> Picture:
    """A small picture that nothing uses yet."""
    return actions.add_picture(data=small(), name="window.jpg", editor_id=None)


def show(picture: Picture, *, live: bool = True, locale: str = "shared", shown: bool = True) -> None:
    """Let a story use a picture, or stop using it."""
    with write_transaction():
        keys = {picture.key} if shown else set()
        picture_uses.record(content_type="stories", object_id=1, locale=locale, live=live, keys=keys)
