"""Names in Latin letters."""

from wzo.slugs import in_latin


def test_a_name_is_written_in_latin_letters() -> None:
    assert in_latin("агафонов") == "agafonov"
    assert in_latin("prison") == "prison"
