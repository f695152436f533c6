"""Markdown in, safe HTML out, with each language's typography."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import nh3
from flask_babel import force_locale
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from wzo.markdown_blocks import LINK_SCHEMES, Shaper, is_video, words_of
from wzo.media import files
from wzo.text import NO_BREAK, NO_TEXT, remember, typeset

# Characters that no HTML page may hold.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_WORD = re.compile(r"\w+(?:[-’']\w+)*")
# Trauzettel-Klosinski & Dietz, "Standardized Assessment of Reading Performance: The New International Reading Speed
# Texts IReST", Investigative Ophthalmology & Visual Science 53 (2012): words a minute, reading aloud.
WORDS_PER_MINUTE = {"ru": 184, "en": 228}

_FILES = re.compile(rf"/media/{files.KEY}/\d{{1,4}}\.\w{{3,4}} \d{{1,4}}w")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def _is_own(tag: str, name: str, value: str) -> bool:
    """Whether an attribute asks for nothing elsewhere. A picture comes from this site."""
    match tag, name:
        case "img", "src":
            return re.match(r"/[^/\\]", value) is not None
        case "source", "srcset":
            return all(_FILES.fullmatch(one) for one in value.split(", "))
    return True


# The second fence: what the parser writes, and nothing else, whatever it may be brought to write.
_ALLOWED: dict[str, Any] = {
    "tags": {
        *_HEADINGS,
        *("a", "blockquote", "br", "code", "div", "em", "figcaption", "figure", "hr", "img", "li", "ol", "p"),
        *("picture", "pre", "s", "section", "source", "span", "strong", "sup", "table", "tbody", "td", "th", "thead"),
        *("tr", "ul"),
    },
    "attributes": {
        **{heading: {"id"} for heading in _HEADINGS},
        "a": {"href", "hreflang", "id", "aria-label"},
        "div": {"aria-label"},
        "img": {"src", "alt", "width", "height"},
        "li": {"id"},
        "ol": {"start"},
        "source": {"srcset"},
    },
    "tag_attribute_values": {
        "a": {"rel": {"noreferrer"}, "role": {"doc-backlink", "doc-noteref"}},
        "div": {"role": {"note", "region"}, "tabindex": {"0"}},
        "img": {"loading": {"lazy"}},
        "section": {"role": {"doc-endnotes"}},
        "source": {"type": {*files.MODERN.values()}, "sizes": {files.IN_TEXT}},
        "th": {"scope": {"col"}},
    },
    "allowed_classes": {
        "div": {"notice", "table"},
        "figure": {"pull", "quote", "video"},
        "span": {"play"},
        "td": {"center", "right"},
        "th": {"center", "right"},
    },
    "attribute_filter": lambda tag, name, value: value if _is_own(tag, name, value) else None,
    "url_schemes": LINK_SCHEMES - {""},
    "link_rel": None,
}
_CLEANER = nh3.Cleaner(**_ALLOWED)
# Readers elsewhere get the plain picture: what browsers choose from has no full addresses.
_ALLOWED_ELSEWHERE = {**_ALLOWED, "tags": _ALLOWED["tags"] - {"picture", "source"}}


@remember(256, longest=100_000)
def render_markdown(text: str, language: str, prefix: str = "text", level: int = 2) -> Markup:
    """HTML of a text written by an editor: no scripts, no styles, no requests to others, whatever was typed.

    Needs an application, whose drawings and translations it takes. Headings begin at `level`, 2 to 6, and all ids with
    `prefix`, `note-prefix` or `mark-prefix`; several texts on one page have prefixes of their own.

    CommonMark with tables, strikethrough and footnotes, and besides:

    - a paragraph that is one picture, `![what it shows](cover:last-hope "caption")`, is a figure. A picture is a
      drawing of ours or a path of this site, `/media/a.jpg#800x600` where its size is known; others become links. One
      that was uploaded, `/media/KEY.jpg#1600x1067`, comes in all its sizes and formats;
    - such a picture in a link to another host, or the bare address of a video, is a link to watch it there;
    - the last line of a quote, `> — Name`, says whose words these are;
    - `::: pull` and `::: notice`, up to `:::`, set a sentence large and a notice apart.
    """
    tokens = _parser().parse(_FORBIDDEN.sub("", text), env := {"language": language})
    with force_locale(language):
        shaped = Shaper(prefix, level).shape(tokens)
    html = _parser().renderer.render(shaped, _parser().options, env)
    return Markup(_CLEANER.clean(html))  # noqa: S704


def full_addresses(html: str, page: str) -> Markup:
    """The HTML of a text for readers elsewhere: relative addresses lead on from `page`, the address that it is from."""
    return Markup(nh3.clean(html, **_ALLOWED_ELSEWHERE, url_relative=("rewrite_with_base", page)))  # noqa: S704


@remember(256, longest=100_000)
def plain_text(text: str) -> str:
    """The words of a Markdown text as they were typed, without markup and marks of notes; a blank line parts blocks.

    Captions, alternative texts and the notes themselves are among them; the bare address of a video is not.
    """
    blocks = []
    for token in _parser().parse(_FORBIDDEN.sub("", text)):
        words = words_of(token.children, captions=True) if token.children else token.content
        blocks.append("" if is_video(words.strip()) else words.strip())
    return "\n\n".join(filter(None, blocks))


def pictures_of(text: str) -> list[tuple[str, str]]:
    """The pictures in a Markdown text: the address of each as it was typed, and its alternative text."""
    return [
        (str(token.attrGet("src") or ""), words_of(token.children or []).strip())
        for block in _parser().parse(_FORBIDDEN.sub("", text))
        for token in block.children or ()
        if token.type == "image"
    ]


def links_of(text: str) -> list[tuple[str, str]]:
    """The links of a Markdown text: the address of each, as the parser reads it, and its words."""
    links = []
    for block in _parser().parse(_FORBIDDEN.sub("", text)):
        address, words = None, list[Token]()
        for token in block.children or ():
            if token.type == "link_open":
                address, words = str(token.attrGet("href") or ""), []
            elif token.type == "link_close" and address is not None:
                links.append((address, words_of(words).strip()))
                address = None
            elif address is not None:
                words.append(token)
    return links


def reading_minutes(text: str, language: str) -> int:
    """How many minutes the words of a text take, at least one; `text` is what `plain_text` gives."""
    return max(1, round(len(_WORD.findall(text)) / WORDS_PER_MINUTE[language]))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(container_plugin, "pull").use(container_plugin, "notice")
    # Before what was escaped is joined with the rest, so that an escaped quote stays straight.
    parser.core.ruler.before("text_join", "typography", _set_type)
    # Which links and pictures there may be is decided where they are shaped.
    parser.validateLink = lambda _: True  # type: ignore[method-assign,assignment]
    return parser


def _set_type(state: StateCore) -> None:
    if language := state.env.get("language"):
        for token in state.tokens:
            if token.children:
                _set_line(token.children, language)


def _set_line(tokens: Sequence[Token], language: str) -> None:
    content_items, automatic = [], False
    for token in tokens:
        if token.info == "auto":
            automatic = token.nesting == 1
        if token.type == "image":
            _set_line(token.children or [], language)
            if title := token.attrGet("title"):
                token.attrSet("title", typeset([str(title)], language)[0])
        content_items.append(NO_TEXT if automatic and token.type == "text" else _piece(token))
    for token, piece, done in zip(tokens, content_items, typeset(content_items, language), strict=True):
        if token.type == "text" and piece == token.content:
            token.content = done
        elif token.type == "softbreak" and done != piece:
            token.type, token.content = "text", done


def _piece(token: Token) -> str:
    """What a token is to the words around it."""
    match token.type:
        case "text":
            return token.content
        case "softbreak":
            return "\n"
        case "hardbreak":
            return "\u2028"
        case "text_special":
            return NO_BREAK if token.content.isspace() else NO_TEXT
        case "code_inline" | "image" | "footnote_ref":
            return NO_TEXT
    return ""
