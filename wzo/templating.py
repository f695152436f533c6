"""The filters and globals of templates."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, request
from flask_babel import format_date, format_decimal
from jinja2 import StrictUndefined, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from wzo.config import settings
from wzo.content_version import is_preview
from wzo.forms import form_token
from wzo.i18n import CATALOGUES, LANGUAGES, current_language, in_language
from wzo.invisible_characters import drop_invisible_characters
from wzo.markdown import absolute_urls, plain_text, reading_minutes, render_markdown
from wzo.markdown_embeds import term_id
from wzo.media import renditions
from wzo.paths import path_in
from wzo.typography import NBSP, cache_texts, typeset, typography
from wzo.web_addresses import web_address
from wzo.whole_words import keep_words_whole


def number(value: int) -> str:
    """A number, grouped as the language groups it: 12 480 or 12,480."""
    # Small numbers have nothing to group, and format_decimal is slow for long lists.
    return str(value) if 0 <= value < 1000 else str(format_decimal(value))


# As a CLDR pattern. No line ends after the number.
DAY = f"d{NBSP}MMMM y"


def day(value: date | str, language: str | None = None) -> str:
    """A date in words; an ISO date may end after the month or the year: 2022-05 is May 2022."""
    return _day(value, language or current_language())


@lru_cache(2048)
def _day(value: date | str, language: str) -> str:
    with in_language(language):
        if isinstance(value, date):
            return str(format_date(value, DAY))
        if len(value) == 4:
            return value
        if len(value) == 7:
            return str(format_date(date.fromisoformat(f"{value}-01"), "LLLL y"))
        return str(format_date(date.fromisoformat(value), DAY))


def name_value_pairs(text: str) -> list[tuple[str, str]]:
    """Lines like `Director: Name` as pairs of name and value."""
    pairs = (line.partition(":") for line in text.splitlines())
    return [(name.strip(), value.strip()) for name, _, value in pairs if value.strip()]


def with_neighbours(items: Sequence[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Each item between the previous and the next one; None at the ends."""
    return zip([None, *items], items, [*items[1:], None], strict=False)


def rfc3339(timestamp: datetime) -> str:
    """A timestamp in UTC after RFC 3339, for feeds and sitemaps."""
    return timestamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def markdown(text: str, prefix: str = "text", level: int = 2, language: str | None = None) -> Markup:
    """An editor's text as safe HTML; its ids begin with the prefix, which must be unique on the page."""
    return render_markdown(text, language or current_language(), prefix, level)


def minutes(text: str, language: str | None = None) -> int:
    """The minutes that it takes to read a Markdown text, at least one."""
    return reading_minutes(plain_text(text), language or current_language())


def first_paragraph(text: str) -> str:
    """The first paragraph of a Markdown text, without markup."""
    return plain_text(text).partition("\n\n")[0]


def no_breaks(text: object, language: str | None = None) -> str:
    """A plain text, perhaps a lazy translation, with the typography of its language; see wzo/typography.py."""
    # What is escaped again when it is printed, and so would be escaped twice: the names within translations.
    return _visible(text.unescape() if isinstance(text, Markup) else str(text), language or current_language())


@cache_texts(2048, max_length=2_000)
def _visible(text: str, language: str) -> str:
    # Earlier versions stored invisible characters.
    return typeset([drop_invisible_characters(text)], language)[0]


def whole_words(text: object, language: str | None = None) -> Markup:
    """Likewise for a heading or a button, plain or as HTML, with its long words kept whole; see wzo/whole_words.py."""
    return keep_words_whole(text if isinstance(text, Markup) else str(text), language or current_language())


@pass_eval_context
def translate(context: EvalContext, text: str, /, **values: object) -> str:
    """A translated text with its typography; values are escaped in HTML, and a percent sign is written as two."""
    language = current_language()
    return _insert(context, _translation(text, language), values) if values else _whole_translation(text, language)


@pass_eval_context
def translate_number(context: EvalContext, one: str, many: str, number: int, /, **values: object) -> str:
    """Likewise for a text that depends on a number, which is inserted as `num`."""
    return _insert(context, _plural(one, many, number, current_language()), {"num": number, **values})


@lru_cache(4096)
def _translation(text: str, language: str) -> Markup:
    return Markup(typography(CATALOGUES.get_translations().ugettext(text), language))  # noqa: S704 - catalogues are our own


@lru_cache(4096)
def _plural(one: str, many: str, number: int, language: str) -> Markup:
    return Markup(typography(CATALOGUES.get_translations().ungettext(one, many, number), language))  # noqa: S704


@lru_cache(4096)
def _whole_translation(text: str, language: str) -> Markup:
    return _translation(text, language) % {}


def _insert(context: EvalContext, text: Markup, values: dict[str, object]) -> str:
    return (text if context.autoescape else str(text)) % values


def dotted(parts: Sequence[str]) -> Markup:
    """The parts that are not empty, with dots between them, with which no line begins."""
    return Markup(f"{NBSP}· ").join(filter(None, parts))  # noqa: S704 - a constant; the parts are escaped


def host(url: str) -> str:
    """The host of a URL."""
    return urlsplit(url).hostname or url


def full_url(path: str) -> str:
    """The absolute URL of a path of this site, always on the configured host."""
    return f"{settings().site_url}{path}"


def rendered_once(macro: Callable[..., Markup], /, *args: Hashable, **kwargs: Hashable) -> Markup:
    """The output of an imported macro, rendered once for each language and each of its arguments.

    The macro may depend on nothing else, so what is cached cannot be stale; Markdown does, on the files that it links
    to. Do not give it what readers have entered; of drafts, nothing is cached.
    """
    return macro(*args, **kwargs) if is_preview() else _rendered_once(macro, *args, **kwargs)


def each_rendered_once(macro: Callable[..., Markup], items: Iterable[Hashable]) -> Markup:
    """Likewise what it prints for each of some items, one after the other."""
    render = macro if is_preview() else partial(_rendered_once, macro)
    return Markup("").join(map(render, items))


# The largest, the options of a list of countries, has 15 KB; most have half a KB.
@lru_cache(2048)
def _rendered_once(macro: Callable[..., Markup], *args: Hashable, **kwargs: Hashable) -> Markup:
    return macro(*args, **kwargs)


def init_app(app: Flask) -> None:
    """Set up the templates: undefined variables raise, and translations get the typography of their language."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        # Also called as functions; see FUNCTIONS_AS_FILTERS.
        _=translate,
        ngettext=translate_number,
        number=number,
        day=day,
        rfc3339=rfc3339,
        markdown=markdown,
        minutes=minutes,
        absolute_urls=absolute_urls,
        first_paragraph=first_paragraph,
        no_breaks=no_breaks,
        name_value_pairs=name_value_pairs,
        with_neighbours=with_neighbours,
        dotted=dotted,
        host=host,
        web_address=web_address,
        whole_words=whole_words,
        term_id=term_id,
    )
    env.globals.update(
        _=translate,
        gettext=translate,
        ngettext=translate_number,
        languages=LANGUAGES,
        renditions=renditions,
        current_language=current_language,
        path_in=path_in,
        full_url=full_url,
        form_token=form_token,
        rendered_once=rendered_once,
        each_rendered_once=each_rendered_once,
        neutral_url=lambda: LANGUAGES[current_language()].neutral_url,
        source_url=app.extensions["settings"].source_url,
        is_private_page=lambda: g.get("is_private_page", False),
        has_canonical_url=lambda: request.method == "GET" and request.url_rule is not None and not request.args,
    )
