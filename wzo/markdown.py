"""Markdown in, safe HTML out, with each language's typography."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from wzo.files.formats import keys_in
from wzo.files.queries import ShownFile, get_shown_files
from wzo.i18n import LANGUAGES, in_language
from wzo.invisible_characters import drop_invisible_characters
from wzo.markdown_blocks import CONTAINERS, BlockTransformer
from wzo.markdown_embeds import LINK_SCHEMES, is_video
from wzo.markdown_tokens import text_content
from wzo.media import renditions
from wzo.typography import NBSP, OBJECT_REPLACEMENT, cache_texts, typeset
from wzo.whole_words import keep_hosts_whole

# Characters that HTML does not allow.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_WORD = re.compile(r"\w+(?:[-’']\w+)*")
_SRCSET_ITEM = re.compile(rf"/media/{renditions.KEY}/\d{{1,4}}\.\w{{3,4}} \d{{1,4}}w")
_FILE = re.compile(rf"/files/{renditions.KEY}(?:\.\w{{2,4}}|/\w{{2,6}}\.\w{{3}})")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def _is_own_resource(tag: str, name: str, value: str) -> bool:
    """Whether an attribute makes the browser request nothing from another site."""
    match tag, name:
        case "img", "src":
            return re.match(r"/[^/\\]", value) is not None
        case ("audio" | "video" | "track", "src") | ("video", "poster"):
            return _FILE.fullmatch(value) is not None
        case "source", "srcset":
            return all(_SRCSET_ITEM.fullmatch(item) for item in value.split(", "))
    return True


_PLAYER = {"controls": {""}, "preload": {"none"}}
# The second line of defence: only what the transformed tokens render to, whatever the parser may be tricked into.
_ALLOWED: dict[str, Any] = {
    "tags": {
        *_HEADINGS,
        *("a", "audio", "blockquote", "br", "code", "details", "div", "em", "figcaption", "figure", "hr", "img", "li"),
        *("ol", "p", "picture", "pre", "s", "section", "source", "span", "strong", "summary", "sup", "table", "tbody"),
        *("td", "th", "thead", "tr", "track", "ul", "video"),
    },
    "attributes": {
        **{heading: {"id"} for heading in _HEADINGS},
        "a": {"href", "hreflang", "id", "aria-label"},
        "audio": {"aria-label", "src"},
        "div": {"aria-label"},
        "img": {"src", "alt", "width", "height"},
        "li": {"id"},
        "ol": {"start"},
        "source": {"srcset"},
        "track": {"label", "src"},
        "video": {"aria-label", "poster", "src"},
    },
    "tag_attribute_values": {
        "a": {"rel": {"noreferrer"}, "role": {"doc-backlink", "doc-noteref"}},
        "audio": _PLAYER,
        "div": {"role": {"note", "region"}, "tabindex": {"0"}},
        "img": {"loading": {"lazy"}},
        "section": {"role": {"doc-endnotes"}},
        "source": {"type": {*renditions.MODERN_TYPES.values()}, "sizes": {renditions.TEXT_SIZES}},
        "th": {"scope": {"col"}},
        "track": {"default": {""}, "kind": {"captions"}, "srclang": {*LANGUAGES}},
        "video": _PLAYER,
    },
    "allowed_classes": {
        "a": {"term"},
        "div": {"gallery", "notice", "table"},
        "figure": {"player", "post", "pull", "quote", "video"},
        "p": {"file"},
        "span": {"format", "play"},
        "td": {"center", "right"},
        "th": {"center", "right"},
    },
    "attribute_filter": lambda tag, name, value: value if _is_own_resource(tag, name, value) else None,
    "url_schemes": LINK_SCHEMES - {""},
    "link_rel": None,
}
_CLEANER = nh3.Cleaner(**_ALLOWED)
# In feeds there is only the fallback picture, because absolute URLs are not written into a srcset, and of a recording
# the link to it.
_ALLOWED_IN_FEEDS = {**_ALLOWED, "tags": _ALLOWED["tags"] - {"audio", "picture", "source", "track", "video"}}


def render_markdown(text: str, language: str, prefix: str = "text", level: int = 2) -> Markup:
    """The HTML of an editor's text: no scripts, no styles and no requests to other sites, whatever was typed.

    Needs an application context. Headings start at `level`, 2 to 6, and all ids with `prefix`, `note-prefix` or
    `mark-prefix`; give each of several texts on a page its own prefix.

    The syntax is CommonMark with tables, strikethrough and footnotes, and:

    - a paragraph that is only a picture, `![alternative text](cover:last-hope "caption")`, is a figure. A picture is a
      cover or a path of this site, `/media/a.jpg#800x600` if its size is known; others become links. An uploaded one,
      `/media/KEY.jpg#1600x1067`, comes in all its sizes and formats;
    - `[SIZO](term:sizo)` links to the term of the glossary where the text mentions it first;
    - a link to an uploaded file, `[Report](/files/KEY.pdf)`, says its format and size; a paragraph that is only such a
      link is a box or, of a recording, a player;
    - such a picture in a link to another site, or the bare URL of a video, is a link to watch it there;
    - the last line of a quotation, `> — Name`, is its attribution;
    - up to `:::`, `::: pull` is a pull quote, `::: notice` a notice, `::: gallery` pictures side by side, and
      `::: post` a post of a social network, whose last line, `— [Name, network, date](https://…)`, says where it is.
    """
    return render_with_files(text, language, prefix, level, get_shown_files(keys_in(text), language))


@cache_texts(256, max_length=100_000)
def render_with_files(text: str, language: str, prefix: str, level: int, shown: tuple[ShownFile, ...]) -> Markup:
    """Likewise, given the uploaded files that the text shows; those that are not given are plain links."""
    tokens = _parse(text, env := {"language": language})
    with in_language(language):
        transformed = BlockTransformer(prefix, level, {file.key: file for file in shown}).transform(tokens)
    html = _parser().renderer.render(transformed, _parser().options, env)
    return keep_hosts_whole(_CLEANER.clean(html))


def absolute_urls(html: str, page_url: str) -> Markup:
    """The HTML of a text for feeds, with the URLs relative to `page_url` made absolute."""
    return Markup(nh3.clean(html, **_ALLOWED_IN_FEEDS, url_relative=("rewrite_with_base", page_url)))  # noqa: S704


@cache_texts(256, max_length=100_000)
def plain_text(text: str) -> str:
    """A Markdown text without markup and footnote references; blocks are separated by a blank line.

    It includes captions, alternative texts and the footnotes themselves, but not the bare URL of a video.
    """
    blocks = []
    for token in _parse(text):
        block = text_content(token.children, captions=True) if token.children else token.content
        blocks.append("" if is_video(block.strip()) else block.strip())
    return "\n\n".join(filter(None, blocks))


def extract_pictures(text: str) -> list[tuple[str, str]]:
    """The pictures in a Markdown text: the URL of each as it was typed, and its alternative text."""
    return [
        (str(token.attrGet("src") or ""), text_content(token.children or []).strip())
        for block in _parse(text)
        for token in block.children or ()
        if token.type == "image"
    ]


def extract_links(text: str) -> list[tuple[str, str]]:
    """The links in a Markdown text: the URL of each, as parsed, and its text."""
    links = []
    for block in _parse(text):
        url, label = None, list[Token]()
        for token in block.children or ():
            if token.type == "link_open":
                url, label = str(token.attrGet("href") or ""), []
            elif token.type == "link_close" and url is not None:
                links.append((url, text_content(label).strip()))
                url = None
            elif url is not None:
                label.append(token)
    return links


@cache_texts(256, max_length=100_000)
def reading_minutes(text: str, language: str) -> int:
    """How many minutes it takes to read a text that `plain_text` has returned, at least one."""
    return max(1, round(len(_WORD.findall(text)) / LANGUAGES[language].words_per_minute))


def _parse(text: str, env: dict[str, str] | None = None) -> list[Token]:
    # The plugin for containers reads the first character of each line, also of a last one that is empty.
    return _parser().parse(drop_invisible_characters(_FORBIDDEN.sub("", text)) + "\n", env)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    for name in CONTAINERS:
        parser.use(container_plugin, name)
    # Before escaped characters are joined with the rest, so that an escaped quote stays straight.
    parser.core.ruler.before("text_join", "typography", _apply_typography)
    # Links and pictures are checked when they are transformed (markdown_embeds.py).
    parser.validateLink = lambda _: True  # type: ignore[method-assign,assignment]
    return parser


def _apply_typography(state: StateCore) -> None:
    if language := state.env.get("language"):
        for token in state.tokens:
            if token.children:
                _typeset_inline(token.children, language)


def _typeset_inline(tokens: Sequence[Token], language: str) -> None:
    segments, in_autolink = [], False
    for token in tokens:
        if token.info == "auto":
            in_autolink = token.nesting == 1
        if token.type == "image":
            _typeset_inline(token.children or [], language)
            if title := token.attrGet("title"):
                token.attrSet("title", typeset([str(title)], language)[0])
        segments.append(OBJECT_REPLACEMENT if in_autolink and token.type == "text" else _segment(token))
    for token, before, after in zip(tokens, segments, typeset(segments, language), strict=True):
        if token.type == "text" and before == token.content:
            token.content = after
        elif token.type == "softbreak" and after != before:
            token.type, token.content = "text", after


def _segment(token: Token) -> str:
    """A token as the typography of the text around it sees it."""
    match token.type:
        case "text":
            return token.content
        case "softbreak":
            return "\n"
        case "hardbreak":
            return "\u2028"
        case "text_special":
            return NBSP if token.content.isspace() else OBJECT_REPLACEMENT
        case "code_inline" | "image" | "footnote_ref":
            return OBJECT_REPLACEMENT
    return ""
