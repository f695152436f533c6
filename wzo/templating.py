"""What templates have at hand besides what their views give them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, request
from flask_babel import format_date, format_decimal, get_translations
from jinja2 import StrictUndefined
from markupsafe import Markup

from wzo.config import settings
from wzo.forms import form_token
from wzo.i18n import LANGUAGES, LOCALES, current_language, page_in
from wzo.markdown import full_addresses, plain_text, reading_minutes, render_markdown
from wzo.media import files
from wzo.text import typography

# Where "leave this site" leads: what millions look at every day.
NEUTRAL_PAGES = {"ru": "https://yandex.ru/pogoda/", "en": "https://www.bbc.co.uk/weather"}


def number(value: int) -> str:
    """A number with the language's own grouping: 12 480 or 12,480."""
    # Most numbers have nothing to group, and asking takes long for those that stand in lists.
    return str(value) if 0 <= value < 1000 else str(format_decimal(value))


def day(value: date | str) -> str:
    """A date in words; an ISO text may stop at the month or the year: 2022-05 is May 2022."""
    if isinstance(value, date):
        return str(format_date(value, "d MMMM y"))
    if len(value) == 4:
        return value
    if len(value) == 7:
        return str(format_date(date.fromisoformat(f"{value}-01"), "LLLL y"))
    return str(format_date(date.fromisoformat(value), "d MMMM y"))


def named_lines(text: str) -> list[tuple[str, str]]:
    """Lines like `Director: Name` as names and values."""
    pairs = (line.partition(":") for line in text.splitlines())
    return [(name.strip(), value.strip()) for name, _, value in pairs if value.strip()]


def neighbours(things: Sequence[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Each of some things in a row, between the one before and the one after it, None at the ends."""
    return zip([None, *things], things, [*things[1:], None], strict=False)


def rfc3339(timestamp: datetime) -> str:
    """A timestamp as feeds and sitemaps write it (RFC 3339), in UTC."""
    return timestamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def markdown(text: str, prefix: str = "text", level: int = 2) -> Markup:
    """An editor's text as safe HTML; its ids begin with the prefix, which only one text of a page can have."""
    return render_markdown(text, current_language(), prefix, level)


def minutes(text: str) -> int:
    """How many minutes it takes to read a Markdown text, at least one."""
    return reading_minutes(plain_text(text), current_language())


def first_paragraph(text: str) -> str:
    """The first words of a Markdown text, without markup."""
    return plain_text(text).partition("\n\n")[0]


def no_breaks(text: object, language: str | None = None) -> str:
    """Plain words, an editor's or a lazy translation's, set as the language sets them."""
    return typography(str(text), language or current_language())


def host(url: str) -> str:
    """The host of an address, as a link names where it leads."""
    return urlsplit(url).hostname or url


def full_url(path: str) -> str:
    """The address of a path of ours, always on the configured host."""
    return f"{settings().site_url}{path}"


def init_app(app: Flask) -> None:
    """Set the templates up: nothing undefined passes, and every sentence gets its language's typography."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        number=number,
        day=day,
        rfc3339=rfc3339,
        markdown=markdown,
        minutes=minutes,
        full_addresses=full_addresses,
        first_paragraph=first_paragraph,
        no_breaks=no_breaks,
        named_lines=named_lines,
        neighbours=neighbours,
        host=host,
    )
    env.globals.update(
        languages=LANGUAGES,
        picture_files=files,
        locales=LOCALES,
        current_language=current_language,
        page_in=page_in,
        full_url=full_url,
        form_token=form_token,
        neutral_page=lambda: NEUTRAL_PAGES[current_language()],
        neutral_title=lambda: g.get("neutral_title", False),
        is_page=lambda: request.method == "GET" and request.url_rule is not None and not request.args,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: no_breaks(get_translations().ugettext(text)),
        lambda one, many, n: no_breaks(get_translations().ungettext(one, many, n)),
        newstyle=True,
    )
