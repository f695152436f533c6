"""Extensions of CommonMark: heading levels, figures, quotes with a name, tables and footnotes.

Everything here takes tokens of markdown-it and returns tokens, so that HTML is written in one place.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from flask_babel import gettext
from markdown_it.token import Token

from wzo.i18n import current_language
from wzo.markdown_embeds import (
    figure_tokens,
    inline_picture_tokens,
    link_tokens,
    parse_link,
    parse_term,
    term_tokens,
)
from wzo.markdown_files import Files, file_alone, file_tokens, find_file, format_tokens
from wzo.markdown_footnotes import Footnotes
from wzo.markdown_tokens import (
    LINE_BREAKS,
    Block,
    caption,
    element,
    inline,
    split_blocks,
    split_links,
    text_content,
    text_token,
)
from wzo.slugs import heading_id

# The blocks that editors open with `::: NAME`.
CONTAINERS = ("gallery", "notice", "post", "pull")
_DASH = re.compile(r"\s*(?:[—–―]|--)\s+")
_NOT_A_NAME = re.compile(r"[?!…,;:]$|\.\.\.$")


class BlockTransformer:
    """Transforms the tokens of one text.

    `prefix` begins its ids; `level`, 2 to 6, is that of its top headings; `files` are those it shows.
    """

    def __init__(self, prefix: str, level: int, files: Files) -> None:
        self.prefix = prefix
        self.level = level
        self.files = files
        self.open_levels: list[int] = []
        self.ids: set[str] = set()
        # How often each heading has occurred, so that a free number is found at once.
        self.headings: Counter[str] = Counter()
        self.terms: set[str] = set()
        self.table_count = 0
        self.footnotes = Footnotes(prefix, ())

    def transform(self, tokens: Sequence[Token]) -> list[Token]:
        """The tokens of the whole text, ready to be rendered."""
        self.footnotes = Footnotes(self.prefix, tokens)
        return self._blocks(tokens)

    def _blocks(self, tokens: Sequence[Token]) -> list[Token]:
        return [token for block in split_blocks(tokens) for token in self._block(block)]

    def _block(self, block: Block) -> list[Token]:
        opening, inside, closing = block
        match opening.type:
            case "inline":
                return [inline(self._inline(opening.children or []))]
            case "heading_open":
                return self._heading(block)
            case "paragraph_open":
                return self._paragraph(opening, inside)
            case "blockquote_open":
                return self._quote(inside)
            case "container_pull_open":
                return self._figure_of_quote(inside, "pull")
            case "container_post_open":
                return self._figure_of_quote(inside, "post")
            case "container_gallery_open":
                return element("div", self._blocks(_one_by_one(inside)), {"class": "gallery"})
            case "container_notice_open":
                return element("div", self._blocks(inside), {"class": "notice", "role": "note"})
            case "table_open":
                return self._table(block)
            case "th_open" | "td_open":
                return self._cell(block)
            case "footnote_block_open":
                return self._footnotes(inside)
            case "footnote_open":
                return element("li", self._blocks(inside), {"id": self.footnotes.item_id(opening)})
            case "footnote_anchor":
                return self.footnotes.backlink(opening)
        return [opening, *self._blocks(inside), closing] if closing else [opening]

    def _paragraph(self, opening: Token, inside: list[Token]) -> list[Token]:
        if file := file_alone(inside, self.files):
            children = inside[0].children or []
            return file_tokens(self._inline(children), text_content(children), file)
        return figure_tokens(inside) or element("p", self._blocks(inside), hidden=opening.hidden)

    def _heading(self, block: Block) -> list[Token]:
        typed = int(block.opening.tag[1:])
        children = block.inside[0].children or []
        if not children:
            return []
        # A heading is one level below the last one that was typed with a higher level, so that no level is skipped.
        self.open_levels = [*(level for level in self.open_levels if level < typed), typed]
        tag = f"h{min(self.level + len(self.open_levels) - 1, 6)}"
        return element(tag, self._blocks(block.inside), {"id": self._unique_id(text_content(children))})

    def _unique_id(self, heading: str) -> str:
        name = f"{self.prefix}-{heading_id(heading) or 'part'}"
        unique = name
        while unique in self.ids or not self.headings[name]:
            self.headings[name] += 1
            unique = f"{name}-{self.headings[name]}" if self.headings[name] > 1 else name
        self.ids.add(unique)
        return unique

    def _quote(self, inside: list[Token]) -> list[Token]:
        quoted, name = _split_attribution(inside)
        quote = element("blockquote", self._blocks(quoted))
        if not name:
            return quote
        return element("figure", [*quote, *caption(self._inline(name))], {"class": "quote"})

    def _figure_of_quote(self, inside: list[Token], kind: str) -> list[Token]:
        blocks = list(split_blocks(inside))
        if len(blocks) == 1 and blocks[0].opening.type == "blockquote_open":
            inside = blocks[0].inside
        quoted, name = _split_attribution(inside)
        quote = element("blockquote", self._blocks(quoted))
        return element("figure", [*quote, *caption(self._inline(name))], {"class": kind})

    def _table(self, block: Block) -> list[Token]:
        self.table_count += 1
        heads = [text_content(head.children or []) for cell, head in pairwise(block.inside) if cell.type == "th_open"]
        label = gettext("Table %(number)s", number=self.table_count)
        if any(heads):
            columns = ", ".join(filter(None, heads))
            label = gettext("Table %(number)s: %(columns)s", number=self.table_count, columns=columns)
        # A table that is wider than the screen is scrolled by keyboard too, so it must have focus and a name.
        attributes = {"class": "table", "role": "region", "aria-label": label, "tabindex": "0"}
        return element("div", element("table", self._blocks(block.inside)), attributes)

    def _cell(self, block: Block) -> list[Token]:
        alignment = str(block.opening.attrGet("style") or "").removeprefix("text-align:")
        attributes = {"class": alignment} if alignment in ("right", "center") else {}
        # An empty corner is not a heading.
        tag = block.opening.tag if block.inside[0].children else "td"
        if tag == "th":
            attributes["scope"] = "col"
        return element(tag, self._blocks(block.inside), attributes)

    def _footnotes(self, inside: list[Token]) -> list[Token]:
        heading = element(f"h{self.level}", [inline([text_token(gettext("Notes"))])])
        self.open_levels = [0]
        return element("section", [*heading, *element("ol", self._blocks(inside))], {"role": "doc-endnotes"})

    def _inline(self, tokens: Sequence[Token], *, in_link: bool = False) -> list[Token]:
        """Inline tokens; inside a link there is no other link."""
        transformed: list[Token] = []
        for token, inside in split_links(tokens):
            match token.type:
                case "link_open":
                    transformed += self._link(token, inside)
                case "image":
                    transformed += inline_picture_tokens(token, in_link=in_link)
                case "footnote_ref":
                    transformed += [] if in_link else self.footnotes.reference(token)
                case _:
                    transformed.append(token)
        return transformed

    def _link(self, opening: Token, inside: list[Token]) -> list[Token]:
        url = str(opening.attrGet("href") or "")
        if slug := parse_term(url):
            return self._term(slug, inside)
        link = parse_link(url)
        if link is None:
            return self._inline(inside)
        label = self._inline(inside, in_link=True)
        if not any(token.content.strip() or token.type == "img" for token in label):
            label.append(text_token(link.url))
        if file := find_file(url, self.files):
            label += format_tokens(file)
        references = [token for it in inside if it.type == "footnote_ref" for token in self.footnotes.reference(it)]
        return [*link_tokens(link, label), *references]

    def _term(self, slug: str, inside: list[Token]) -> list[Token]:
        """A word that the glossary explains, linked where it occurs first."""
        label = self._inline(inside, in_link=True)
        if slug in self.terms or not any(token.content.strip() for token in label):
            return label
        self.terms.add(slug)
        return term_tokens(slug, current_language(), label)


def _one_by_one(inside: list[Token]) -> list[Token]:
    """The blocks of a gallery; pictures on lines of one paragraph become paragraphs of their own."""
    separate: list[Token] = []
    for block in split_blocks(inside):
        children = (block.inside[0].children or []) if block.opening.type == "paragraph_open" else []
        if block.closing and children and all(it.type in ("image", *LINE_BREAKS) for it in children):
            for picture in (it for it in children if it.type == "image"):
                separate += [block.opening, inline([picture]), block.closing]
        else:
            separate += [block.opening, *block.inside, *([block.closing] if block.closing else [])]
    return separate


def _split_attribution(inside: list[Token]) -> tuple[list[Token], list[Token]]:
    """A quotation and, if its last line begins with a dash, the inline tokens of the name on that line.

    A dialogue, in which other lines begin with a dash too, has no attribution; neither has a last line that ends like
    a question or goes on.
    """
    lines = [line for token in inside if token.type == "inline" for line in token.content.split("\n")]
    if len(lines) < 2 or not _DASH.match(lines[-1]) or _NOT_A_NAME.search(lines[-1].rstrip()):
        return inside, []
    if any(_DASH.match(line) for line in lines[:-1]) or inside[-1].type != "paragraph_close":
        return inside, []
    *before, opening, last, closing = inside
    children = last.children or []
    breaks = [position for position, token in enumerate(children) if token.type in LINE_BREAKS]
    quoted, name = (children[: breaks[-1]], children[breaks[-1] + 1 :]) if breaks else ([], children)
    dash = _DASH.match(name[0].content) if name else None
    is_balanced = sum(int(token.nesting) for token in name) == 0
    if not dash or not is_balanced:
        return inside, []
    name = [text_token(name[0].content[dash.end() :]), *name[1:]]
    return [*before, opening, inline(quoted), closing] if quoted else before, name
