"""The headers that every answer carries, static files and failures included."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from wzo.config import Settings

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "img-src": "'self'",
    "manifest-src": "'self'",
    "media-src": "'self'",
    "object-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "worker-src": "'self'",
}

# Everything that a page could ask of a phone and that ours never will.
CLOSED_PERMISSIONS = (
    "accelerometer autoplay browsing-topics camera display-capture encrypted-media fullscreen geolocation gyroscope "
    "hid identity-credentials-get idle-detection local-fonts magnetometer microphone midi payment picture-in-picture "
    "publickey-credentials-create publickey-credentials-get screen-wake-lock serial storage-access usb "
    "xr-spatial-tracking"
).split()

# What a passkey needs; opened to our own pages in the panel alone.
PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")

HSTS = "max-age=63072000; includeSubDomains; preload"


class HeadersMiddleware:
    """Wraps the whole WSGI application, so that no answer can leave without the headers."""

    def __init__(self, application: Any, settings: Settings) -> None:
        self.application = application
        self.onion_url = settings.onion_url
        self.onion_host = urlsplit(settings.onion_url or "").netloc
        policy = "; ".join(f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items())
        common = [
            ("Referrer-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Embedder-Policy", "require-corp"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", _permissions()),
        ]
        self.plain = [("Content-Security-Policy", policy), *common]
        # An upgrade to https on an onion host, or on a developer's own machine, would lead nowhere.
        self.https = [
            ("Content-Security-Policy", f"{policy}; upgrade-insecure-requests"),
            ("Strict-Transport-Security", HSTS),
            *common,
        ]
        self.production = settings.production

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        on_onion = bool(self.onion_host) and environ.get("HTTP_HOST") == self.onion_host
        own = self.https if self.production and not on_onion else self.plain
        if own is self.https:
            # The host's router speaks plain HTTP with us; our own redirects must not.
            environ["wsgi.url_scheme"] = "https"
        path = environ.get("PATH_INFO", "/")
        more = []
        if self.onion_url and not on_onion:
            more.append(("Onion-Location", f"{self.onion_url}{_header_safe(path)}"))
        names = {name.lower() for name, _ in own}
        in_panel = path == "/admin" or path.startswith("/admin/")

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() not in names]
            sent = [*kept, *own, *more]
            if in_panel:
                sent = [it for it in sent if it[0].lower() not in ("cache-control", "permissions-policy")]
                sent += [("Cache-Control", "no-store"), ("Permissions-Policy", _permissions(opened=PASSKEYS))]
            return start_response(status, sent, *rest)

        answer: Iterable[bytes] = self.application(environ, start)
        return answer


def init_app(app: Flask, settings: Settings) -> None:
    """Put the headers around the application, and let pages be kept only as long as they are true."""
    app.wsgi_app = HeadersMiddleware(app.wsgi_app, settings)  # type: ignore[method-assign]

    @app.before_request
    def insist_on_https() -> ResponseReturnValue | None:
        plain = request.headers.get("X-Forwarded-Proto") == "http"
        if settings.production and plain and request.host != urlsplit(settings.onion_url or "").netloc:
            return redirect(f"{settings.site_url}{request.full_path.rstrip('?')}", 308)
        return None

    @app.after_request
    def say_how_long_to_keep(response: Response) -> Response:
        # Pages may be kept, but are asked for anew each time: an unchanged one costs a few bytes (304).
        response.headers.setdefault("Cache-Control", "no-cache" if response.status_code < 400 else "no-store")
        if response.status_code == 200 and "no-store" not in response.headers["Cache-Control"]:
            response.add_etag()
            response.make_conditional(request)
        return response


def _permissions(opened: tuple[str, ...] = ()) -> str:
    return ", ".join(f"{name}=({'self' if name in opened else ''})" for name in CLOSED_PERMISSIONS)


def _header_safe(path: str) -> str:
    """A path as it may stand in a header; WSGI hands it over decoded, a character for each byte."""
    return quote(path.encode("latin-1"), safe="/-_.~")
