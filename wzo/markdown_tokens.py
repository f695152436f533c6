"""Helpers for the tokens of markdown-it: splitting them into blocks, new elements, and the text of inline tokens."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it.token import Token

LINE_BREAKS = ("softbreak", "hardbreak")


class Block(NamedTuple):
    """A token, the tokens between it and its closing token, and that one; None for tokens that have none."""

    opening: Token
    inside: list[Token]
    closing: Token | None


def split_blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    """The outermost blocks of a sequence of tokens."""
    position = 0
    while position < len(tokens):
        end, depth = position, int(tokens[position].nesting)
        while depth > 0 and end + 1 < len(tokens):
            end += 1
            depth += tokens[end].nesting
        yield Block(tokens[position], list(tokens[position + 1 : end]), tokens[end] if end > position else None)
        position = end + 1


def split_links(tokens: Sequence[Token]) -> Iterator[tuple[Token, list[Token]]]:
    """Inline tokens, each link as one: its opening token and the tokens inside it. Links cannot be nested."""
    position = 0
    while position < len(tokens):
        token, inside = tokens[position], []
        if token.type == "link_open":
            while tokens[position := position + 1].type != "link_close":
                inside.append(tokens[position])
        yield token, inside
        position += 1


def element(
    tag: str, inside: Sequence[Token], attributes: dict[str, str] | None = None, hidden: bool = False
) -> list[Token]:
    """The tokens of an HTML element."""
    attrs: dict[str, str | int | float] = {**(attributes or {})}
    return [
        Token(f"{tag}_open", tag, 1, attrs=attrs, hidden=hidden),
        *inside,
        Token(f"{tag}_close", tag, -1, hidden=hidden),
    ]


def inline(children: list[Token]) -> Token:
    """A block token with inline content."""
    return Token("inline", "", 0, children=children)


def text_token(text: str) -> Token:
    """An inline token of plain text."""
    return Token("text", "", 0, content=text)


def caption(children: list[Token]) -> list[Token]:
    """The tokens of a figure's caption; none if it is empty."""
    return element("figcaption", [inline(children)]) if children else []


def text_content(tokens: Sequence[Token], *, captions: bool = False) -> str:
    """The plain text of inline tokens; a picture counts as its alternative text, on demand with its caption."""
    parts = []
    for token in tokens:
        if token.type in LINE_BREAKS:
            parts.append(" ")
        elif token.type == "image":
            title = f" {token.attrGet('title') or ''}" if captions else ""
            parts.append(f"{text_content(token.children or [])}{title} ")
        else:
            parts.append(token.content)
    return " ".join("".join(parts).split(" "))
