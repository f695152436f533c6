"""Queries of the search index."""

from flask import Flask

from tests.factories import StoryFactory
from wzo.search.queries import words_near


def test_it_lists_similar_words_nearest_first(app: Flask) -> None:
    StoryFactory(slug="dragonfly")
    StoryFactory(slug="dragonflies")
    StoryFactory(slug="агафонов")
    assert words_near("dragonfky")[0] == "dragonfly"
    assert words_near("lhfujy") == []
    assert words_near("agafonof") == ["агафонов"]
    assert words_near("elephant") == []
