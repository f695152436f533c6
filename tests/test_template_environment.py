"""Templates are compiled once for each language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template
from jinja2 import DictLoader

from wzo.i18n import in_language
from wzo.template_environment import Environment

pytestmark = pytest.mark.one_database

TEMPLATES = {
    "page.html": '{% extends "frame.html" %}{% block main %}{% include "part.html" %}{% endblock %}',
    "frame.html": '{{ current_language() }} {% block main %}{% endblock %} {{ url_for("stories.index") }}',
    "part.html": '{{ _("Stories") }}',
    "story.html": '{{ url_for("stories.show", slug=slug) }} {{ _("Part %(part)s", part=slug) }} {{ name | no_breaks }}',
    "other.html": '{{ "в тюрьме" | no_breaks(language="ru") }} {{ url_for("stories.index", lang="ru") }}',
    "constants.html": '{{ _("Stories") }} {{ url_for("stories.index") }} {{ current_language() }}',
    "escaped.html": '{{ url_for("stories.index", theme="a&b") }}',
}


@pytest.fixture
def site(app: Flask) -> Iterator[Flask]:
    """The application with these templates, in the middle of a request for an English page."""
    before = app.jinja_env
    environment = before.overlay(loader=DictLoader(TEMPLATES))
    vars(environment).pop("by_language", None)
    app.__dict__["jinja_env"] = environment
    with app.test_request_context("/en/", base_url="http://127.0.0.1:8000"):
        yield app
    app.__dict__["jinja_env"] = before


def test_it_translates_a_page_with_all_that_it_includes(site: Flask) -> None:
    for _ in range(2):
        assert render_template("page.html") == "en Stories /en/stories/"
        with in_language("ru"):
            assert render_template("page.html") == "ru Истории /ru/stories/"


def test_it_inserts_values_each_time(site: Flask) -> None:
    for slug in ("one", "<two>"):
        text = render_template("story.html", slug=slug, name="a b")
        assert text.startswith(f"/en/stories/{slug.replace('<', '%3C').replace('>', '%3E')}/ Part ")
        assert text.endswith(f"{slug.replace('<', '&lt;').replace('>', '&gt;')} a\xa0b")


def test_a_language_in_the_template_comes_first(site: Flask) -> None:
    assert render_template("other.html") == "в\xa0тюрьме /ru/stories/"


def test_it_escapes_what_it_has_evaluated(site: Flask) -> None:
    assert render_template("escaped.html") == "/en/stories/?theme=a%26b"


def test_it_evaluates_constants_once(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert render_template("constants.html") == "Stories /en/stories/ en"
    environment: Environment = site.jinja_env  # type: ignore[assignment]
    for name in ("_", "url_for"):
        monkeypatch.setitem(environment.filters, name, lambda *args, **kwargs: "called again")
    assert render_template("constants.html") == "Stories /en/stories/ en"


PACKAGE = Path(__file__).parent.parent / "wzo"


def test_no_view_hides_what_every_page_needs(app: Flask) -> None:
    """A variable with the name of a global, such as `languages`, would break the frame of its page alone."""
    shared = set(app.jinja_env.globals)
    calls = [
        (path, node)
        for path in sorted(PACKAGE.rglob("*.py"))
        if "render_template(" in (text := path.read_text())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "render_template"
    ]
    assert len(calls) > 50
    hidden = [(path.name, it.arg) for path, node in calls for it in node.keywords if it.arg in shared]
    assert hidden == []


def test_templates_ask_for_arguments_that_may_be_missing() -> None:
    """`request.args.name` is an error where the name is missing; `request.args.get("name")` is not."""
    careless = re.compile(r"request\.(?:args|form|values)\.(?!get\b|getlist\b)\w+")
    found = [(path.name, it) for path in PACKAGE.rglob("*.html") for it in careless.findall(path.read_text())]
    assert found == []
