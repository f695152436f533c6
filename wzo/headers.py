"""The headers of every response, static files and errors included."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from wzo.config import Settings
from wzo.page_cache.policy import CACHE_CONTROL, CDN_CACHE_CONTROL, policy_of

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

# Browser features that our pages never use.
DENIED_FEATURES = (
    "accelerometer autoplay browsing-topics camera display-capture encrypted-media geolocation gyroscope "
    "hid identity-credentials-get idle-detection local-fonts magnetometer microphone midi payment picture-in-picture "
    "publickey-credentials-create publickey-credentials-get screen-wake-lock serial storage-access usb "
    "xr-spatial-tracking"
).split()

# What passkeys need; allowed for our own pages, in the panel only.
PASSKEY_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")

HSTS = "max-age=63072000; includeSubDomains; preload"


RESOURCE_POLICY = "Cross-Origin-Resource-Policy"


def let_others_show(response: Response) -> Response:
    """Let other sites show a response: what readers' programs, link previews and newspapers are meant to use."""
    response.headers[RESOURCE_POLICY] = "cross-origin"
    return response


class HeadersMiddleware:
    """Wraps the whole WSGI application, so that no response is sent without these headers."""

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
            ("Permissions-Policy", _permissions_policy()),
        ]
        # No upgrade to HTTPS on an onion host or on a developer's machine, which do not serve it.
        self.http_headers = [("Content-Security-Policy", policy), *common]
        self.https_headers = [
            ("Content-Security-Policy", f"{policy}; upgrade-insecure-requests"),
            ("Strict-Transport-Security", HSTS),
            *common,
        ]
        self.production = settings.production

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        on_onion = bool(self.onion_host) and environ.get("HTTP_HOST") == self.onion_host
        is_https = self.production and not on_onion
        if is_https:
            # The host's router uses plain HTTP to reach us; our redirects must point to HTTPS all the same.
            environ["wsgi.url_scheme"] = "https"
        # As Werkzeug reads it, so that //admin/ is the panel too.
        path = "/" + environ.get("PATH_INFO", "").lstrip("/")
        own = list(self.https_headers if is_https else self.http_headers)
        if self.onion_url and not on_onion:
            own.append(("Onion-Location", f"{self.onion_url}{_quote_path(path)}"))
        if path == "/admin" or path.startswith("/admin/"):
            own = [header for header in own if header[0] != "Permissions-Policy"]
            own += [("Cache-Control", "no-store"), ("Permissions-Policy", _permissions_policy(PASSKEY_FEATURES))]
        own_names = {name.lower() for name, _ in own}

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            others = [(name, value) for name, value in headers if name.lower() not in own_names]
            if not any(name == RESOURCE_POLICY for name, _ in others):
                others.append((RESOURCE_POLICY, "same-origin"))
            return start_response(status, [*others, *own], *rest)

        body: Iterable[bytes] = self.application(environ, start)
        return body


def init_app(app: Flask, settings: Settings) -> None:
    """Add the headers to every response; shared caches may store public pages for some seconds, and nothing else."""
    app.wsgi_app = HeadersMiddleware(app.wsgi_app, settings)  # type: ignore[method-assign]

    @app.before_request
    def redirect_to_https() -> ResponseReturnValue | None:
        is_http = request.headers.get("X-Forwarded-Proto") == "http"
        if settings.production and is_http and request.host != urlsplit(settings.onion_url or "").netloc:
            return redirect(f"{settings.site_url}{request.full_path.rstrip('?')}", 308)
        return None

    @app.after_request
    def set_cache_headers(response: Response) -> Response:
        # Browsers may store pages but must revalidate them each time; an unchanged page costs a few bytes (304).
        usual = "no-cache" if response.status_code < 400 else "no-store"
        policy = (
            policy_of(app.view_functions.get(request.endpoint or "")) if request.method in ("GET", "HEAD") else None
        )
        # What somebody searches for stays in no cache on the way.
        is_public = policy and policy.canonical_query(request.query_string.decode("latin-1")) is not None
        if is_public and response.status_code == 200 and "Cache-Control" not in response.headers:
            usual = CACHE_CONTROL
            response.headers["CDN-Cache-Control"] = CDN_CACHE_CONTROL
        response.headers.setdefault("Cache-Control", usual)
        if response.status_code == 200 and "no-store" not in response.headers["Cache-Control"]:
            response.add_etag()
            response.make_conditional(request)
        return response


def _permissions_policy(allowed: tuple[str, ...] = ()) -> str:
    return ", ".join(f"{name}=({'self' if name in allowed else ''})" for name in DENIED_FEATURES)


def _quote_path(path: str) -> str:
    """A path, quoted for a header; WSGI passes it on decoded, with a character for each byte."""
    return quote(path.encode("latin-1"), safe="/-_.~")
