"""Bodies of requests: forms as browsers send them with strange values, and bodies that are not forms."""

import random
from functools import cache
from typing import NamedTuple
from urllib.parse import quote_plus

from hypothesis import strategies as st

from tests.fuzz.known import Fields
from tests.fuzz.texts import texts, to_bytes
from tests.media import samples

# Stands for the token of the sender of the form.
CSRF_TOKEN = "CSRFTOKEN"
URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "----fuzz"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
FILE_NAMES = (
    "a.jpg",
    "../../x.png",
    "a\r\nb.svg",
    "",
    "a" * 300 + ".jpg",
    "x.html",
    "\udcff",
    'a"b.gif',
    "con",
    "ё.jpeg",
)
FILE_TYPES = ("image/jpeg", "image/svg+xml", "text/html", "application/octet-stream", "x", "", "image/png; x=\u00e9")
CHARSETS = ("utf-8", "utf-16", "cp1251", "utf-7", "zyx", "idna", "rot13", "unicode_escape", "undefined", "")
# Fields that views read, on whatever page they are.
NAMES = ("code", "credential", "factor_code", "factor_credential", "pending", "revision", "name", "email", "password")
NAMES += (
    "receipt",
    "receipts",
    "do",
    "chosen",
    "step",
    "language",
    "languages",
    "text",
    "days",
    "reader",
    "at.x",
    "block",
)
# A multipart body in which something is not as it must be; {} is the boundary.
BROKEN_PARTS = (
    b"",
    b"--{}--",
    b"--{}\r\n\r\nx\r\n--{}--\r\n",
    b"--{}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--{}--\r\n",
    b"--{}\r\nContent-Disposition: form-data; filename=a\r\n\r\nx\r\n--{}--\r\n",
    b'--{}\r\nContent-Disposition: form-data; name="a"\r\n\r\nnever ends',
    b'--{}\r\nContent-Disposition: form-data; name="a\r\n\r\nx\r\n--{}--\r\n',
    b'--{}\nContent-Disposition: form-data; name="a"\n\nx\n--{}--\n',
    b'--{}\r\nContent-Disposition: attachment; name="a"\r\n\r\nx\r\n--{}--\r\n',
    b"--{}\r\nContent-Disposition: form-data; name*=utf-8''%ff%00\r\n\r\nx\r\n--{}--\r\n",
    b"--{}\r\nContent-Disposition: form-data; name*=zyx'en'%ff; filename*=zyx''%e4\r\n\r\nx\r\n--{}--\r\n",
    b'--{}\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: x/y; charset=zyx\r\n\r\n\xff\r\n--{}--\r\n',
    b'--{}\r\nContent-Disposition: form-data; name="a"\r\nContent-Length: -1\r\n\r\nx\r\n--{}--\r\n',
    b'--{}\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n===\r\n--{}--\r\n',
    b"--{}\r\n: x\r\n\r\nx\r\n--{}--\r\n",
    b"--{}\r\nno colon\r\n\r\nx\r\n--{}--\r\n",
    b"--{}\r\n" + b"X: y\r\n" * 500 + b"\r\nx\r\n--{}--\r\n",
    b"--{}\r\nX: " + b"y" * 70_000 + b"\r\n\r\nx\r\n--{}--\r\n",
    b'--{}\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\n\xc3\x28\r\n--{}--\r\n',
    b'--{}\r\nContent-Disposition: form-data; name="a"; filename="\xff\x00.png"\r\n\r\n\x89PNG\r\n--{}--\r\n',
    b'--{}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 1_200 + b"--{}--\r\n",
)
JSON = (
    "",
    "{}",
    "[]",
    "null",
    '"\\ud800"',
    "[" * 2_000,
    '{"a":' * 500,
    "1e999",
    "{" * 5,
    '[["/admin/",[["a","b"]],false]]',
)


class Body(NamedTuple):
    """The bytes, and the Content-Type that tells what they should be."""

    content_type: str
    content: bytes


@cache
def files() -> tuple[bytes, ...]:
    """Files that somebody may upload."""
    jpeg = samples.small()
    return (
        jpeg,
        samples.small("PNG"),
        jpeg[:200],
        jpeg + b"<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a\xff\xff\xff\xff" + b"\0" * 40,
        b"",
        b"\xff" * 3_000,
        b'["wzo"]\n{"receipt": "\\ud800"}',
    )


def urlencoded(fields: Fields) -> Body:
    """A form as a browser sends it."""
    pairs = (f"{quote_plus(to_bytes(name))}={quote_plus(to_bytes(value))}" for name, value in fields)
    return Body(URLENCODED, "&".join(pairs).encode())


def multipart(fields: Fields, uploads: list[tuple[str, str, str, bytes]]) -> Body:
    """A form with files: for each the name of the field, that of the file, its type and its content."""
    start = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'.encode()
    parts = [start + to_bytes(name) + b'"\r\n\r\n' + to_bytes(value) for name, value in fields]
    parts += [
        start + to_bytes(f'{name}"; filename="{file}"\r\nContent-Type: {file_type}\r\n\r\n') + content
        for name, file, file_type, content in uploads
    ]
    return Body(MULTIPART, b"".join(part + b"\r\n" for part in parts) + f"--{BOUNDARY}--\r\n".encode())


_names = st.one_of(st.just(""), texts, st.sampled_from(NAMES), st.sampled_from(NAMES))
_broken = st.builds(
    lambda part, type_: Body(type_, part.replace(b"{}", BOUNDARY.encode())),
    st.sampled_from(BROKEN_PARTS),
    st.sampled_from((MULTIPART, MULTIPART, MULTIPART, "multipart/form-data", "multipart/form-data; boundary=")),
)
_json = st.builds(lambda text: Body("application/json", text.encode()), st.sampled_from(JSON))
_raw = st.builds(
    Body,
    st.sampled_from((URLENCODED, "text/plain", "", "x/y", MULTIPART)),
    st.binary(max_size=60).map(lambda it: it * 9),
)


@st.composite
def bodies(draw: st.DrawFn, known: list[Fields], upload_names: tuple[str, ...]) -> Body:
    """A body for a form; `known`: its fields, as pages have shown them, with every choice of each."""
    kind = draw(
        st.sampled_from(("form",) * 9 + ("files", "files", "broken", "broken", "json", "raw", "many", "charset"))
    )
    if kind in ("broken", "json", "raw"):
        return draw({"broken": _broken, "json": _json, "raw": _raw}[kind])
    fields = draw(form_fields(known))
    if kind == "files":
        name = draw(st.one_of(st.sampled_from(upload_names), _names))
        file = draw(st.sampled_from(FILE_NAMES)), draw(st.sampled_from(FILE_TYPES)), draw(st.sampled_from(files()))
        return multipart(fields, [(name, *file)] * draw(st.sampled_from((1, 1, 1, 2, 40))))
    body = urlencoded(fields)
    if kind == "many":
        return Body(URLENCODED, body.content + b"&a=" * draw(st.sampled_from((900, 2_100, 10_000))))
    if kind == "charset":
        return body._replace(content_type=f"{URLENCODED}; charset={draw(st.sampled_from(CHARSETS))}")
    return body


@st.composite
def form_fields(draw: st.DrawFn, known: list[Fields]) -> Fields:
    """One choice for each field of a form, some of them strange, missing, doubled or unknown."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    choices: dict[str, list[str]] = {}
    for name, value in chance.choice(known) if known else []:
        choices.setdefault(name, []).append(value)
    fields = [(name, chance.choice(values)) for name, values in choices.items()]
    for _ in range(draw(st.integers(0, 3))):
        place = chance.randrange(len(fields) + 1)
        name = fields[place][0] if place < len(fields) and chance.random() < 0.9 else draw(_names)
        change = [] if chance.random() < 0.15 else [(name, draw(texts))]
        # Replaces the field, or comes beside it.
        fields[place : place + (chance.random() < 0.9)] = change
    if choices.get("csrf_token") or draw(st.integers(0, 9)):
        fields = [("csrf_token", CSRF_TOKEN), *((name, value) for name, value in fields if name != "csrf_token")]
    return fields
