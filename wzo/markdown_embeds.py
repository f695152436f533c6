"""Links, videos, pictures and figures in Markdown texts."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from flask_babel import gettext
from markdown_it.token import Token

from wzo.markdown_tokens import caption, element, inline, text_content, text_token
from wzo.media import renditions
from wzo.slugs import is_valid_slug
from wzo.static_files import static_url

LINK_SCHEMES = {"", "http", "https", "mailto", "tel"}
# Links to the glossary: [SIZO](term:sizo).
TERM_SCHEME = "term"
GLOSSARY_PATH = "/{language}/glossary/"
VIDEO_HOSTS = {"dailymotion.com", "rutube.ru", "vimeo.com", "vkvideo.ru", "youtu.be", "youtube.com"}
COVER_SIZE = (480, 320)

# A path of this site: one slash, since two would start with another host; perhaps with a size, as /a.jpg#800x600.
_OWN_PATH = re.compile(r"(/(?![/\\])[^\s\\#]*)(?:#(\d{1,4})x(\d{1,4}))?")


class Link(NamedTuple):
    """A URL that readers may follow, its host (empty if it has none), and whether it is on another site."""

    url: str
    host: str
    is_external: bool


class Picture(NamedTuple):
    """The URL of a picture on this site and its size in pixels; `has_size`: whether that is known, not guessed."""

    url: str
    width: int
    height: int
    has_size: bool = False


def term_id(slug: str) -> str:
    """The id of a term on the page of the glossary."""
    return f"term-{slug}"


def parse_term(url: str) -> str:
    """The slug of the term that a link points to; empty if it is another link."""
    scheme, _, slug = url.partition(":")
    return slug if scheme == TERM_SCHEME and is_valid_slug(slug) else ""


def term_tokens(slug: str, language: str, inside: list[Token]) -> list[Token]:
    """A link to a term of the glossary."""
    path = GLOSSARY_PATH.format(language=language)
    return element("a", inside, {"href": f"{path}#{term_id(slug)}", "class": "term"})


def parse_link(url: str) -> Link | None:
    """A link; None if its URL is malformed or has a scheme that is not allowed."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in LINK_SCHEMES:
        return None
    if not parts.scheme and not parts.netloc and ":" in parts.path.partition("/")[0]:
        # The text before the colon is not a valid scheme, and a relative path must not start like one (RFC 3986, 4.2).
        return None
    return Link(url, parts.hostname or "", bool(parts.netloc) or parts.scheme in ("http", "https"))


def link_tokens(link: Link, inside: list[Token]) -> list[Token]:
    """A link around other inline tokens."""
    return element("a", inside, {"href": link.url} | ({"rel": "noreferrer"} if link.is_external else {}))


def parse_video(text: str) -> Link | None:
    """The link to a video, if a text is the URL of a known video host and nothing else."""
    link = None if " " in text.strip() else parse_link(text.strip())
    return link if link and link.is_external and re.sub(r"^(?:www|m)\.", "", link.host) in VIDEO_HOSTS else None


def is_video(text: str) -> bool:
    """Whether a text is the URL of a known video host and nothing else."""
    return parse_video(text) is not None


def video_token(link: Link, *picture: Token) -> Token:
    """A link to a video on another site, labelled with a picture, if there is one, and its host."""
    label = gettext("Watch on %(host)s", host=link.host.removeprefix("www."))
    return inline(link_tokens(link, [*picture, *element("span", [text_token(label)], {"class": "play"})]))


def parse_picture(image: Token) -> Picture | None:
    """A picture of this site: `cover:NAME` is a cover, anything else a path. None for all others: we embed none."""
    source = str(image.attrGet("src") or "")
    if source.startswith("cover:"):
        url = static_url(f"covers/{source.removeprefix('cover:')}.svg")
        return Picture(url, *COVER_SIZE) if url else None
    path = _OWN_PATH.fullmatch(source)
    if path is None:
        return None
    width, height = (int(path[2]), int(path[3])) if path[2] else COVER_SIZE
    return Picture(path[1], width, height, has_size=width > 0 and height > 0 and path[2] is not None)


def picture_tokens(image: Token, picture: Picture) -> list[Token]:
    """A picture; an uploaded one comes in several files, from which the browser chooses."""
    attributes: dict[str, str | int | float] = {
        "src": picture.url,
        "alt": text_content(image.children or []),
        "width": picture.width,
        "height": picture.height,
        "loading": "lazy",
    }
    img = Token("img", "img", 0, attrs=attributes)
    key = renditions.key_from_url(picture.url)
    if not key or not picture.has_size:
        return [img]
    img.attrSet("src", renditions.fallback_url(key, picture.width))
    return element("picture", [*_sources(key, picture.width), img])


def _sources(key: str, width: int) -> list[Token]:
    return [
        Token(
            "source",
            "source",
            0,
            attrs={"type": mime, "srcset": renditions.srcset(key, width, suffix), "sizes": renditions.TEXT_SIZES},
        )
        for suffix, mime in renditions.MODERN_TYPES.items()
    ]


def inline_picture_tokens(image: Token, *, in_link: bool) -> list[Token]:
    """A picture within a line; one of another site becomes a link, or plain text inside a link."""
    picture = parse_picture(image)
    if picture:
        return picture_tokens(image, picture)
    alt = text_content(image.children or [])
    link = None if in_link else parse_link(str(image.attrGet("src") or ""))
    return link_tokens(link, [text_token(alt or link.url)]) if link and link.url else [text_token(alt)]


def figure_tokens(paragraph: list[Token]) -> list[Token] | None:
    """A paragraph that is only a picture, perhaps in a link, or only the URL of a video; None for others."""
    children = paragraph[0].children or []
    if len(paragraph) > 1:
        return None
    match [token.type for token in children]:
        case ["image"]:
            link, image = None, children[0]
        case ["link_open", "image", "link_close"]:
            link, image = parse_link(str(children[0].attrGet("href") or "")), children[1]
        case ["text"] | ["link_open", "text", "link_close"]:
            video = parse_video(text_content(children))
            return element("figure", [video_token(video)], {"class": "video"}) if video else None
        case _:
            return None
    picture = parse_picture(image)
    if picture is None:
        return None
    shown = picture_tokens(image, picture)
    title = str(image.attrGet("title") or "")
    inside = [
        (video_token(link, *shown) if link.is_external else inline(link_tokens(link, shown)))
        if link
        else inline(shown),
        *caption([text_token(title)] if title else []),
    ]
    return element("figure", inside, {"class": "video"} if link and link.is_external else {})
