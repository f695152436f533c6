"""Expected failures, and the page that each becomes."""

from typing import Any

from flask import Flask, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import Gone, HTTPException, InternalServerError, NotFound, SecurityError

from wzo import htmx
from wzo.extensions import db
from wzo.publication import NotTranslated, SlugChanged

DESIGNED = (400, 403, 404, 405, 410, 413, 429, 500, 503)
RETRY_AFTER = "60"


class WzoError(Exception):
    """A failure that we expect and explain: `status` says which page it becomes."""

    status = 400


class ForeignForm(WzoError):
    """A form was sent from elsewhere than our own pages, or too long after its page was opened."""

    status = 403


class LinkOver(WzoError):
    """A link by which an account is set up was used, is too old, or never was."""

    status = 410


class NotYourself(WzoError):
    """Nobody takes away their own role or account: so there is always an administrator."""

    status = 403


class NoLongerAdministrator(WzoError):
    """The role was taken away while the page stood open."""

    status = 403


class NotThere(WzoError):
    """What was asked for is not there any more, or lies in the trash."""

    status = 404


class PetitionClosed(WzoError):
    """The petition takes no more signatures."""

    status = 410


class SigningUnavailable(WzoError):
    """There is no key to which a signature could be sealed, so none is taken."""

    status = 503


class StoreUnavailable(WzoError):
    """The place where pictures are kept does not answer."""

    status = 503


class PictureRefused(WzoError):
    """A picture that was sent cannot be taken; its text is a sentence that says why, and what to do."""

    status = 422


def explain(error: Exception, status: int) -> tuple[str, str]:
    """What happened, and what to do about it, in the reader's language."""
    special: dict[type[Exception], tuple[str, str]] = {
        PetitionClosed: (
            gettext("This petition is closed"),
            gettext("It takes no more signatures. Thank you for wanting to sign; you can still help in other ways."),
        ),
        SigningUnavailable: (
            gettext("Signing is paused"),
            gettext(
                "The key that protects signatures is missing from this server, and without it we take none. "
                "Everything else works. Please come back later."
            ),
        ),
        StoreUnavailable: (
            gettext("Pictures are unavailable"),
            gettext("The media storage is not responding. Everything else works; try again in a minute."),
        ),
        PictureRefused: (gettext("This picture could not be uploaded"), str(error)),
        LinkOver: (
            gettext("This link is no longer valid"),
            gettext("The link can be used once, within 24 hours. Ask the person who gave it to you for a new one."),
        ),
        NotYourself: (
            gettext("You cannot do this to your own account"),
            gettext(
                "Only another administrator can change your role or disable your account, so that there is "
                "always at least one."
            ),
        ),
        NoLongerAdministrator: (
            gettext("You are no longer an administrator"),
            gettext("Your role was changed while the page was open. Nothing has been done."),
        ),
        ForeignForm: (
            gettext("We could not accept the form"),
            gettext(
                "It was not sent from our page, or the page was open for more than a day. "
                "Go back, reload the page and send the form again."
            ),
        ),
    }
    if type(error) in special:
        return special[type(error)]
    return {
        400: (
            gettext("We did not understand the request"),
            gettext("The address or the form was damaged on the way. Go back and try once more."),
        ),
        403: (
            gettext("You cannot open this page"),
            gettext("If one of our links brought you here, please start from the home page."),
        ),
        404: (
            gettext("There is no such page"),
            gettext(
                "It may have moved, or the address may have been cut short. "
                "Start from the home page, or from our stories."
            ),
        ),
        405: (
            gettext("This address does not work that way"),
            gettext("Go back and use the button or the link on the page."),
        ),
        410: (
            gettext("This page is no longer here"),
            gettext("We took it down on purpose. Everything else is where it was."),
        ),
        413: (
            gettext("That was too long"),
            gettext("What was sent is larger than we can take. Shorten it and send it again."),
        ),
        429: (
            gettext("Too many requests at once"),
            gettext("Many people may be using the same connection. Wait a minute, then try again. Nothing is lost."),
        ),
        503: (
            gettext("The site is busy or under repair"),
            gettext("Please try again in a minute. If you sent a form, go back: what you typed should still be there."),
        ),
    }.get(
        status,
        (
            gettext("Something broke on our side"),
            gettext("It is not your fault. Go back and try again in a few minutes."),
        ),
    )


def init_app(app: Flask) -> None:
    """Map every failure to its page."""

    @app.before_request
    def refuse_nul() -> None:
        # PostgreSQL has no such letter, and no address of ours holds one.
        if "\0" in request.path:
            abort(400)

    @app.errorhandler(WzoError)
    def show_expected(error: WzoError) -> ResponseReturnValue:
        return _page(error, error.status)

    @app.errorhandler(CSRFError)
    def show_foreign(error: CSRFError) -> ResponseReturnValue:
        return _page(ForeignForm(), ForeignForm.status)

    @app.errorhandler(SlugChanged)
    def send_on(error: SlugChanged) -> ResponseReturnValue:
        arguments: dict[str, Any] = {**(request.view_args or {}), "slug": error.slug}
        return redirect(url_for(str(request.endpoint), **arguments), 301)

    @app.errorhandler(NotTranslated)
    def show_elsewhere(error: NotTranslated) -> ResponseReturnValue:
        # A page says where the original is; a feed, a picture or a file has nobody to say it to.
        if request.path.endswith("/"):
            return render_template("errors/not_translated.html", texts=error.texts)
        return _page(NotFound(), 404)

    @app.errorhandler(OperationalError)
    def show_database_down(error: OperationalError) -> ResponseReturnValue:
        app.logger.error("The database does not answer: %s", type(error.orig).__name__)
        return _page(error, 503)

    @app.errorhandler(HTTPException)
    def show_http(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None or (error.code or 500) < 400:
            return error
        headers = [(k, v) for k, v in error.get_headers() if k.lower() in ("allow", "retry-after")]
        status = error.code if error.code in DESIGNED else 400 if (error.code or 500) < 500 else 500
        return _page(error, status or 500, headers)

    @app.errorhandler(Exception)
    def show_unexpected(error: Exception) -> ResponseReturnValue:
        # The endpoint, not the address: an address may hold the code from somebody's mail.
        app.logger.error("Unexpected failure in %s", request.endpoint, exc_info=error)
        return _page(InternalServerError(), 500)


def _page(error: Exception, status: int, headers: Any = ()) -> ResponseReturnValue:
    if isinstance(error, SecurityError):
        # Asked for by the name of another host: there is no page of ours to lead to.
        return "This address is not served here.\n", status, {"Content-Type": "text/plain; charset=utf-8"}
    # The page is made without the database, which may be what failed.
    db.session.rollback()
    title, advice = explain(error, status)
    search = isinstance(error, NotFound | Gone)
    # Below 500 the database answers, and an editor stays in the panel.
    in_panel = "admin" in request.blueprints and status < 500
    page = "errors/panel.html" if in_panel else "errors/error.html"
    response = htmx.render_failure(page, "errors/_error.html", status=status, title=title, advice=advice, search=search)
    response.headers.extend(headers)
    if status in (429, 503):
        response.headers["Retry-After"] = RETRY_AFTER
    response.vary.add("Accept-Language")
    return response
