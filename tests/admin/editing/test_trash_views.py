"""The bin: chosen objects in it are shown as such, and references to an object are listed first."""

import pytest

from tests.admin.editing.edit_page import COMPLETE, EditPage, create, id_of, post
from wzo.cms import drafts
from wzo.cms.content_types import registry
from wzo.cms.models import SHARED
from wzo.cms.queries import get_draft
from wzo.cms.references import get_references
from wzo.extensions import db

STORIES, SERIES = registry["stories"], registry["series"]


def create_series(page: EditPage, title: str) -> EditPage:
    series = create(page.client, "series")
    series.fill({"ru.title": title, "ru.summary": "О серии.", "en.title": title, "en.summary": "On it."}).press()
    return series.open()


@pytest.fixture
def series(page: EditPage) -> EditPage:
    """A series, and the story of `page` in it."""
    series = create_series(page, "Тени")
    page.open().fill({"shared.series_id": str(id_of(series))}).press()
    page.open()
    return series


def chosen(page: EditPage) -> str:
    db.session.rollback()  # A transaction that has begun would not see what the client has saved.
    return get_draft(STORIES, id_of(page)).fields[SHARED]["series_id"]


@pytest.mark.slow
@pytest.mark.parametrize("live", [False, True])
def test_it_lists_the_references_to_an_object_first(page: EditPage, series: EditPage, live: bool) -> None:
    if live:
        series.press("publish:ru en")
        page.press("publish:ru en")
    response = post(series, "move-to-trash")
    assert response.status_code == 303
    asked = page.client.get(response.location).text
    assert COMPLETE["ru.title"] in asked.replace("\xa0", " ") or COMPLETE["en.title"] in asked.replace("\xa0", " ")
    assert page.client.get(series.path).status_code == 200
    assert post(series, "move-to-trash", references="keep").location == "/admin/series/"
    assert page.client.get(series.path).status_code == 404


@pytest.mark.slow
def test_it_shows_a_choice_that_is_in_the_bin_and_takes_it_back(page: EditPage, series: EditPage) -> None:
    number = str(id_of(series))
    post(series, "move-to-trash", references="keep")
    page.open()
    assert page.value("shared.series_id") == number
    assert "(in the bin)" in page.text or "(в корзине)" in page.text
    # Saving something else does not empty it unseen, and nothing is published with it.
    assert page.fill({"ru.title": "Другое"}).press("publish:ru en").status_code == 422
    assert chosen(page) == number
    page.open().fill({"shared.series_id": ""}).press()
    assert chosen(page) == ""
    post(series, "restore")
    assert get_references(SERIES, id_of(series)) == []


@pytest.mark.slow
def test_it_lets_what_hangs_on_it_refer_to_another_or_to_none(page: EditPage, series: EditPage) -> None:
    other = create_series(page, "Лица")
    page.open().fill({"shared.part": "3"}).press()
    refused = post(series, "move-to-trash", references="replace", replacement=id_of(series))
    assert refused.location.endswith("/move-to-trash")
    post(series, "move-to-trash", references="replace", replacement=id_of(other))
    assert chosen(page) == str(id_of(other))
    assert page.open().value("shared.part") == ""
    post(other, "move-to-trash", references="clear")
    assert chosen(page) == ""


def test_it_keeps_a_chosen_theme_that_is_in_the_bin(page: EditPage) -> None:
    themes = [create(page.client, "themes") for _ in range(2)]
    value = " ".join(str(id_of(theme)) for theme in themes)
    bases = get_draft(STORIES, id_of(page)).revision_ids
    drafts.save(
        content_type=STORIES,
        object_id=id_of(page),
        values={SHARED: {"themes": value}},
        base_revision_ids=bases,
        edit_session="s",
        author_id=1,
    )
    post(themes[0], "move-to-trash", references="keep")
    page.open().press()
    assert set(get_draft(STORIES, id_of(page)).fields[SHARED]["themes"].split()) == set(value.split())


@pytest.mark.slow
def test_it_does_not_move_what_others_refer_to_with_many(page: EditPage, series: EditPage) -> None:
    token = page.value("csrf_token")
    page.client.post("/admin/series/bulk", data={"csrf_token": token, "do": "move-to-trash", "chosen": id_of(series)})
    assert page.client.get(series.path).status_code == 200
