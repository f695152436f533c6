"""Queries of the search index."""

from flask import Flask

from tests.factories import StoryFactory
from wzo.search.queries import related_words, suggest_words


def test_it_lists_similar_words_nearest_first(app: Flask) -> None:
    StoryFactory(slug="dragonfly")
    StoryFactory(slug="dragonflies")
    StoryFactory(slug="агафонов")
    assert suggest_words("dragonfky")[0] == "dragonfly"
    assert suggest_words("lhfujy") == []
    assert suggest_words("agafonof") == ["агафонов"]
    assert suggest_words("elephant") == []


def test_it_lists_words_that_begin_alike(app: Flask) -> None:
    for slug in ("трансгендерная", "трансгендерных", "транспорт"):
        StoryFactory(slug=slug)
    assert related_words("трансгендеры") == ["трансгендерная", "трансгендерных"]
    # Too short to tell.
    assert related_words("трап") == []
