"""Which texts count as an alternative text."""

import pytest

from wzo.media.alt import alt_is_missing


@pytest.mark.parametrize(
    "alt",
    [
        *(
            "",
            "   ",
            "…",
            "123",
            "12.03.2019",
            "-",
            "IMG_2034.jpg",
            "IMG_2034",
            "DSC0012",
            "DSC_0012.JPG",
            "photo",
            "Photo.",
        ),
        *("Image (1)", "PXL_20230101_123456", "IMG-20230101-WA0001", "Screenshot 2024-01-02 at 12.30.11", "untitled 2"),
        *(
            "картинка",
            "Картинка 3",
            "ФОТО",
            "Без названия",
            "без имени",
            "Снимок экрана 2024-01-02 в 12.30",
            "Изображение",
        ),
        *("window.webp", "надежда.png", "alt", "«фото»", "a"),
    ],
)
def test_it_counts_a_file_name_or_an_empty_phrase_as_missing(alt: str) -> None:
    assert alt_is_missing(alt)


@pytest.mark.parametrize(
    "alt",
    [
        *("Мать держит сына за руку", "Надя", "Портрет Надежды", "Фото камеры", "Снимок дома, 1937", "Окно"),
        *(
            "A cell window with two bars",
            "Photo of a yard",
            "Scanned letter from the colony",
            "A picture of Anna by her son",
        ),
    ],
)
def test_it_counts_a_description_as_present(alt: str) -> None:
    assert not alt_is_missing(alt, "IMG_2034.jpg")


def test_it_counts_the_name_of_the_file_itself_as_missing() -> None:
    assert alt_is_missing("mother and son", "Mother_and_son-2.jpg")
    assert alt_is_missing("Mother_and_son", "mother-and-son.png")
    assert not alt_is_missing("Mother and son at the window", "mother-and-son.png")
