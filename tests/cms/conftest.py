"""A draft for the tests of content management, and stories to which it can refer."""

import pytest
from flask import Flask

from tests.admin.editing.edit_page import page as page
from tests.factories import StoryFactory


@pytest.fixture
def toys(app: Flask) -> list[int]:
    """Live stories: Toys 0 to Toys 5."""
    return [StoryFactory(slug=f"toys-{n}", texts__title=f"Toys {n}").id for n in range(6)]
