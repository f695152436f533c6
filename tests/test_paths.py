import pytest
from flask import Flask

from wzo import paths
from wzo.i18n import in_language
from wzo.paths import MAX_LENGTH, path_in, url_for

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[object, ...], str]:
    found: dict[tuple[object, ...], str] = {}
    monkeypatch.setattr(paths, "_known", found)
    return found


def test_it_builds_the_path_of_a_page_in_the_language_of_the_request(app: Flask) -> None:
    for _ in range(2):
        with app.test_request_context("/ru/", base_url="http://127.0.0.1:8000"):
            assert url_for("stories.show", slug="one") == "/ru/stories/one/"
            assert url_for("stories.show", slug="one", lang="en") == "/en/stories/one/"
            assert url_for("stories.index", country="russia") == "/ru/stories/?country=russia"
        with app.test_request_context("/ru/", base_url="http://127.0.0.1:8000"), in_language("en"):
            assert url_for("stories.show", slug="one") == "/en/stories/one/"
            assert url_for("stories.show", slug="two") == "/en/stories/two/"


def test_it_gives_the_current_page_in_another_language(app: Flask) -> None:
    with app.test_request_context("/en/stories/one/", base_url="http://127.0.0.1:8000") as context:
        context.match_request()
        assert context.request.view_args == {"lang": "en", "slug": "one"}
        assert path_in("ru") == "/ru/stories/one/"


def test_it_keeps_no_token_no_search_and_nothing_long(app: Flask, known: dict[tuple[object, ...], str]) -> None:
    with app.test_request_context("/en/", base_url="http://127.0.0.1:8000"):
        assert url_for("petition.confirm", link="A" * 26).startswith("/c/")
        assert url_for("stories.index", q="a name") == "/en/stories/?q=a+name"
        assert url_for("stories.index", theme=["one", "two"]) == "/en/stories/?theme=one&theme=two"
        assert url_for("stories.show", slug="a" * (MAX_LENGTH + 1)) == f"/en/stories/{'a' * (MAX_LENGTH + 1)}/"
        assert not known
        url_for("stories.show", slug="one")
        assert len(known) == 1


def test_it_keeps_so_many_paths_at_most(
    app: Flask, known: dict[tuple[object, ...], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "MAX_PATHS", 3)
    with app.test_request_context("/en/", base_url="http://127.0.0.1:8000"):
        for number in range(10):
            assert url_for("stories.show", slug=str(number)) == f"/en/stories/{number}/"
            assert len(known) <= 3
