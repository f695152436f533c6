"""Slugs and transliteration."""

from wzo.slugs import in_latin


def test_it_transliterates_names() -> None:
    assert in_latin("агафонов") == "agafonov"
    assert in_latin("prison") == "prison"
