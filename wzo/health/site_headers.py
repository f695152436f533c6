"""Checks the site from outside: whether it can be reached at SITE_URL, with all our headers."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from http.client import HTTPException

from flask_babel import lazy_gettext

from wzo.config import settings
from wzo.headers import HeadersMiddleware
from wzo.health.findings import Finding, Severity, kind

UNREACHABLE = kind(
    "site-unreachable",
    Severity.WARNING,
    lazy_gettext("The site cannot be reached at SITE_URL from this machine (%(subject)s)."),
    lazy_gettext(
        "Open SITE_URL yourself. If that works, this machine may not be allowed to. If not, see whether the web "
        "process runs, and the proxy, DNS and the certificate; 400 means that the proxy does not pass on the Host "
        "header."
    ),
)
MISSING = kind(
    "headers-missing",
    Severity.ERROR,
    lazy_gettext("At SITE_URL, security headers are missing or altered: %(subject)s."),
    lazy_gettext(
        "A proxy or content delivery network in front of the site removes or replaces them: let it pass on all headers "
        "as they are, as the files in deploy/ do."
    ),
)
# Every visitor gets this page, and it is small.
PATH = "/robots.txt"
TIMEOUT = 10


def probe_site() -> Iterator[Finding]:
    """Get a page from SITE_URL as a visitor does, and compare its headers with ours."""
    try:
        headers = _fetch_headers(f"{settings().site_url}{PATH}")
    except urllib.error.HTTPError as error:
        yield Finding(UNREACHABLE, str(error.code))
        return
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        is_local = not settings().production
        yield Finding(UNREACHABLE, type(reason).__name__, severity_here=Severity.NOTE if is_local else None)
        return
    expected = HeadersMiddleware(None, settings())
    ours = expected.https_headers if settings().production else expected.http_headers
    altered = [name for name, value in ours if headers.get_all(name) != [value]]
    if altered:
        yield Finding(MISSING, ", ".join(altered)[:200])


def _fetch_headers(url: str) -> Message:
    request = urllib.request.Request(url, headers={"User-Agent": "wzo health"})  # noqa: S310 - SITE_URL is http(s)
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
        return response.headers  # type: ignore[no-any-return]
