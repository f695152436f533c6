"""Policies of the page cache: it stores only views marked with `@public_page`.

The page of such a view is rendered from a request that consists of its host, its path, the query arguments named here
and whether htmx asks for a fragment, and of nothing else: no cookie, no address, no language of a browser. So it can
contain nothing personal.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from flask import request

# In the environment of a request: whether its page is stored on disk.
DISK_COPY = "wzo.disk_copy"

View = TypeVar("View", bound=Callable[..., Any])

# A shared cache may store a page for 20 seconds, and serve it for up to 35 more while it cannot reach us. With the
# seconds in which our own processes notice a change, an unpublished page is gone within a minute. Browsers would show
# editors stale pages, so stale-while-revalidate is only in CDN-Cache-Control (RFC 9213), which they ignore.
CACHE_CONTROL = "public, max-age=0, s-maxage=20, stale-if-error=35"
CDN_CACHE_CONTROL = "public, max-age=20, stale-while-revalidate=35, stale-if-error=35"


@dataclass(frozen=True)
class Policy:
    """How the page cache treats a view.

    - `query_args`: the names in the query string that the view reads; others are dropped.
    - `uncached_args`: names whose values are unlimited, such as a search query: with one of them, nothing is stored.
    - `refresh_seconds`: how often the page shows something new, such as a count, while the content does not change. It
      must divide an hour. None: once an hour.
    """

    query_args: frozenset[str]
    uncached_args: frozenset[str]
    refresh_seconds: float | None

    def canonical_query(self, query: str) -> str | None:
        """The query string without the arguments that make no difference; None if the page must not be stored."""
        pairs = parse_qsl(query, keep_blank_values=True)
        if not self.uncached_args.isdisjoint(name for name, _ in pairs):
            return None
        return urlencode([pair for pair in pairs if pair[0] in self.query_args])


def public_page(
    *, query_args: Iterable[str] = (), uncached_args: Iterable[str] = (), refresh_seconds: float | None = None
) -> Callable[[View], View]:
    """Mark a view whose response is the same for everyone, so that the page cache may store it; see Policy."""
    policy = Policy(frozenset(query_args), frozenset(uncached_args), refresh_seconds)

    def mark(view: View) -> View:
        view.page_policy = policy  # type: ignore[attr-defined]
        return view

    return mark


def policy_of(view: Callable[..., Any] | None) -> Policy | None:
    """The policy of a view; None if it is not marked."""
    return getattr(view, "page_policy", None)


def is_disk_copy() -> bool:
    """Whether the page that is rendered is stored on disk, where no withdrawn name of a signer must remain."""
    return bool(request.environ.get(DISK_COPY))
