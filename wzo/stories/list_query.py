"""The query of the list of stories, as it is in the URL: a search query, chosen facets, and a page."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from wzo.i18n import LANGUAGES
from wzo.invisible_characters import drop_invisible_characters
from wzo.search.analysis import MAX_QUERY_LENGTH
from wzo.stories.facets import FACETS, get_facet_index

# What Werkzeug does not escape in a query string.
SAFE = "!$'()*,/:;?@"


@dataclass(frozen=True)
class ListQuery:
    """A query of the list. `chosen`: values by facet; `after`, `before`: the slug of the story next to the page."""

    q: str = ""
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    after: str = ""
    before: str = ""

    def values_of(self, facet: str) -> tuple[str, ...]:
        """The chosen values of a facet."""
        return dict(self.chosen).get(facet, ())

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.q or self.chosen)

    def arguments(self) -> dict[str, Any]:
        """The arguments of the URL, in the order of the form's fields."""
        values = {"q": [self.q], **dict(self.chosen), "after": [self.after], "before": [self.before]}
        return {name: list(value) for name, value in values.items() if any(value)}

    def pairs(self) -> list[tuple[str, str]]:
        """The arguments as pairs of name and value."""
        return [(name, value) for name, values in self.arguments().items() for value in values]

    def query_string(self) -> str:
        """The query string of the URL, with its question mark; empty without arguments. As `url_for` writes it."""
        pairs = self.pairs()
        return f"?{urlencode(pairs, safe=SAFE)}" if pairs else ""

    def without(self, facet: str, value: str) -> "ListQuery":
        """The first page of the query without one of the chosen values."""
        left = ((name, tuple(it for it in values if (name, it) != (facet, value))) for name, values in self.chosen)
        return replace(self, chosen=tuple((name, values) for name, values in left if values), after="", before="")

    def with_search(self, q: str) -> "ListQuery":
        """The first page of the same choices with another search query."""
        return replace(self, q=q, after="", before="")

    def search_only(self) -> "ListQuery":
        """The search query without any choices."""
        return ListQuery(q=self.q)

    def all_stories(self) -> "ListQuery":
        """The query that matches all stories."""
        return ListQuery()

    def in_all_languages(self) -> "ListQuery":
        """The first page of the query in all languages."""
        return replace(self, chosen=(*self.chosen, ("language", tuple(LANGUAGES))), after="", before="")


def parse_list_query(arguments: MultiDict[str, str]) -> ListQuery:
    """The query in the arguments of a URL; values that do not exist are left out."""
    facet_index = get_facet_index()
    q = arguments.get("q", "").replace("\0", " ")
    chosen = (
        (facet, tuple(value for value in facet_index.names[facet] if value in wanted) if wanted else ())
        for facet, wanted in ((facet, arguments.getlist(facet)) for facet in FACETS)
    )
    # A page after a story that no longer exists becomes the first page.
    after, before = (slug if slug in facet_index.positions else "" for slug in map(arguments.get, ("after", "before")))
    return ListQuery(
        q=" ".join(drop_invisible_characters(q).split())[:MAX_QUERY_LENGTH].strip(),
        chosen=tuple((facet, values) for facet, values in chosen if values),
        after=after or "",
        before="" if after else before or "",
    )
