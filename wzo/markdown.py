"""Markdown in, safe HTML out, with each language's typography."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_plugins.footnote import footnote_plugin

from wzo.text import no_break

QUOTES = {"ru": "«»„“", "en": "“”‘’"}
ALLOWED = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "div", "dl", "dt", "em", "figcaption", "figure"),
    *("h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p", "pre", "s", "section", "strong", "sub", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    "*": {"class", "id", "lang"},
    "a": {"href", "title", "hreflang"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "th": {"scope"},
}


@lru_cache(maxsize=1024)
def render_markdown(text: str, language: str) -> Markup:
    """HTML of a text written by an editor: no scripts, no styles, no foreign frames, whatever was typed."""
    html = _parser(language).render(no_break(text, language))
    return Markup(nh3.clean(html, tags=ALLOWED, attributes=ATTRIBUTES, link_rel="noreferrer"))  # noqa: S704


def full_addresses(html: str, page: str) -> Markup:
    """The HTML of a text for readers elsewhere: relative addresses lead on from `page`, the address that it is from."""
    clean = nh3.clean(
        html,
        tags=ALLOWED,
        attributes=ATTRIBUTES,
        link_rel="noreferrer",
        url_relative=("rewrite_with_base", page),
    )
    return Markup(clean)  # noqa: S704


@lru_cache
def _parser(language: str) -> MarkdownIt:
    options = {"html": False, "typographer": True, "quotes": QUOTES.get(language, QUOTES["en"])}
    parser = MarkdownIt("commonmark", options).enable(["replacements", "smartquotes", "table", "strikethrough"])
    return parser.use(footnote_plugin)


def plain_text(text: str) -> str:
    """The words of a text."""
    return " ".join(nh3.clean(render_markdown(text, "en"), tags=set()).split())
