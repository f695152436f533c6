"""Lets the paths of views.py respond for any host: a probe by IP address knows no other."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from wzo.config import Settings

PATHS = ("/healthz", "/readyz", "/metrics")


class AnyHost:
    """Passes on requests for these paths with the site's own host, and without the header that would redirect them."""

    def __init__(self, application: Any, settings: Settings) -> None:
        self.application = application
        self.host = urlsplit(settings.site_url).netloc

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in PATHS:
            environ = {**environ, "HTTP_HOST": self.host}
            # A probe is not redirected to HTTPS, where it would need a certificate.
            environ.pop("HTTP_X_FORWARDED_PROTO", None)
        body: Iterable[bytes] = self.application(environ, start_response)
        return body


def init_app(app: Flask, settings: Settings) -> None:
    """Wrap the application."""
    app.wsgi_app = AnyHost(app.wsgi_app, settings)  # type: ignore[method-assign]
