"""Each story and project offers further reading: the full text, what others wrote, a source or another text."""

from collections import Counter

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import ProjectFactory, StoryFactory
from tests.further_reading import get_further_reading, read_further_reading
from tests.html import parse
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.projects.models import Project
from wzo.stories.models import Story


@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_leaves_no_story_or_project_without_further_reading(client: FlaskClient) -> None:
    found = list(get_further_reading(client))
    numbers = [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Project, Story)]
    assert len(found) == len(LANGUAGES) * sum(numbers)
    assert [str(it) for it in found if not it.any] == []


@pytest.mark.slow
def test_it_notices_a_page_without_a_way_on(client: FlaskClient) -> None:
    StoryFactory(slug="bare")
    ProjectFactory(slug="bare")
    assert [it.path for it in get_further_reading(client) if not it.any] == [
        f"/{language}/{section}/bare/" for language in LANGUAGES for section in ("projects", "stories")
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_repeats_no_link_to_another_site(client: FlaskClient) -> None:
    """Figures and dates cite their sources again, since they may be quoted alone."""
    for reading in get_further_reading(client):
        main = next(parse(client.get(reading.path).data).root.iter("main"))
        links = Counter(it.get("href") or "" for it in main.iter("a") if (it.get("href") or "").startswith("http"))
        dated = [it for it in main.iter("section") if it.get("class") == "dated"]
        links.subtract([*reading.sources, *(link.get("href") or "" for it in dated for link in it.iter("a"))])
        assert [href for href, number in links.items() if number > 1] == [], reading.path
        assert not {*reading.mentions} & {*reading.sources}, reading.path


@pytest.mark.usefixtures("content")
def test_it_leads_to_the_film(client: FlaskClient) -> None:
    for language in LANGUAGES:
        assert (
            "https://women-in-prison.ru/english"
            in read_further_reading(client, f"/{language}/projects/last-hope/").originals
        )
