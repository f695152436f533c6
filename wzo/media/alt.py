"""Recognises alternative texts that describe nothing."""

import re
import unicodedata

# The names that cameras, phones and programs give to files, and placeholders that people type.
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|hei[cf]|tiff?|bmp|svg)$")
_CAMERA = re.compile(
    r"(?:img|dsc[nf]?|dscf|pict?|mvimg|pxl|dji|gopr|wp|wa|sam|cimg|scan|image|photo|picture|screenshot|screen shot|"
    r"signal|telegram|whatsapp image|фото|фотография|изображение|снимок|снимок экрана|скриншот|скан|картинка|"
    r"рисунок|без имени)"
    r"(?:[\W\d]|wa|ios|edited|copy|at|from|от|в|копия)*"
)
_PLACEHOLDERS = {
    *("alt", "image", "photo", "photograph", "picture", "pic", "illustration", "untitled", "no title", "no name"),
    *("placeholder", "test", "todo", "cover", "portrait", "none", "null", "unknown", "file", "graphic", "an image"),
    *("a photo", "a picture", "decorative", "alternative text", "alt text"),
    *(
        "картинка",
        "фото",
        "фотка",
        "фотография",
        "изображение",
        "иллюстрация",
        "рисунок",
        "снимок",
        "кадр",
        "без названия",
    ),
    *(
        "без имени",
        "без подписи",
        "нет",
        "тест",
        "файл",
        "портрет",
        "обложка",
        "описание",
        "альтернативный текст",
        "скриншот",
    ),
}


def alt_is_missing(alt: str, name: str = "") -> bool:
    """Whether an alternative text does not describe the picture: it is empty, a placeholder or a file name.

    `name` is that of the picture's own file, if it is known.
    """
    text = _normalize(alt)
    if not any(character.isalpha() for character in text) or len(text) < 3:
        return True
    words = _words_only(text)
    return (
        bool(_FILE.search(text))
        or text in _PLACEHOLDERS
        or words in _PLACEHOLDERS
        or _CAMERA.fullmatch(text) is not None
        or (name != "" and words == _words_only(_normalize(name)))
    )


def _normalize(text: str) -> str:
    """Lower case, single spaces, no punctuation at the ends."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(text.replace("_", " ").split()).strip(" .,;:!?-–—…\"'«»“”()[]*")


def _words_only(text: str) -> str:
    """A normalised text without a file extension, and without digits and punctuation between the words."""
    return " ".join(re.findall(r"[^\W\d_]+", _FILE.sub("", text)))
