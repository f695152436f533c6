"""What a story is built of beyond plain Markdown: headings in steps, figures, videos, quotes, tables and notes.

Everything here takes the tokens of markdown-it and gives tokens, so that HTML is written in one place.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from flask_babel import gettext
from markdown_it.token import Token

from wzo.media import files
from wzo.slugs import heading_id
from wzo.static_files import static_url

LINK_SCHEMES = {"", "http", "https", "mailto", "tel"}
VIDEO_HOSTS = {"dailymotion.com", "rutube.ru", "vimeo.com", "vkvideo.ru", "youtu.be", "youtube.com"}
COVER_SIZE = (480, 320)

# A path of ours: one slash, since two would begin the name of another host; perhaps with the size, as /a.jpg#800x600.
_OWN_PATH = re.compile(r"(/(?![/\\])[^\s\\#]*)(?:#(\d{1,4})x(\d{1,4}))?")
_DASH = re.compile(r"\s*(?:[—–―]|--)\s+")
_NO_SIGNATURE = re.compile(r"[?!…,;:]$|\.\.\.$")
_BREAKS = ("softbreak", "hardbreak")


class Group(NamedTuple):
    """A token, what stands between it and the token that closes it, and that token; most tokens stand alone."""

    opening: Token
    inside: list[Token]
    closing: Token | None


class Link(NamedTuple):
    """An address that a reader may follow; its host, if it names one, and whether it leads out of this site."""

    address: str
    host: str
    outside: bool


class Picture(NamedTuple):
    """The address of a picture on our own site, and its size in pixels; `sized`: whether this was told, not guessed."""

    address: str
    width: int
    height: int
    sized: bool = False


class Shaper:
    """Shapes one text. `prefix` begins its ids, `level` is that of its highest headings, 2 to 6."""

    def __init__(self, prefix: str, level: int) -> None:
        self.prefix = prefix
        self.level = level
        self.above: list[int] = []
        self.ids: set[str] = set()
        self.tables = 0
        self.marks: set[tuple[int, int]] = set()

    def shape(self, tokens: Sequence[Token]) -> list[Token]:
        """The tokens of a whole text as they are to be written."""
        self.marks = {
            _place_of(mark) for token in tokens for mark in token.children or () if mark.type == "footnote_ref"
        }
        return self._blocks(tokens)

    def _blocks(self, tokens: Sequence[Token]) -> list[Token]:
        return [token for group in _groups(tokens) for token in self._block(group)]

    def _block(self, group: Group) -> list[Token]:
        opening, inside, closing = group
        match opening.type:
            case "inline":
                return [_inline(self._words(opening.children or []))]
            case "heading_open":
                return self._heading(group)
            case "paragraph_open":
                return self._figure(inside) or _element("p", self._blocks(inside), hidden=opening.hidden)
            case "blockquote_open":
                return self._quote(inside)
            case "container_pull_open":
                return self._pull(inside)
            case "container_notice_open":
                return _element("div", self._blocks(inside), {"class": "notice", "role": "note"})
            case "table_open":
                return self._table(group)
            case "th_open" | "td_open":
                return self._cell(group)
            case "footnote_block_open":
                return self._notes(inside)
            case "footnote_open":
                return _element("li", self._blocks(inside), {"id": self._note_id(opening)})
            case "footnote_anchor":
                return self._way_back(opening)
        return [opening, *self._blocks(inside), closing] if closing else [opening]

    def _heading(self, group: Group) -> list[Token]:
        typed = int(group.opening.tag[1:])
        children = group.inside[0].children or []
        if not children:
            return []
        # The headings that this one stands under are those before it of higher levels.
        self.above = [*(level for level in self.above if level < typed), typed]
        tag = f"h{min(self.level + len(self.above) - 1, 6)}"
        return _element(tag, self._blocks(group.inside), {"id": self._new_id(words_of(children))})

    def _new_id(self, words: str) -> str:
        name = f"{self.prefix}-{heading_id(words) or 'part'}"
        number, free = 1, name
        while free in self.ids:
            number += 1
            free = f"{name}-{number}"
        self.ids.add(free)
        return free

    def _figure(self, paragraph: list[Token]) -> list[Token] | None:
        """A paragraph that is one picture, perhaps with a link, or one address of a video; else nothing."""
        children = paragraph[0].children or []
        if len(paragraph) > 1:
            return None
        match [token.type for token in children]:
            case ["image"]:
                link, image = None, children[0]
            case ["link_open", "image", "link_close"]:
                link, image = _link_of(str(children[0].attrGet("href") or "")), children[1]
            case ["text"] | ["link_open", "text", "link_close"]:
                video = _video(words_of(children))
                return _element("figure", [_watch(video)], {"class": "video"}) if video else None
            case _:
                return None
        picture = _picture_of(image)
        if picture is None:
            return None
        shown = _img(image, picture)
        caption = str(image.attrGet("title") or "")
        inside = [
            (_watch(link, *shown) if link.outside else _inline(_a(link, shown))) if link else _inline(shown),
            *_caption([_text(caption)] if caption else []),
        ]
        return _element("figure", inside, {"class": "video"} if link and link.outside else {})

    def _quote(self, inside: list[Token]) -> list[Token]:
        quoted, signature = _split_signature(inside)
        quote = _element("blockquote", self._blocks(quoted))
        if not signature:
            return quote
        return _element("figure", [*quote, *_caption(self._words(signature))], {"class": "quote"})

    def _pull(self, inside: list[Token]) -> list[Token]:
        only = list(_groups(inside))
        if len(only) == 1 and only[0].opening.type == "blockquote_open":
            inside = only[0].inside
        quoted, signature = _split_signature(inside)
        quote = _element("blockquote", self._blocks(quoted))
        return _element("figure", [*quote, *_caption(self._words(signature))], {"class": "pull"})

    def _table(self, group: Group) -> list[Token]:
        self.tables += 1
        heads = [words_of(head.children or []) for cell, head in pairwise(group.inside) if cell.type == "th_open"]
        label = gettext("Table %(number)s", number=self.tables)
        if any(heads):
            columns = ", ".join(filter(None, heads))
            label = gettext("Table %(number)s: %(columns)s", number=self.tables, columns=columns)
        # It is scrolled by keyboard where it is wider than the screen, so that it must be reached and have a name.
        attributes = {"class": "table", "role": "region", "aria-label": label, "tabindex": "0"}
        return _element("div", _element("table", self._blocks(group.inside)), attributes)

    def _cell(self, group: Group) -> list[Token]:
        alignment = str(group.opening.attrGet("style") or "").removeprefix("text-align:")
        attributes = {"class": alignment} if alignment in ("right", "center") else {}
        # A corner without words is no heading.
        tag = group.opening.tag if group.inside[0].children else "td"
        if tag == "th":
            attributes["scope"] = "col"
        return _element(tag, self._blocks(group.inside), attributes)

    def _notes(self, inside: list[Token]) -> list[Token]:
        heading = _element(f"h{self.level}", [_inline([_text(gettext("Notes"))])])
        self.above = [0]
        return _element("section", [*heading, *_element("ol", self._blocks(inside))], {"role": "doc-endnotes"})

    def _note_id(self, token: Token) -> str:
        return f"note-{self.prefix}-{token.meta['id'] + 1}"

    def _mark_id(self, token: Token) -> str:
        note, place = _place_of(token)
        return f"mark-{self.prefix}-{note + 1}" + (f"-{place + 1}" if place else "")

    def _mark(self, token: Token) -> list[Token]:
        number = str(token.meta["id"] + 1)
        attributes = {
            "href": f"#{self._note_id(token)}",
            "id": self._mark_id(token),
            "role": "doc-noteref",
            "aria-label": gettext("Note %(number)s", number=number),
        }
        return _element("sup", _element("a", [_text(number)], attributes))

    def _way_back(self, token: Token) -> list[Token]:
        note, place = _place_of(token)
        if (note, place) not in self.marks:
            return []
        label = gettext("Back to note %(number)s in the text", number=note + 1)
        if place:
            label = gettext("Back to note %(number)s in the text, place %(place)s", number=note + 1, place=place + 1)
        attributes = {"href": f"#{self._mark_id(token)}", "role": "doc-backlink", "aria-label": label}
        # With the selector that asks for a letter, since phones show the bare arrow as a coloured picture.
        return [_inline([_text(" "), *_element("a", [_text("↩\ufe0e")], attributes)])]

    def _words(self, tokens: Sequence[Token], linked: bool = False) -> list[Token]:
        """What stands in a line. Inside of a link there is no other one."""
        shaped: list[Token] = []
        for token, inside in _links_apart(tokens):
            match token.type:
                case "link_open":
                    shaped += self._link(token, inside)
                case "image":
                    shaped += _picture_in_line(token, linked)
                case "footnote_ref":
                    shaped += [] if linked else self._mark(token)
                case _:
                    shaped.append(token)
        return shaped

    def _link(self, opening: Token, inside: list[Token]) -> list[Token]:
        link = _link_of(str(opening.attrGet("href") or ""))
        if link is None:
            return self._words(inside)
        words = self._words(inside, linked=True)
        if not any(token.content.strip() or token.type == "img" for token in words):
            words.append(_text(link.address))
        marks = [token for mark in inside if mark.type == "footnote_ref" for token in self._mark(mark)]
        return [*_a(link, words), *marks]


def words_of(tokens: Sequence[Token], *, captions: bool = False) -> str:
    """The words in a line, pictures told by their alternative texts and, where asked for, by their captions too."""
    words = []
    for token in tokens:
        if token.type in _BREAKS:
            words.append(" ")
        elif token.type == "image":
            caption = f" {token.attrGet('title') or ''}" if captions else ""
            words.append(f"{words_of(token.children or [])}{caption} ")
        else:
            words.append(token.content)
    return " ".join("".join(words).split(" "))


def is_video(text: str) -> bool:
    """Whether a text is the address of a known host of videos, and nothing else."""
    return _video(text) is not None


def _groups(tokens: Sequence[Token]) -> Iterator[Group]:
    place = 0
    while place < len(tokens):
        end, depth = place, int(tokens[place].nesting)
        while depth > 0 and end + 1 < len(tokens):
            end += 1
            depth += tokens[end].nesting
        yield Group(tokens[place], list(tokens[place + 1 : end]), tokens[end] if end > place else None)
        place = end + 1


def _links_apart(tokens: Sequence[Token]) -> Iterator[tuple[Token, list[Token]]]:
    """The tokens in a line, each link as one: its beginning and what is inside of it. No link holds another."""
    place = 0
    while place < len(tokens):
        token, inside = tokens[place], []
        if token.type == "link_open":
            while tokens[place := place + 1].type != "link_close":
                inside.append(tokens[place])
        yield token, inside
        place += 1


def _element(
    tag: str, inside: Sequence[Token], attributes: dict[str, str] | None = None, hidden: bool = False
) -> list[Token]:
    attrs: dict[str, str | int | float] = {**(attributes or {})}
    return [
        Token(f"{tag}_open", tag, 1, attrs=attrs, hidden=hidden),
        *inside,
        Token(f"{tag}_close", tag, -1, hidden=hidden),
    ]


def _inline(children: list[Token]) -> Token:
    return Token("inline", "", 0, children=children)


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _caption(words: list[Token]) -> list[Token]:
    return _element("figcaption", [_inline(words)]) if words else []


def _split_signature(inside: list[Token]) -> tuple[list[Token], list[Token]]:
    """What is quoted and, where its last line begins with a dash, whose words these are.

    A talk, of which other lines begin with a dash too, has no signature, nor has a question or a line that goes on.
    """
    lines = [line for token in inside if token.type == "inline" for line in token.content.split("\n")]
    if len(lines) < 2 or not _DASH.match(lines[-1]) or _NO_SIGNATURE.search(lines[-1].rstrip()):
        return inside, []
    if any(_DASH.match(line) for line in lines[:-1]) or inside[-1].type != "paragraph_close":
        return inside, []
    *before, opening, last, closing = inside
    children = last.children or []
    ends = [place for place, token in enumerate(children) if token.type in _BREAKS]
    quoted, signature = (children[: ends[-1]], children[ends[-1] + 1 :]) if ends else ([], children)
    dash = _DASH.match(signature[0].content) if signature else None
    whole = sum(int(token.nesting) for token in signature) == 0
    if not dash or not whole:
        return inside, []
    name = [_text(signature[0].content[dash.end() :]), *signature[1:]]
    return [*before, opening, _inline(quoted), closing] if quoted else before, name


def _place_of(token: Token) -> tuple[int, int]:
    """The number of a note and which of its mentions this is, both from 0."""
    return token.meta["id"], token.meta.get("subId", 0)


def _link_of(address: str) -> Link | None:
    """Where a link leads; nothing if its scheme is none that a reader should follow."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in LINK_SCHEMES:
        return None
    return Link(address, parts.hostname or "", bool(parts.netloc) or parts.scheme in ("http", "https"))


def _a(link: Link, inside: list[Token]) -> list[Token]:
    return _element("a", inside, {"href": link.address} | ({"rel": "noreferrer"} if link.outside else {}))


def _video(text: str) -> Link | None:
    link = None if " " in text.strip() else _link_of(text.strip())
    return link if link and link.outside and re.sub(r"^(?:www|m)\.", "", link.host) in VIDEO_HOSTS else None


def _watch(link: Link, *picture: Token) -> Token:
    """A link to a video elsewhere, named by the picture and by where it leads."""
    words = gettext("Watch on %(host)s", host=link.host.removeprefix("www."))
    return _inline(_a(link, [*picture, *_element("span", [_text(words)], {"class": "play"})]))


def _picture_of(image: Token) -> Picture | None:
    """A picture of ours: `cover:NAME` is a drawing, all else a path of this site. Others never become a request."""
    source = str(image.attrGet("src") or "")
    if source.startswith("cover:"):
        address = static_url(f"covers/{source.removeprefix('cover:')}.svg")
        return Picture(address, *COVER_SIZE) if address else None
    path = _OWN_PATH.fullmatch(source)
    if path is None:
        return None
    width, height = (int(path[2]), int(path[3])) if path[2] else COVER_SIZE
    return Picture(path[1], width, height, sized=width > 0 and height > 0 and path[2] is not None)


def _img(image: Token, picture: Picture) -> list[Token]:
    """A picture; of one that was uploaded the browser is offered several files, to take the one that suits it."""
    attributes: dict[str, str | int | float] = {
        "src": picture.address,
        "alt": words_of(image.children or []),
        "width": picture.width,
        "height": picture.height,
        "loading": "lazy",
    }
    img = Token("img", "img", 0, attrs=attributes)
    key = files.key_of(picture.address)
    if not key or not picture.sized:
        return [img]
    img.attrSet("src", files.plain(key, picture.width))
    sources = [
        Token(
            "source",
            "source",
            0,
            attrs={"type": mime, "srcset": files.srcset(key, picture.width, kind), "sizes": files.IN_TEXT},
        )
        for kind, mime in files.MODERN.items()
    ]
    return _element("picture", [*sources, img])


def _picture_in_line(image: Token, linked: bool) -> list[Token]:
    picture = _picture_of(image)
    if picture:
        return _img(image, picture)
    words = words_of(image.children or [])
    link = None if linked else _link_of(str(image.attrGet("src") or ""))
    return _a(link, [_text(words or link.address)]) if link and link.address else [_text(words)]
