"""Words that a line shall not divide: long ones in headings, and the names of hosts.

Each is in an element of its own, `whole` in site.css: it begins a new line rather than be divided, and is divided only
if it is wider than the line. In headings it then gets a hyphen, from soft hyphens: not every browser has dictionaries,
and in large type a word that is divided without one is conspicuous. Other texts, titles, feeds and cards for sharing
have none, because soft hyphens stay in what is copied, and may hide a word from a search.
"""

import re
from functools import cache

from markupsafe import Markup, escape
from pyphen import Pyphen

from wzo.invisible_characters import drop_invisible_characters
from wzo.typography import cache_texts, typography

SOFT_HYPHEN = "\u00ad"
# Letters of a word that may be wider than a small screen, and that stay together at either end of it.
LONG, MARGIN = 12, 3
_WORD = re.compile(rf"[^\W\d_]{{{LONG},}}")
# What a no-break space ties to a word: outside the element, browsers would begin a line with it, or end one.
_BEFORE = r"(?:(?<![^\s\u00a0])(?:[^\W\d_]{1,3}\u00a0){1,2})?"
_AFTER = r"(?:\u00a0[·—–])?"
# A line could end after its hyphens; in a URL it may.
_HOST = r"(?<![\w@/.:-])(?:[a-z\d-]+\.){1,4}[a-z]{2,}(?![\w/@-]|\.\w)[.,;:!?)»”]*"
# A long word, with the punctuation around it, which no line may begin with.
_TOKEN = rf"(?<![^\s\u00a0])[^\s\u00a0]*{_WORD.pattern}[^\s\u00a0]*"
_KEPT = re.compile(rf"(?P<host>{_BEFORE}{_HOST}{_AFTER})|{_BEFORE}{_TOKEN}{_AFTER}")
_MARKUP = re.compile(r"(<[^>]*>|&[^;\s]+;)")


@cache_texts(2048, max_length=2_000)
def keep_words_whole(text: str, language: str) -> Markup:
    """The text of a heading or a button, plain or as HTML, with its typography, and its long words kept whole."""
    if isinstance(text, Markup):
        return _edit(Markup(typography(text, language)), language)  # noqa: S704
    # Editors' own soft hyphens: earlier versions stored them.
    return _edit(escape(typography(drop_invisible_characters(text), language)), language)


def keep_hosts_whole(html: str) -> Markup:
    """HTML whose names of hosts are kept whole."""
    return _edit(html)


def _edit(html: str, language: str = "") -> Markup:
    """The HTML with its hosts kept whole, and its long words too if their language is given."""
    parts = _MARKUP.split(html)
    # Tags and entities are between the texts.
    parts[::2] = [_mark(text, language) for text in parts[::2]]
    return Markup("".join(parts))  # noqa: S704


def _mark(text: str, language: str) -> str:
    def mark(kept: re.Match[str]) -> str:
        if not kept["host"] and not language:
            return kept.group()
        word = kept["host"] or _WORD.sub(
            lambda it: _dictionary(language).inserted(it.group(), SOFT_HYPHEN), kept.group()
        )
        return f'<span class="whole">{word}</span>'

    return _KEPT.sub(mark, text)


@cache
def _dictionary(language: str) -> Pyphen:
    return Pyphen(lang=language, left=MARGIN, right=MARGIN)
