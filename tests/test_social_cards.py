"""Link-preview images: what they show, how they are cached, and which pages have none."""

import io
import string
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageChops, ImageFont
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import OperationalError

from tests.conftest import make_client
from tests.factories import StoryFactory
from tests.html import parse
from wzo import social_card_image
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.petition.models import PetitionText
from wzo.projects.models import ProjectText
from wzo.publication import State
from wzo.social_card_design import COVERS, LOGO, CardDesign
from wzo.social_card_image import COLUMN, SANS, SERIF, fit_title, render_card, renderable_text
from wzo.social_cards import SocialCard
from wzo.stories.models import SeriesText, StoryText
from wzo.themes.models import ThemeText
from wzo.typography import typography

pytestmark = pytest.mark.slow

SHARED = (
    "",
    "stories/outcasts-2/",
    "stories/umarali-nazarov/",
    "projects/last-hope/",
    "series/outcasts/",
    "themes/medicine/",
    "petition/mothers/",
)
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
SYMBOLS = "«»„“”‘’—–…№%.,:;!?()-"
Draws = list[CardDesign]


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> Draws:
    """The cards that have been drawn since the start of the test."""
    drawn: Draws = []

    def spy(design: CardDesign) -> bytes:
        # Drawing must not lock the database.
        assert not db.session().in_transaction()
        drawn.append(design)
        return render_card(design)

    monkeypatch.setattr(social_card_image, "render_card", spy)
    return drawn


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SocialCard)) or 0


def set_text(**changes: str) -> None:
    """Change the English text of every story."""
    db.session.execute(update(StoryText).where(StoryText.language == "en").values(changes))
    db.session.commit()


def pixels(png: bytes) -> bytes:
    return Image.open(io.BytesIO(png)).convert("RGB").tobytes()


def design(title: str = "Игрушки за решёткой", **changes: str) -> CardDesign:
    return CardDesign(**{"kicker": "История", "title": title, "name": "wzo", "cover": COVERS["hero"], **changes})


@pytest.mark.one_database
@pytest.mark.one_database
@pytest.mark.parametrize("path", SHARED)
@pytest.mark.usefixtures("content")
def test_it_is_a_small_picture_of_the_right_size_in_each_language(client: FlaskClient, path: str) -> None:
    pictures = set()
    for language in LANGUAGES:
        response = client.get(f"/{language}/{path}card.png")
        assert (response.status_code, response.content_type) == (200, "image/png")
        assert len(response.data) < 60_000
        picture = Image.open(io.BytesIO(response.data))
        assert picture.size == (1200, 630)
        assert picture.info == {}
        pictures.add(pixels(response.data))
    assert len(pictures) == len(LANGUAGES)


@pytest.mark.one_database
@pytest.mark.usefixtures("content")
def test_it_shows_the_cover_of_the_series_or_project_or_the_default(client: FlaskClient, draws: Draws) -> None:
    for slug in ("outcasts-2", "umarali-nazarov", "dissertations"):
        client.get(f"/en/stories/{slug}/card.png")
    assert [drawn.cover for drawn in draws] == [COVERS[name] for name in ("outcasts", "breastfeeding", "hero")]


@pytest.mark.one_database
@pytest.mark.usefixtures("content")
def test_it_names_the_page_it_links_to(client: FlaskClient, draws: Draws) -> None:
    for path in SHARED:
        client.get(f"/ru/{path}card.png")
    assert [drawn.kicker.replace("\u00a0", " ") for drawn in draws] == [
        "",
        "Часть 2 серии «Изгои»",
        "История",
        "Фильм, 2019",
        "Серия",
        "Тема",
        "Петиция",
    ]
    assert {drawn.name for drawn in draws} == {"Женщина. Тюрьма. Общество"}


@pytest.mark.one_database
@pytest.mark.parametrize("cover", [name for name in COVERS if name != LOGO])
def test_it_draws_every_cover(cover: str) -> None:
    assert pixels(render_card(design(cover=COVERS[cover]))) != pixels(render_card(design(cover="<svg></svg>")))


def test_it_is_drawn_once_and_kept(client: FlaskClient, draws: Draws) -> None:
    StoryFactory(slug="toys")
    first, second = (client.get("/en/stories/toys/card.png") for _ in range(2))
    assert len(draws) == kept() == 1
    assert first.data == second.data
    client.get("/ru/stories/toys/card.png")
    assert len(draws) == kept() == 2


def test_it_is_redrawn_when_the_title_changes(client: FlaskClient, draws: Draws) -> None:
    StoryFactory(slug="toys")
    before = client.get("/en/stories/toys/card.png")
    set_text(title="Toys behind bars")
    after = client.get("/en/stories/toys/card.png", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert pixels(after.data) != pixels(before.data)
    assert client.get("/en/stories/toys/card.png").data == after.data
    assert (len(draws), kept()) == (2, 1)


def test_it_is_redrawn_when_anything_that_it_shows_changes() -> None:
    cover = COVERS["outcasts"]
    others = [
        design(title="A"),
        design(kicker="A"),
        design(name="A"),
        design(cover=cover),
        replace(design(), version=0),
    ]
    assert len({it.fingerprint for it in (design(), design(), *others)}) == 1 + len(others)


def test_it_may_be_cached_for_a_while_and_is_not_sent_twice(client: FlaskClient) -> None:
    StoryFactory(slug="toys")
    first = client.get("/en/stories/toys/card.png")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    second = client.get("/en/stories/toys/card.png", headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.data) == (304, b"")


def test_it_disappears_with_the_story(client: FlaskClient, draws: Draws) -> None:
    StoryFactory(slug="toys")
    assert client.get("/en/stories/toys/card.png").status_code == 200
    set_text(state=State.UNPUBLISHED)
    assert client.get("/en/stories/toys/card.png").status_code == 410
    assert client.get("/ru/stories/toys/card.png").status_code == 200
    set_text(state=State.DRAFT)
    assert client.get("/en/stories/toys/card.png").status_code == 404
    assert len(draws) == 2


@pytest.mark.one_database
@pytest.mark.parametrize("path", SHARED[1:])
def test_it_exists_only_where_the_page_does(client: FlaskClient, path: str) -> None:
    assert client.get(f"/en/{path}card.png").status_code == client.get(f"/en/{path}").status_code == 404


def test_it_exists_on_an_empty_site(client: FlaskClient, draws: Draws) -> None:
    assert client.get("/en/card.png").status_code == 200
    assert draws[0].title == "Woman. Prison. Society"


def test_it_can_be_drawn_by_two_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2, timeout=30)

    def draw_together(design: CardDesign) -> bytes:
        both.wait()
        return render_card(design)

    StoryFactory(slug="toys")
    monkeypatch.setattr(social_card_image, "render_card", draw_together)
    clients = [make_client(app) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        responses = list(pool.map(lambda client: client.get("/en/stories/toys/card.png"), clients))
    assert [response.status_code for response in responses] == [200, 200]
    assert responses[0].data == responses[1].data
    assert kept() == 1


def test_it_is_served_even_if_it_cannot_be_stored(
    client: FlaskClient, draws: Draws, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("INSERT INTO social_cards"):
            raise OperationalError(statement, {}, Exception("the disk is full"))

    StoryFactory(slug="toys")
    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        responses = [client.get("/en/stories/toys/card.png") for _ in range(2)]
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)
    assert [response.status_code for response in responses] == [200, 200]
    assert (len(draws), kept()) == (2, 0)
    assert "could not be stored: OperationalError" in caplog.text


@pytest.mark.one_database
@pytest.mark.usefixtures("content")
def test_it_has_a_glyph_for_every_letter_of_our_titles() -> None:
    db.session.rollback()
    for model in (StoryText, ProjectText, SeriesText, ThemeText, PetitionText):
        for language, title in db.session.execute(select(model.language, model.title)):
            for font in (SERIF, SANS):
                assert renderable_text(typography(title, language), font) == typography(title, language)


@pytest.mark.parametrize("path", [SERIF, SANS], ids=lambda path: path.stem)
def test_it_tells_every_letter_from_every_other(path: Path) -> None:
    font = ImageFont.truetype(str(path), 100)
    letters = [*CYRILLIC, *CYRILLIC.upper(), *SYMBOLS, *string.digits]
    # Characters that a font lacks would all look like the same empty box.
    pictures = {(font.getbbox(letter), bytes(font.getmask(letter))) for letter in letters}
    assert len(pictures) == len(letters)


def test_it_leaves_out_characters_that_no_font_has() -> None:
    assert renderable_text("Дети 日本 в клетке 🧸", SERIF) == "Дети в клетке"
    assert renderable_text("Узнице\u0301 нет", SERIF) == "Узнице\u0301 нет"
    assert renderable_text("заключе\u0308нная\nТюрьма", SERIF) == "заключённая Тюрьма"
    assert pixels(render_card(design(title="日本"))) == pixels(render_card(design(title="")))


@pytest.mark.one_database
@pytest.mark.parametrize(
    "title",
    [
        "Беременных и матерей маленьких детей нельзя держать в тюрьме за нетяжкие преступления без насилия",
        "Женщина с ребёнком: «Суд отказал в отсрочке» — как апелляция, защитник и общественная наблюдательная комиссия "
        "добивались освобождения по болезни",
        "Pregnant women and mothers of small children should not be held in prison for less serious, non-violent "
        "crimes, says the petition",
        "Человеконенавистничество",
    ],
)
def test_it_fits_the_longest_title(title: str) -> None:
    size, lines = fit_title(title)
    assert " ".join(lines) == title
    assert all(social_card_image._font(SERIF, size).getlength(line) <= COLUMN for line in lines)
    assert ink_stays_on_the_paper(title)


@pytest.mark.one_database
@pytest.mark.parametrize("title", ["тюрьма и воля " * 40, "ы" * 60, "короткое " + "ы" * 60 + " слово"])
def test_it_cuts_only_titles_that_cannot_fit(title: str) -> None:
    size, lines = fit_title(title.strip())
    assert size == social_card_image.TITLE_SIZES[-1][0]
    assert any(line.endswith("…") for line in lines)
    assert all(social_card_image._font(SERIF, size).getlength(line) <= COLUMN for line in lines)
    assert ink_stays_on_the_paper(title.strip())


def ink_stays_on_the_paper(title: str) -> bool:
    """Whether a title stays clear of the picture and of the name below it, on the card as drawn."""
    with_title, without = (Image.open(io.BytesIO(render_card(design(text)))).convert("L") for text in (title, ""))
    box = ImageChops.difference(with_title, without).point(lambda value: 255 if value > 60 else 0).getbbox()
    assert box
    left, top, right, bottom = box
    return left >= social_card_image.MARGIN - 4 and top > social_card_image.KICKER_TOP and right <= 572 and bottom < 530


@pytest.mark.one_database
@pytest.mark.one_database
@pytest.mark.parametrize("path", SHARED)
@pytest.mark.usefixtures("content")
def test_it_is_named_in_the_metadata_of_its_page(client: FlaskClient, path: str) -> None:
    for language, locale in (("ru", "ru_RU"), ("en", "en_GB")):
        metadata = shared(client.get(f"/{language}/{path}").data)
        assert metadata["og:url"] == f"http://127.0.0.1:8000/{language}/{path}"
        assert metadata["og:image"] == f"http://127.0.0.1:8000/{language}/{path}card.png"
        assert (metadata["og:image:width"], metadata["og:image:height"]) == ("1200", "630")
        assert metadata["og:locale"] == locale
        assert metadata["og:type"] == ("article" if path.startswith(("stories", "projects")) else "website")
        assert metadata["twitter:card"] == "summary_large_image"
        assert all(metadata[name] for name in ("og:title", "og:description", "og:image:alt", "og:site_name"))


@pytest.mark.one_database
@pytest.mark.one_database
@pytest.mark.usefixtures("content")
def test_it_is_not_named_by_pages_without_one(client: FlaskClient) -> None:
    for path in ("/en/nope", "/en/stories/nope/", "/c/7K3QM9XW2PHT", "/en/petition/mothers/sign"):
        assert shared(client.get(path).data) == {}


def shared(page: bytes) -> dict[str, str]:
    """The Open Graph and Twitter metadata of a page."""
    metas = list(parse(page).root.iter("meta"))
    named = {it.get("property") or it.get("name") or "": it.get("content") or "" for it in metas}
    return {name: value for name, value in named.items() if name.startswith(("og:", "twitter:"))}
