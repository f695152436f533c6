"""The files of a picture, as derived from its size."""

from hypothesis import given
from hypothesis import strategies as st

from wzo.markdown import extract_pictures
from wzo.media import renditions

KEY = "0123456789abcdef" * 2


@given(st.integers(1, 4000))
def test_it_has_at_least_one_width_and_none_larger_than_the_picture(width: int) -> None:
    found = renditions.widths(width)
    assert found == sorted(set(found))
    assert found
    assert found[-1] <= min(width, 1600)


def test_it_offers_the_nearest_width() -> None:
    assert renditions.widths(2000) == [480, 960, 1600]
    assert renditions.widths(900) == [480, 900]
    assert renditions.widths(500) == [500]
    assert renditions.nearest_width(2000, 800) == 960
    assert renditions.nearest_width(300, 1600) == 300


def test_it_finds_the_pictures_of_a_text() -> None:
    text = f"![a](/media/{KEY}.jpg#1600x1067) and [![b](/media/{'f' * 32}.jpg)](/x) and /media/short.jpg"
    assert renditions.keys_in(text) == {KEY, "f" * 32}
    assert renditions.keys_in("") == set()


@given(st.text(alphabet='ab"\\[]()! \n*', max_size=20), st.text(alphabet='ab"\\[]() \n', max_size=20))
def test_it_writes_one_picture_in_markdown_whatever_its_texts(alt: str, caption: str) -> None:
    line = renditions.picture_markdown(KEY, (1600, 1067), alt, caption)
    assert [url for url, _ in extract_pictures(line)] == [f"/media/{KEY}.jpg#1600x1067"]
