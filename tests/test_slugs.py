"""Names in Latin letters."""

from wzo.slugs import transliterate


def test_a_name_is_written_in_latin_letters() -> None:
    assert transliterate("агафонов") == "agafonov"
    assert transliterate("prison") == "prison"
