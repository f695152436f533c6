"""The session cookie, which only editors have."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class SessionInterface(SecureCookieSessionInterface):
    """Flask's, which would derive its signing key for each request of a visitor who has no session to verify."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request: empty without a cookie."""
        if "Cookie" not in request.headers:
            return self.session_class()
        return super().open_session(app, request)


def init_app(app: Flask) -> None:
    """Use this interface."""
    app.session_interface = SessionInterface()
