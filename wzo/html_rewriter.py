"""HTML that is made anew for another use: on paper, or in a file of its own."""

from html.parser import HTMLParser

from markupsafe import Markup, escape

Attributes = dict[str, str | None]


class Rewriter(HTMLParser):
    """Reads HTML that we made ourselves and writes it again; what a tag becomes is for its kinds to say.

    Names of tags and attributes come out in small letters, which HTML does not mind but SVG does.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []

    def rewrite(self, html: str) -> Markup:
        """The whole text, rewritten; to be asked once."""
        self.feed(html)
        self.close()
        return Markup("".join(self.written))  # noqa: S704

    def write_tag(self, tag: str, attributes: Attributes) -> None:
        """Write a start tag."""
        self.written.append(f"<{tag}")
        for name, value in attributes.items():
            self.written.append(f" {name}" if value is None else f' {name}="{escape(value)}"')
        self.written.append(">")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.write_tag(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.written.append(f"<!{decl}>")
