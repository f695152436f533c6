"""All routes that take a form, for tests that go through every one of them."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from wzo.link_tokens import generate_token

# Their requests are signed: they have a raw body instead of a form.
SIGNED = {"card.webhook"}
# The values of URL variables by name; others are a number or a word.
EXAMPLES = {"lang": "en", "content_type": "stories", "language": "ru", "slug": "mothers", "part": "ru"}


def post_rules(app: Flask, *, public: bool = False) -> Iterator[Rule]:
    """The routes that accept POST with a form; with `public`, those of visitors alone."""
    for rule in app.url_map.iter_rules():
        is_left_out = rule.endpoint in SIGNED or (public and rule.endpoint.startswith("admin."))
        if "POST" in (rule.methods or ()) and not is_left_out:
            yield rule


def post_path(app: Flask, rule: Rule) -> str:
    """A path of a route, with plausible values of its variables."""
    numbers = {name for name, converter in rule._converters.items() if converter.regex == r"\d+"}
    tokens = {name: generate_token() for name in rule.arguments if "token" in name}
    others = {name: 987 if name in numbers else EXAMPLES.get(name, "word") for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("127.0.0.1").build(rule.endpoint, {**others, **tokens}, method="POST"))
