"""The URLs of pasted links, without tracking parameters and without redirects through another site."""

import re
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from wzo.web_addresses import is_web_address

# Parameters that name the reader, the campaign or the position of the link, never the page.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|yclid|ysclid|msclkid|twclid|ttclid|li_fat_id|igshid|igsh|mc_[ce]id|"
    r"mkt_tok|vero_id|_hs(?:enc|mi)|_openstat|_ga|_gl|srsltid|oly_(?:anon|enc)_id|wickedid|rb_clickid|__twitter_impression|"
    r"cmpid|at_(?:medium|campaign|link\w*)|fb_(?:action_\w+|ref|source)|action_(?:object|type|ref)_map|ref_src|ref_url",
    re.I,
)
# Sites that forward to the address in a parameter: host, path, parameter.
_FORWARDERS = (
    (r"(?:l|lm)\.facebook\.com|l\.instagram\.com|l\.messenger\.com", "/l.php", "u"),
    (r"l\.instagram\.com", "/", "u"),
    (r"(?:m\.|away\.)?vk\.(?:com|ru)", "/away.php", "to"),
    (r"(?:www\.)?google\.[a-z.]+", "/url", "q"),
    (r"(?:www\.)?google\.[a-z.]+", "/url", "url"),
    (r"(?:www\.)?youtube\.com", "/redirect", "q"),
    (r"duckduckgo\.com", "/l/", "uddg"),
    (r"(?:\w+\.)?safelinks\.protection\.outlook\.com", "/", "url"),
    (r"t\.me", "/iv", "url"),
    (r"(?:www\.)?ok\.ru", "/dk", "st.link"),
)
_ONLY_ON: dict[str, str] = {
    "si": r"(?:[\w.]+\.)?youtube\.com|youtu\.be|open\.spotify\.com",
    "feature": r"(?:[\w.]+\.)?youtube\.com",
}
_MAX_FORWARDS = 4

# An address in a text, without the punctuation of the sentence around it.
BARE_ADDRESS = re.compile(r"(?<![\w@./-])(?:https?://|www\.)[^\s<>\"«»“”„]*[^\s<>\"«»“”„.,;:!?…'’)\]]", re.I)

_EMBEDDED_VIDEOS = (
    (r"(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)", "https://www.youtube.com/watch?v={}"),
    (r"player\.vimeo\.com/video/(\d+)", "https://vimeo.com/{}"),
    (r"(?:www\.)?rutube\.ru/(?:play/embed|embed)/(\w+)", "https://rutube.ru/video/{}/"),
    (r"(?:www\.)?dailymotion\.com/embed/video/(\w+)", "https://www.dailymotion.com/video/{}"),
    (
        r"(?:vk\.com|vk\.ru|vkvideo\.ru)/video_ext\.php\?(?:.*&)?oid=(-?\d+)&(?:.*&)?id=(\d+)",
        "https://vkvideo.ru/video{}_{}",
    ),
)


def clean_address(href: str) -> str:
    """The URL that a link finally points to; empty if a text may not contain it."""
    href = href.strip()
    if href[:7].lower() == "mailto:":
        return "" if re.search(r"[\s<>]", href) else href
    if href.startswith("//"):
        href = f"https:{href}"
    for _ in range(_MAX_FORWARDS):
        href = re.sub(r"\s", "%20", href)
        if not is_web_address(href):
            return ""
        target = _forward_target(href)
        if not target:
            break
        href = target
    return _without_tracking(href)


def _forward_target(href: str) -> str:
    parts = urlsplit(href)
    for host, path, name in _FORWARDERS:
        if parts.path == path and re.fullmatch(host, (parts.hostname or "").lower()):
            target = parse_qs(parts.query).get(name, [""])[0]
            if is_web_address(target):
                return target
    return ""


def _without_tracking(href: str) -> str:
    parts = urlsplit(href)
    # A site that names the campaign after the fragment still gets its own fragment.
    fragment = "" if re.match(r"(?:utm_|xtor=|:~:text=)", parts.fragment) else parts.fragment
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _is_tracking(name, (parts.hostname or "").lower())]
    if len(kept) == len(pairs) and fragment == parts.fragment:
        return href
    # Of a query that stays, not even the spelling changes.
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, fragment))


def _is_tracking(name: str, host: str) -> bool:
    return _TRACKING.fullmatch(name) is not None or (
        name in _ONLY_ON and re.fullmatch(_ONLY_ON[name], host) is not None
    )


def video_address(source: str) -> str:
    """The address of the page of a video that a frame embeds; empty if it is not a known video."""
    address = re.sub(r"^(?:https?:)?//", "", source.strip())
    for pattern, page in _EMBEDDED_VIDEOS:
        if match := re.match(pattern, address):
            return page.format(*match.groups())
    return ""


def fragment_of(href: str) -> str:
    """The fragment of a link; empty if it has none."""
    return href.partition("#")[2].strip()
