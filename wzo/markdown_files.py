"""Uploaded files in Markdown texts: links that describe their targets, and players of recordings and films."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext
from markdown_it.token import Token

from wzo.files.formats import AUDIO, DOCUMENT, VIDEO, captions_url, file_url, key_from_url, poster_url
from wzo.files.queries import ShownFile
from wzo.files.sizes import size_text
from wzo.i18n import LANGUAGES, current_language
from wzo.markdown_tokens import element, inline, text_token
from wzo.typography import NBSP

Files = Mapping[str, ShownFile]


def find_file(url: str, files: Files) -> ShownFile | None:
    """The uploaded file that a link points to."""
    file = files.get(key_from_url(url))
    return file if file and url == file_url(file.key, file.suffix) else None


def format_tokens(file: ShownFile) -> list[Token]:
    """The format and the size of a file, which follow the text of a link to it."""
    about = f"({file.format.label}, {size_text(file.size)})".replace(" ", NBSP)
    return [text_token(" "), *element("span", [text_token(about)], {"class": "format"})]


def file_tokens(link: list[Token], title: str, file: ShownFile) -> list[Token]:
    """A paragraph that is only a link to a file: a box with the link or, of a recording, a player."""
    if file.format.kind == DOCUMENT:
        return element("p", [inline(link)], {"class": "file"})
    caption = element("figcaption", [inline(link)])
    return element("figure", [_player(file, title), *caption, *_transcript(file)], {"class": "player"})


def file_alone(paragraph: Sequence[Token], files: Files) -> ShownFile | None:
    """The uploaded file, if a paragraph is only a link to one."""
    children = (paragraph[0].children or []) if len(paragraph) == 1 else []
    if len(children) < 3 or children[0].type != "link_open" or children[-1].type != "link_close":
        return None
    is_one_link = sum(token.type == "link_open" for token in children) == 1
    return find_file(str(children[0].attrGet("href") or ""), files) if is_one_link else None


def _player(file: ShownFile, title: str) -> Token:
    # Nothing is requested before a reader plays it.
    attributes = {"controls": "", "preload": "none", "src": file_url(file.key, file.suffix), "aria-label": title}
    if file.format.kind == AUDIO:
        return inline(element("audio", [], attributes))
    if file.has_poster:
        attributes["poster"] = poster_url(file.key)
    return inline(element(VIDEO, [_track(file, language) for language in file.captions], attributes))


def _track(file: ShownFile, language: str) -> Token:
    attributes = {
        "kind": "captions",
        "src": captions_url(file.key, language),
        "srclang": language,
        "label": str(LANGUAGES[language].name),
        **({"default": ""} if language == current_language() else {}),
    }
    return Token("track", "track", 0, attrs={**attributes})


def _transcript(file: ShownFile) -> list[Token]:
    paragraphs = [" ".join(it.split()) for it in file.transcript.split("\n\n") if it.strip()]
    if not paragraphs:
        return []
    summary = element("summary", [inline([text_token(gettext("Transcript"))])])
    texts = [token for it in paragraphs for token in element("p", [inline([text_token(it)])])]
    return element("details", [*summary, *texts])
