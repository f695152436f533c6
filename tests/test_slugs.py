"""Slugs and transliteration."""

from wzo.slugs import transliterate


def test_it_transliterates_names() -> None:
    assert transliterate("агафонов") == "agafonov"
    assert transliterate("prison") == "prison"
