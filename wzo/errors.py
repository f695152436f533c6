"""Expected failures, and the page that each of them becomes.

A feature brings its own exceptions: subclasses of WzoError with a status and, if the page of that status does not fit,
a title and advice.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Flask, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DatabaseError, OperationalError
from werkzeug.exceptions import Gone, HTTPException, InternalServerError, NotFound, SecurityError

from wzo import htmx
from wzo.extensions import db
from wzo.invisible_characters import drop_invisible_characters
from wzo.publication import NotTranslated, SlugChanged
from wzo.tracebacks import database_state, describe_error
from wzo.transaction_retries import is_conflict

RETRY_AFTER = "60"


class Page(NamedTuple):
    """The texts of an error page: what happened, and what to do about it. Both are translated lazily."""

    title: Any
    advice: Any


PAGES = {
    400: Page(
        lazy_gettext("We did not understand the request"),
        lazy_gettext("The address or the form was damaged on the way. Go back and try once more."),
    ),
    403: Page(
        lazy_gettext("You cannot open this page"),
        lazy_gettext("If one of our links brought you here, please start from the home page."),
    ),
    404: Page(
        lazy_gettext("There is no such page"),
        lazy_gettext(
            "It may have moved, or the address may have been cut short. Start from the home page, or from our stories."
        ),
    ),
    405: Page(
        lazy_gettext("This address does not work that way"),
        lazy_gettext("Go back and use the button or the link on the page."),
    ),
    410: Page(
        lazy_gettext("This page is no longer here"),
        lazy_gettext("We took it down on purpose. Everything else is where it was."),
    ),
    413: Page(
        lazy_gettext("That was too long"),
        lazy_gettext("What was sent is larger than we can take. Shorten it and send it again."),
    ),
    429: Page(
        lazy_gettext("Too many requests at once"),
        lazy_gettext("Many people may be using the same connection. Wait a minute, then try again. Nothing is lost."),
    ),
    500: Page(
        lazy_gettext("Something broke on our side"),
        lazy_gettext("It is not your fault. Go back and try again in a few minutes."),
    ),
    503: Page(
        lazy_gettext("The site is busy or under repair"),
        lazy_gettext(
            "Please try again in a minute. If you sent a form, go back: what you typed should still be there."
        ),
    ),
}


# What was submitted has met other changes again and again; see wzo/transaction_retries.py.
CONFLICT = Page(
    lazy_gettext("Others are changing the same thing"),
    lazy_gettext("Nothing of what you sent was saved. Go back and send it again in a moment."),
)


class WzoError(Exception):
    """An expected failure. It becomes a page with its title and advice, or else the page of its status."""

    status = 400
    title: Any = ""
    advice: Any = ""


class CsrfFailed(WzoError):
    """A form was submitted from another site, or too long after its page was opened."""

    status = 403
    title = lazy_gettext("We could not accept the form")
    advice = lazy_gettext(
        "It was not sent from our page, or the page was open for more than a day. "
        "Go back, reload the page and send the form again."
    )


class SenderUnknown(CsrfFailed):
    """The browser does not say which page a form of the panel was submitted from."""

    advice = lazy_gettext(
        "Your browser does not say which page the form was sent from. Update it, or turn off the extension or the "
        "setting that hides this (the headers Sec-Fetch-Site and Origin). Then go back and send the form again."
    )


def init_app(app: Flask) -> None:
    """Register a handler for every kind of failure."""

    @app.before_request
    def refuse_nul() -> None:
        # PostgreSQL cannot store a NUL character, and no URL of the site contains one.
        if "\0" in request.path:
            abort(400)

    @app.errorhandler(WzoError)
    def show_expected(error: WzoError) -> ResponseReturnValue:
        page = Page(error.title, error.advice) if error.title else PAGES.get(error.status, PAGES[500])
        return _show(page, error.status)

    @app.errorhandler(CSRFError)
    def show_csrf_error(error: CSRFError) -> ResponseReturnValue:
        return show_expected(CsrfFailed())

    @app.errorhandler(SlugChanged)
    def redirect_moved(error: SlugChanged) -> ResponseReturnValue:
        arguments: dict[str, Any] = {**(request.view_args or {}), "slug": error.slug}
        return redirect(url_for(str(request.endpoint), **arguments), 301)

    @app.errorhandler(NotTranslated)
    def show_not_translated(error: NotTranslated) -> ResponseReturnValue:
        # A page links to the other languages; a feed, a picture or a file has no reader to show links to.
        if request.path.endswith("/"):
            return render_template("errors/not_translated.html", texts=error.texts)
        return show_http_error(NotFound())

    @app.errorhandler(DatabaseError)
    def show_database_down(error: DatabaseError) -> ResponseReturnValue:
        if is_conflict(error):
            app.logger.error("Repeated transaction conflicts in %s.", request.endpoint)
            return _show(CONFLICT, 503)
        # Its other subclasses are faults of ours. The class itself means that SQLite's file is damaged.
        if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
            return show_unexpected(error)
        state = database_state(error)
        app.logger.error("The database is not responding: %s", type(error.orig).__name__, extra=state)
        return _show(PAGES[503], 503)

    @app.errorhandler(HTTPException)
    def show_http_error(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None or (error.code or 500) < 400:
            return error
        if isinstance(error, NotFound) and (visible := _visible_path()):
            return redirect(visible, 301)
        headers = [(name, value) for name, value in error.get_headers() if name.lower() in ("allow", "retry-after")]
        code = error.code or 500
        status = code if code in PAGES else 400 if code < 500 else 500
        return _show(PAGES[status], status, headers, offer_search=isinstance(error, NotFound | Gone))

    @app.errorhandler(Exception)
    def show_unexpected(error: Exception) -> ResponseReturnValue:
        # The endpoint, not the URL: a URL may contain the code from somebody's e-mail.
        state = database_state(error)
        app.logger.error("Unexpected failure in %s: %s", request.endpoint, describe_error(error), extra=state)
        return show_http_error(InternalServerError())


def _visible_path() -> str:
    """The path without the invisible characters that were copied with it; empty if it has none."""
    path = drop_invisible_characters(request.path)
    # Two slashes would begin the name of another host.
    if path == request.path or path.startswith("//") or "\\" in path:
        return ""
    query = request.query_string.decode()
    return quote(path) + (f"?{query}" if query else "")


def _show(
    page: Page, status: int, headers: Iterable[tuple[str, str]] = (), *, offer_search: bool = False
) -> ResponseReturnValue:
    if isinstance(request.routing_exception, SecurityError):
        # The request was addressed to another host, so no link of ours would work.
        return "This address is not served here.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}
    # The page is rendered without the database, which may be what failed.
    db.session.rollback()
    # Below 500 the database is available, and an editor stays in the panel.
    in_panel = "admin" in request.blueprints and status < 500
    response = htmx.render_failure(
        "errors/panel.html" if in_panel else "errors/error.html",
        "errors/_error.html",
        status=status,
        title=str(page.title),
        advice=str(page.advice),
        search=offer_search,
    )
    response.headers.extend(headers)
    if status in (429, 503):
        response.headers["Retry-After"] = RETRY_AFTER
    response.vary.add("Accept-Language")
    return response
