"""Requests that nobody makes by accident: strange characters, addresses that try to lead elsewhere, forged hosts."""

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, urlencode

from bench.servers import Server as BenchServer
from bench.servers import caching_nginx, has_nginx
from tests.faults.drill import FORM, Ground, Outcome, Size
from tests.fuzz.judge import Answer, faults, is_ours
from tests.fuzz.requests import Request
from tests.fuzz.socket_client import exchange
from tests.fuzz.texts import CHARACTERS, MARKUP, PLACES, to_bytes
from tests.petition.signing import ANNA

FIELDS = ("name", "email", "country", "show_name", "form_token", "challenge", "solution", "zyx")
PATHS = (
    "/{}",
    "/en/{}",
    "/en/stories/{}/",
    "/en/stories/?q={}",
    "/c/{}",
    "/en/petition/{}/sign",
    "/media/{}",
    "/admin/sign-in/?next={}",
)
HEADERS = ("Accept-Language", "Referer", "User-Agent", "Cookie", "HX-Current-URL", "X-Forwarded-For")
# Each of these must lead nowhere else, and show no file.
TRAVERSALS = (
    *(
        "/../../etc/passwd",
        "/static/../../wzo/config/schema.py",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
    ),
    *(
        "/media/../wzo.sqlite3",
        "/media/%2e%2e%2fwzo.sqlite3",
        "/admin/x.css",
        "/admin/../en/x.css",
        "//evil.example/en/",
    ),
    *(
        "/%5Cevil.example",
        "/%5C%5Cevil.example/",
        "/en//evil.example",
        "//evil.example%2f..",
        "/en/..%5c..%5cx",
        "/.env",
        "/.git/config",
    ),
    *(
        "/instance/wzo.sqlite3",
        "/en/%2e%2e/%2e%2e/",
        "/static/css/%00",
        "///evil.example/",
        "/http://evil.example/",
        "/en/stories/%2f%2fevil.example/",
    ),
)
HOSTS = (
    "evil.example",
    "127.0.0.1:{port}.evil.example",
    "evil.example:{port}",
    "127.0.0.1@evil.example",
    "",
    "[::1",
    "a b",
)
FORWARDED = (
    "X-Forwarded-Host",
    "X-Forwarded-Server",
    "Forwarded",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Forwarded-Prefix",
)


def strange_characters(ground: Ground, size: Size) -> Outcome:
    """Bad UTF-8, NUL, lone surrogates, bidi and line breaks in every field, header and redirect."""
    texts = [*CHARACTERS, *PLACES, *MARKUP][:: 1 if size.repeats > 1 else 6]
    return _outcome(ground, _with_characters(texts))


def forged_addresses(ground: Ground, size: Size) -> Outcome:
    """Path traversal, other hosts and forged headers of proxies: 4xx, and links lead to our own host."""
    port = ground.site.port
    host = f"127.0.0.1:{port}"
    held: dict[str, bool] = {}
    for target in TRAVERSALS:
        answer = exchange(port, Request("", "GET", target, (), b""))
        held[target] = answer.status in (400, 404) or (
            300 <= answer.status < 400 and is_ours(answer.header("location"), host)
        )
    for host in HOSTS:
        answer = exchange(port, Request("", "GET", "/en/", (("Host", host.format(port=port)),), b""))
        held[f"Host: {host}"] = answer.status == 400
    for name in FORWARDED:
        answer = exchange(port, Request("", "GET", "/en/stories/", ((name, "evil.example"),), b""))
        held[name] = answer.status == 200 and b"evil.example" not in answer.body
    wrong = [name for name, it in held.items() if not it]
    return Outcome(len(held), len(held) - len(wrong), note=", ".join(wrong))


def fragments_through_a_cache(ground: Ground, size: Size) -> Outcome:
    """Ask for the same address as a page and as a fragment in turns, through the cache that we ship."""
    if not has_nginx():
        return Outcome(0, 0, note="left out: nginx is not installed")
    site, held = ground.site, 0
    path, tries = "/en/petition/mothers/count", 4 * size.repeats
    folder = site.instance.parent / "cache"
    folder.parent.chmod(0o755)
    with caching_nginx(BenchServer(site.port, site.processes["web"]), folder) as cache:
        for number in range(tries):
            headers = {"Host": f"127.0.0.1:{site.port}", **({"HX-Request-Type": "partial"} if number % 2 else {})}
            answer = exchange(cache.port, Request("", "GET", path, tuple(headers.items()), b""))
            held += answer.status == 200 and (b"<html" in answer.body) is (number % 2 == 0)
    return Outcome(tries, held, note="through nginx")


def _with_characters(texts: list[str]) -> Iterator[Request]:
    form = (("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded"))
    for name, text in product(FIELDS, texts):
        fields = {**ANNA, "email": "strange@example.org", name: to_bytes(text)}
        yield Request("sign", "POST", FORM, form, urlencode(fields).encode())
    for path, text in product(PATHS, texts):
        yield Request(path, "GET", path.format(quote(to_bytes(text), safe="")), (), b"")
    for name, text in product(HEADERS, texts):
        if not set(text) & set("\r\n\0"):
            yield Request(name, "GET", "/", ((name, to_bytes(text).decode("latin-1")),), b"")


def _outcome(ground: Ground, requests: Iterator[Request]) -> Outcome:
    tries, wrong = 0, []
    for request in requests:
        tries += 1
        answer: Answer = exchange(ground.site.port, request)
        wrong += list(faults(request, answer, f"127.0.0.1:{ground.site.port}"))[:1]
    return Outcome(tries, tries - len(wrong), note="; ".join(sorted(set(wrong))[:3]))
