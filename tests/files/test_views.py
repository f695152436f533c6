"""Who may have an uploaded file, and how it is sent."""

import io

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from tests.conftest import SignIn
from tests.files.conftest import document, film, offer
from tests.media.samples import small
from wzo.files import actions, serving
from wzo.files.models import File
from wzo.media.store import store

__all__ = ["document", "film"]


def test_it_serves_the_public_while_something_live_offers_the_file(client: FlaskClient, document: File) -> None:
    path = f"/files/{document.key}.pdf"
    assert client.get(path).status_code == 404
    offer(document, live=False)
    assert client.get(path).status_code == 404
    offer(document)
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    assert response.data.startswith(b"%PDF-")
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    # The name that the file had may be that of a person.
    assert response.headers["Content-Disposition"] == "inline; filename=otchet-o-koloniyakh.pdf"
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "Set-Cookie" not in response.headers
    again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    offer(document, offered=False)
    gone = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert (gone.status_code, gone.headers["Cache-Control"]) == (410, "no-store")


def test_it_serves_editors_what_nothing_uses(client: FlaskClient, sign_in: SignIn, document: File) -> None:
    sign_in(client, "writer")
    response = client.get(f"/files/{document.key}.pdf")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-cache")


@pytest.mark.parametrize(
    "path", ["{}.docx", "{}.exe", "{}", "{}.pdf/", "{}/ru.vtt", "{}/poster.jpg", "a.pdf", "{}a.pdf"]
)
def test_it_has_nothing_else_under_the_key(client: FlaskClient, document: File, path: str) -> None:
    offer(document)
    assert client.get(f"/files/{path.format(document.key)}").status_code == 404


def test_it_sends_the_parts_that_players_ask_for(client: FlaskClient, document: File) -> None:
    offer(document)
    path = f"/files/{document.key}.pdf"
    whole = client.get(path)
    assert whole.headers["Accept-Ranges"] == "bytes"
    size = len(whole.data)
    for asked, start, stop in (
        ("0-", 0, size),
        ("5-9", 5, 10),
        ("-4", size - 4, size),
        (f"-{size * 2}", 0, size),
        (f"7-{size * 2}", 7, size),
    ):
        part = client.get(path, headers={"Range": f"bytes={asked}"})
        assert (part.status_code, part.data) == (206, whole.data[start:stop]), asked
        assert part.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
        assert part.headers["Cache-Control"] == "public, max-age=60"
    for ignored in ("bytes=0-1,3-4", "lines=1-2", "bytes"):
        assert client.get(path, headers={"Range": ignored}).data == whole.data
    beyond = client.get(path, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    other = client.get(path, headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert (other.status_code, other.data) == (200, whole.data)
    same = client.get(path, headers={"Range": "bytes=0-1", "If-Range": whole.headers["ETag"]})
    assert (same.status_code, same.data) == (206, whole.data[:2])
    head = client.head(path)
    assert (head.status_code, head.content_length, head.data) == (200, size, b"")


def test_it_sends_the_parts_of_a_text_as_they_are(client: FlaskClient) -> None:
    text = actions.add_file(data="слово ".encode() * 500, name="a.txt", editor_id=None)
    offer(text)
    path = f"/files/{text.key}.txt"
    whole = client.get(path)
    part = client.get(path, headers={"Range": "bytes=0-999", "Accept-Encoding": "br, gzip"})
    assert (part.status_code, part.data) == (206, whole.data[:1000])
    assert part.headers["ETag"] == whole.headers["ETag"]
    assert "Content-Encoding" not in part.headers


def test_it_holds_no_more_than_a_piece_of_a_large_file(
    client: FlaskClient, document: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(document)
    monkeypatch.setattr(serving, "CHUNK", 100)
    path = f"/files/{document.key}.pdf"
    whole = client.get(path)
    assert whole.data.startswith(b"%PDF-")
    assert len(whole.data) == whole.content_length > 1000
    part = client.get(path, headers={"Range": "bytes=50-"})
    assert (part.status_code, part.data) == (206, whole.data[50:150])


def test_it_says_so_when_the_file_is_gone_from_the_store(client: FlaskClient, document: File) -> None:
    offer(document)
    store().delete_folder(document.key)
    assert client.get(f"/files/{document.key}.pdf").status_code == 404


@pytest.mark.slow
def test_it_serves_the_captions_and_the_picture_of_a_video_with_it(client: FlaskClient, film: File) -> None:
    path = f"/files/{film.key}"
    assert client.get(f"{path}/ru.vtt").status_code == 404
    offer(film)
    captions = client.get(f"{path}/ru.vtt")
    assert (captions.status_code, captions.mimetype) == (200, "text/vtt")
    assert captions.text.startswith("WEBVTT")
    assert client.get(f"{path}/en.vtt").status_code == 404
    assert client.get(f"{path}/poster.jpg").status_code == 404
    actions.set_poster(film, FileStorage(io.BytesIO(small(size=(1200, 800)))))
    assert client.get(f"{path}/poster.jpg").mimetype == "image/jpeg"
    assert client.get(f"{path}.mp4").mimetype == "video/mp4"
    offer(film, offered=False)
    for gone in ("/ru.vtt", "/poster.jpg", ".mp4"):
        assert client.get(f"{path}{gone}").status_code == 410
