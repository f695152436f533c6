"""Files that are not pictures, or are too large, or reveal more than they show."""

import re

from tests.browser.editors import create_editor, session_cookie
from tests.faults.drill import Ground, Outcome, Size
from tests.fuzz.bodies import multipart
from tests.fuzz.judge import Answer
from tests.fuzz.requests import Request
from tests.fuzz.socket_client import exchange
from tests.media import samples

NO_PICTURES = {
    "x.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "x.html": b"<!doctype html><script>alert(1)</script>",
    "x.gif": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "x.pdf": b"%PDF-1.7\n%\xe2\xe3\n",
    "x.jpg": samples.small()[:300],
    "bomb.jpg": samples.jpeg_that_claims(65_535, 65_535),
    "bomb.png": samples.png(30_000, 30_000),
    "../../x.png": b"\x89PNG\r\n\x1a\n",
}
UPLOAD = "/admin/pictures/upload/"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def uploads(ground: Ground, size: Size) -> Outcome:
    """Upload files that are not pictures, and pictures that reveal where they were taken."""
    headers = _editor(ground)
    refused = [_upload(ground, headers, name, content).status == 422 for name, content in NO_PICTURES.items()]
    before = _stored(ground)
    uploaded = [_upload(ground, headers, f"x.{kind.lower()}", samples.telling(kind)) for kind in samples.FORMATS]
    accepted = [it.status == 303 for it in uploaded]
    after = _stored(ground) - before
    clean = [not _reveals(path.read_bytes()) for path in after]
    assert len(after) >= len(uploaded)
    held = sum(refused) + sum(accepted) + sum(clean)
    return Outcome(len(refused) + len(accepted) + len(clean), held, note=f"{len(after)} files were stored")


def _editor(ground: Ground) -> tuple[tuple[str, str], ...]:
    """The headers of a signed-in editor."""
    cookie = session_cookie(ground.site, create_editor(ground.site, role="writer"))
    return (("Cookie", f"{cookie['name']}={cookie['value']}"), ("Sec-Fetch-Site", "same-origin"))


def _upload(ground: Ground, headers: tuple[tuple[str, str], ...], name: str, content: bytes) -> Answer:
    page = exchange(ground.site.port, Request("", "GET", "/admin/pictures/", headers, b""))
    found = TOKEN.search(page.body.decode())
    assert found, page.status
    cookie = page.header("set-cookie").partition(";")[0]
    own = dict(headers) | ({"Cookie": cookie} if cookie else {})
    body = multipart([("csrf_token", found[1])], [("pictures", name, "image/jpeg", content)])
    sent = (*own.items(), ("Content-Type", body.content_type))
    return exchange(ground.site.port, Request("", "POST", UPLOAD, sent, body.content))


def _stored(ground: Ground) -> set:  # type: ignore[type-arg]
    return {path for path in (ground.site.instance / "media").rglob("*") if path.is_file()}


def _reveals(content: bytes) -> bool:
    return any(it in content for it in (samples.MARKER.encode(), b"<script", b"Exif", b"8BIM"))
