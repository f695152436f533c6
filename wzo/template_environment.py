"""The Jinja environment, which compiles each template once for each language.

What depends on nothing but the language is then part of the compiled template, like the HTML around it: translated
texts, the paths of pages and of static files, and the language that a filter needs.
"""

from collections.abc import Iterable, MutableMapping
from typing import Any

import flask.templating
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from wzo.i18n import current_language

# Functions whose results depend on their arguments and the language alone. Jinja calls a filter when it compiles the
# template, if the arguments are constants, and calls it more directly than a function if they are not.
FUNCTIONS_AS_FILTERS = {"_", "cover_url", "ngettext", "static_url", "url_for"}
# Filters with an argument `language`, which is that of the page unless the template says otherwise.
LANGUAGE_FILTERS = {"day", "format_name", "markdown", "minutes", "no_breaks", "whole_words"}


class Environment(flask.templating.Environment):
    """Templates in the language of the response.

    Filters and globals are all set before the first template is loaded.
    """

    language: str | None = None

    def get_template(
        self, name: str | Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """Load a template; what it includes is in the same language."""
        if self.language is None:
            return self._in_language(current_language()).get_template(name, parent, globals)
        return super().get_template(name, parent, globals)

    def select_template(
        self,
        names: Iterable[str | Template],
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """Load the first that exists of some templates."""
        if self.language is None:
            return self._in_language(current_language()).select_template(names, parent, globals)
        return super().select_template(names, parent, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template, with its own: a copy, because Jinja would search a chain of mappings in Python."""
        return {**self.globals, **(d or {})}

    def _in_language(self, language: str) -> "Environment":
        by_language: dict[str, Environment] = self.__dict__.setdefault("by_language", {})
        if language not in by_language:
            environment = self.overlay()
            environment.language = language
            by_language[language] = environment
        return by_language[language]

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        if self.language is not None:
            source = _Constants(self, self.language).visit(source)
        return super()._generate(source, name, filename, defer_init)


class _Constants(NodeTransformer):
    """Writes a template so that Jinja can evaluate what depends on nothing but the language."""

    def __init__(self, environment: Environment, language: str) -> None:
        self.environment = environment
        self.language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's names
        """`url_for("home.index")` becomes `"home.index" | url_for`, and `current_language()` the language."""
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name == "current_language":
            return nodes.Const(self.language, lineno=node.lineno)
        if name in FUNCTIONS_AS_FILTERS and node.args:
            first, *others = node.args
            if isinstance(first, nodes.Const) and str(first.value).startswith("."):
                # An endpoint that depends on the request's blueprint.
                return node
            arguments = (first, name, others, node.kwargs, node.dyn_args, node.dyn_kwargs)
            return nodes.Filter(*arguments, lineno=node.lineno, environment=self.environment)
        return node

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802
        """`text | no_breaks` becomes `text | no_breaks(language="en")`."""
        self.generic_visit(node)
        if node.name in LANGUAGE_FILTERS and all(it.key != "language" for it in node.kwargs):
            language: Any = nodes.Keyword("language", nodes.Const(self.language), lineno=node.lineno)
            node.kwargs.append(language)
        return node
