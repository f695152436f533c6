"""Slugs and transliteration."""

from wzo.slugs import heading_id, slugify, transliterate


def test_it_transliterates_names() -> None:
    assert transliterate("агафонов") == "agafonov"
    assert transliterate("prison") == "prison"


def test_it_reads_words_through_invisible_characters() -> None:
    assert slugify("Тюрь\u00adма и\u200b воля") == "tyurma-i-volya"
    assert heading_id("Тюрь\u00adма") == "tyurma"
