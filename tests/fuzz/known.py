"""What the site itself offers: its routes, the URLs that its pages lead to, and the forms that are on them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

HOST = "127.0.0.1:8000"
# So many pages with the same endpoint, in each language and for each content type, are read.
PER_KIND = 2
# Fields that have a value of their own, or are pressed: everything that a page offers is one choice of many.
Fields = list[tuple[str, str]]


class Route(NamedTuple):
    """A rule of the URL map."""

    endpoint: str
    rule: str
    methods: tuple[str, ...]


@dataclass
class _Form:
    action: str
    method: str
    fields: Fields = field(default_factory=list)


class _PageParser(HTMLParser):
    """Reads the links and the forms of a page, with every choice of every field."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[_Form] = [_Form("", "get")]
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        it = {name: value or "" for name, value in attrs}
        name = it.get("name", "")
        if tag == "a":
            self.links.append(it.get("href", ""))
        elif tag == "form":
            self.forms.append(_Form(it.get("action", ""), it.get("method", "get").lower()))
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            self.forms[-1].fields.append((name, ""))
        elif tag == "option" and self.select:
            self.forms[-1].fields.append((self.select, it.get("value", "")))
        elif tag in ("input", "button") and name:
            if "formaction" in it:
                self.forms.append(_Form(it["formaction"], it.get("formmethod", "post"), list(self.forms[-1].fields)))
            self.forms[-1].fields.append((name, it.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self.area:
            name, value = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, value + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""


class Known:
    """The routes of an application; and by endpoint the arguments and the fields that its pages have shown."""

    def __init__(self, app: Flask) -> None:
        self.adapter: MapAdapter = app.url_map.bind(HOST)
        self.routes = [_route(it) for it in app.url_map.iter_rules()]
        self.arguments: dict[str, list[dict[str, str]]] = defaultdict(list)
        self.values: dict[str, list[str]] = defaultdict(list)
        self.queries: dict[str, list[Fields]] = defaultdict(list)
        self.forms: dict[str, list[Fields]] = defaultdict(list)
        # What a visitor has read need not be read again as an editor: public pages are the same for everyone.
        self.read = set[str]()
        self.count: dict[tuple[str, ...], int] = defaultdict(int)

    def explore(self, get: Callable[[str], str | None], starts: Iterable[str]) -> None:
        """Follow the links from the first pages. `get`: the HTML of a path, or None if it has none."""
        waiting, seen = list(starts), set(starts)
        tried = self.count.copy()
        while waiting:
            path = waiting.pop(0)
            kind = self._learn(path, "GET")
            if kind is None or tried[kind] >= PER_KIND or path in self.read:
                continue
            tried[kind] += 1
            html = get(path)
            if html is None:
                continue
            self.read.add(path)
            self.count[kind] += 1
            parser = _PageParser()
            parser.feed(html)
            for form in parser.forms[1:]:
                action = urljoin(path, form.action)
                found = self._learn(action, form.method.upper())
                if found:
                    (self.forms if form.method == "post" else self.queries)[found[0]].append(form.fields)
            new = [urldefrag(urljoin(path, link)).url for link in parser.links]
            waiting += [it for it in dict.fromkeys(new) if it not in seen]
            seen.update(new)

    def forms_for(self, endpoint: str) -> list[Fields]:
        """The forms that are sent to an endpoint; if no page has shown any, those of its neighbours."""
        blueprint = endpoint.rpartition(".")[0]
        return self.forms.get(endpoint) or [
            fields for other, forms in self.forms.items() if other.rpartition(".")[0] == blueprint for fields in forms
        ]

    def _learn(self, url: str, method: str) -> tuple[str, ...] | None:
        """Note the endpoint and the arguments of a URL; returns what kind of page it is, if it is one of ours."""
        parts = urlsplit(url)
        if parts.netloc not in ("", HOST):
            return None
        try:
            rule, values = self.adapter.match(parts.path, method, return_rule=True)
        except (HTTPException, RequestRedirect):
            return None
        arguments = {name: rule._converters[name].to_url(value) for name, value in values.items()}
        known = self.arguments[rule.endpoint]
        if arguments not in known:
            known.append(arguments)
        for name, value in arguments.items():
            if value not in self.values[name]:
                self.values[name].append(value)
        kinds = [arguments.get(name, "") for name in ("lang", "content_type")]
        return rule.endpoint, *kinds


def _route(rule: Rule) -> Route:
    return Route(rule.endpoint, rule.rule, tuple(sorted(rule.methods or ())))
