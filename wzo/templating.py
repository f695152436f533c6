"""What templates have at hand besides what their views give them."""

from datetime import date
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from flask_babel import format_date, format_decimal, get_translations
from jinja2 import StrictUndefined
from markupsafe import Markup

from wzo.forms import form_token
from wzo.i18n import LANGUAGES, current_language, page_in
from wzo.markdown import render_markdown
from wzo.text import typography

# Where "leave this site" leads: what millions look at every day.
NEUTRAL_PAGES = {"ru": "https://yandex.ru/pogoda/", "en": "https://www.bbc.co.uk/weather"}


def number(value: int) -> str:
    """A number with the language's own grouping: 12 480 or 12,480."""
    return str(format_decimal(value))


def day(value: date | str) -> str:
    """A date in words; an ISO text may stop at the month or the year: 2022-05 is May 2022."""
    if isinstance(value, date):
        return str(format_date(value, "d MMMM y"))
    if len(value) == 4:
        return value
    if len(value) == 7:
        return str(format_date(date.fromisoformat(f"{value}-01"), "LLLL y"))
    return str(format_date(date.fromisoformat(value), "d MMMM y"))


def markdown(text: str, prefix: str = "text", level: int = 2) -> Markup:
    """An editor's text as safe HTML; its ids begin with the prefix, which only one text of a page can have."""
    return render_markdown(text, current_language(), prefix, level)


def no_breaks(text: object) -> str:
    """Plain words, an editor's or a lazy translation's, set as the language sets them."""
    return typography(str(text), current_language())


def host(url: str) -> str:
    """The host of an address, as a link names where it leads."""
    return urlsplit(url).hostname or url


def full_url(path: str) -> str:
    """The address of a path of ours, always on the configured host."""
    return f"{current_app.config['SETTINGS'].site_url}{path}"


def init_app(app: Flask) -> None:
    """Set the templates up: nothing undefined passes, and every sentence gets its language's typography."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(number=number, day=day, markdown=markdown, no_breaks=no_breaks, host=host)
    env.globals.update(
        languages=LANGUAGES,
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
