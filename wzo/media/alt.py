"""Whether a picture has an alternative text that deserves the name."""

import re
import unicodedata

# What cameras, telephones and programs call their files, and what people write so that something is written.
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|hei[cf]|tiff?|bmp|svg)$")
_CAMERA = re.compile(
    r"(?:img|dsc[nf]?|dscf|pict?|mvimg|pxl|dji|gopr|wp|wa|sam|cimg|scan|image|photo|picture|screenshot|screen shot|"
    r"signal|telegram|whatsapp image|фото|фотография|изображение|снимок|снимок экрана|скриншот|скан|картинка|"
    r"рисунок|без имени)"
    r"(?:[\W\d]|wa|ios|edited|copy|at|from|от|в|копия)*"
)
_NOTHING = {
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
    """Whether nobody has written what a picture shows: nothing, no words, or the name of a file.

    `name` is that of the picture's own file, if it is known.
    """
    words = _plain(alt)
    if not any(sign.isalpha() for sign in words) or len(words) < 3:
        return True
    bare = _bare(words)
    return (
        bool(_FILE.search(words))
        or words in _NOTHING
        or bare in _NOTHING
        or _CAMERA.fullmatch(words) is not None
        or (name != "" and bare == _bare(_plain(name)))
    )


def _plain(text: str) -> str:
    """Small letters, one kind of blank, nothing around."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(text.replace("_", " ").split()).strip(" .,;:!?-–—…\"'«»“”()[]*")


def _bare(words: str) -> str:
    """The same without the ending of a file, and without signs and digits between the words."""
    return " ".join(re.findall(r"[^\W\d_]+", _FILE.sub("", words)))
