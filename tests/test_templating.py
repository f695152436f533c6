"""Fragments that are rendered once."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, g, render_template_string
from markupsafe import Markup

from wzo.templating import _rendered_once, each_rendered_once, rendered_once

pytestmark = pytest.mark.one_database

Macro = Callable[..., Markup]


@pytest.fixture
def page(app: Flask) -> Iterator[list[object]]:
    """A request; gives what the macro was called with."""
    _rendered_once.cache_clear()
    with app.test_request_context("/en/"):
        yield []
    _rendered_once.cache_clear()


@pytest.fixture
def macro(page: list[object]) -> Macro:
    def print_item(item: object, level: int = 3) -> Markup:
        page.append(item)
        return Markup("<h{}>{}</h{}>").format(level, item, level)

    return print_item


def test_it_renders_the_same_values_once(page: list[object], macro: Macro) -> None:
    for _ in range(2):
        assert rendered_once(macro, "<a>") == "<h3>&lt;a&gt;</h3>"
        assert rendered_once(macro, "<a>", level=2) == "<h2>&lt;a&gt;</h2>"
        assert each_rendered_once(macro, ["<a>", "b"]) == "<h3>&lt;a&gt;</h3><h3>b</h3>"
    assert page == ["<a>", "<a>", "b"]


def test_it_keeps_nothing_of_a_preview(page: list[object], macro: Macro) -> None:
    g.is_preview = True
    for _ in range(2):
        rendered_once(macro, "draft")
        each_rendered_once(macro, ["draft"])
    assert page == ["draft"] * 4
    assert not _rendered_once.cache_info().currsize


@pytest.mark.parametrize(
    "printed", ["text | no_breaks", "text | whole_words", "text | no_breaks | whole_words", "[text, ''] | dotted"]
)
def test_it_escapes_what_a_translation_contains_once(app: Flask, printed: str) -> None:
    template = "{% set text = _('%(title)s, part', title=title) %}{{ " + printed + " }}"
    with app.test_request_context("/en/"):
        assert render_template_string(template, title="A & <b>") == "A &amp; &lt;b&gt;, part"
