"""Rewrites the HTML of our own pages for another medium: print, or a single file."""

from html.parser import HTMLParser

from markupsafe import Markup, escape

Attributes = dict[str, str | None]
# What plays recordings, which no other medium does.
PLAYERS = ("audio", "video")


class HTMLRewriter(HTMLParser):
    """Parses trusted HTML and serialises it again; subclasses override the handlers of the tags that they change.

    The names of tags and attributes become lower-case, which makes no difference in HTML, but does in SVG.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.output: list[str] = []

    def rewrite(self, html: str) -> Markup:
        """The rewritten HTML. An instance rewrites one text only."""
        self.feed(html)
        self.close()
        return Markup("".join(self.output))  # noqa: S704

    def write_tag(self, tag: str, attributes: Attributes) -> None:
        """Write a start tag."""
        self.output.append(f"<{tag}")
        for name, value in attributes.items():
            self.output.append(f" {name}" if value is None else f' {name}="{escape(value)}"')
        self.output.append(">")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.write_tag(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self.output.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.output.append(data)

    def handle_entityref(self, name: str) -> None:
        self.output.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.output.append(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.output.append(f"<!{decl}>")
