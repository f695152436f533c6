"""The pages of the panel on documents and recordings."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from tests.admin.editing.edit_page import COMPLETE, create, id_of
from tests.conftest import SignIn
from tests.files import samples
from tests.files.conftest import document, film, offer
from tests.html import parse
from tests.media.samples import small
from wzo.clock import now
from wzo.cms import scheduling
from wzo.cms.content_types import registry
from wzo.cms.draft_links import create_draft_link
from wzo.extensions import db
from wzo.files import actions
from wzo.files.models import File
from wzo.media.store import store
from wzo.typography import NBSP

pytestmark = pytest.mark.one_database

__all__ = ["document", "film"]
PAGE = "/admin/files/"


def plain(text: str) -> str:
    """A text with plain spaces instead of no-break spaces."""
    return text.replace(NBSP, " ")


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PAGE).text)
    assert found
    return found[1]


def upload(client: FlaskClient, *files: tuple[str, bytes], fragment: bool = False):  # type: ignore[no-untyped-def]
    data = {"csrf_token": token(client), "files": [(io.BytesIO(content), name) for name, content in files]}
    headers = {"HX-Request-Type": "partial"} if fragment else {}
    return client.post(f"{PAGE}upload/", data=data, headers=headers)


def replace(client: FlaskClient, file: File, content: bytes, name: str = "new.pdf") -> str:
    data = {"csrf_token": token(client), "file": (io.BytesIO(content), name)}
    response = client.post(f"{PAGE}{file.id}/replace/", data=data, follow_redirects=True)
    assert response.status_code == 200
    return plain(response.text)


def test_it_opens_a_single_upload_for_its_title(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    response = upload(client, ("../Отчёт.docx", samples.docx(samples.CHANGE)))
    assert response.status_code == 303
    page = client.get(response.location)
    assert parse(page.data).errors == []
    assert "tracked changes" in plain(page.text)
    assert "DOCX" in page.text
    assert db.session.scalars(select(File.name)).all() == ["Отчёт.docx"]
    assert "Отчёт.docx" in client.get(PAGE).text


@pytest.mark.parametrize("fragment", [False, True])
def test_it_explains_why_an_upload_was_refused(client: FlaskClient, sign_in: SignIn, fragment: bool) -> None:
    sign_in(client, "writer", "ru")
    files = (("a.pdf", samples.pdf()), ("b.pdf", b"MZ\0\0"), ("c<b>.pdf", samples.pdf(samples.with_script)))
    response = upload(client, *files, fragment=fragment)
    assert response.status_code == 422
    assert ("<h1>" in response.text) is not fragment
    assert "Файлы такого типа не принимаются" in plain(response.text)
    assert "напечатайте в новый PDF" in plain(response.text)
    assert "c&lt;b&gt;.pdf" in response.text
    assert db.session.scalars(select(File.name)).all() == ["a.pdf"]


def test_it_says_so_when_no_file_was_chosen(client: FlaskClient, sign_in: SignIn, document: File) -> None:
    sign_in(client, "writer")
    assert "No file was chosen." in upload(client).text
    response = client.post(f"{PAGE}{document.id}/replace/", data={"csrf_token": token(client)}, follow_redirects=True)
    assert "No file was chosen." in response.text


def test_it_saves_titles_and_gives_the_lines_for_texts(client: FlaskClient, sign_in: SignIn, document: File) -> None:
    sign_in(client, "writer")
    data = {"csrf_token": token(client), "title_ru": "Доклад", "title_en": "Our [new] paper"}
    page = client.post(f"{PAGE}{document.id}/", data=data, follow_redirects=True).text
    assert f"[Доклад](/files/{document.key}.pdf)" in page
    assert rf"[Our \[new\] paper](/files/{document.key}.pdf)" in page
    chosen = client.get(f"{PAGE}choose/?language=ru&q=доклад", headers={"HX-Request-Type": "partial"}).text
    assert f'data-markdown="[Доклад](/files/{document.key}.pdf)"' in chosen
    assert "data-markdown" not in client.get(f"{PAGE}choose/?q=nothing").text
    data["title_en"] = "a" * 301
    assert client.post(f"{PAGE}{document.id}/", data=data).status_code == 422


def test_it_lists_files_to_choose_in_the_language_of_the_text(
    client: FlaskClient, sign_in: SignIn, document: File
) -> None:
    sign_in(client, "writer", "ru")
    data = {"csrf_token": token(client), "title_ru": "Доклад", "title_en": "Our paper"}
    page = client.post(f"{PAGE}{document.id}/", data=data, follow_redirects=True).text
    assert "<h1>Доклад</h1>" in plain(page)
    # htmx asks for the whole page, and takes the list out of it.
    for headers in ({}, {"HX-Request-Type": "partial"}):
        chosen = plain(client.get(f"{PAGE}choose/?language=en", headers=headers).text)
        assert f'data-markdown="[Our paper](/files/{document.key}.pdf)"' in chosen
        assert "1 файл<" in chosen
        assert "Нет подходящих файлов" not in chosen


def test_it_replaces_a_file_under_the_same_address(client: FlaskClient, sign_in: SignIn, document: File) -> None:
    sign_in(client, "writer")
    before = client.get(f"/files/{document.key}.pdf")
    assert "must have the same format: PDF" in replace(client, document, samples.docx())
    assert "damaged" in replace(client, document, b"%PDF-1.7")
    assert client.get(f"/files/{document.key}.pdf").data == before.data
    assert "The new version is uploaded" in replace(client, document, samples.pdf(samples.with_comment))
    after = client.get(f"/files/{document.key}.pdf")
    assert after.data != before.data
    assert after.headers["ETag"] != before.headers["ETag"]
    # The earlier version may be what had to go.
    assert len(store().list(document.key)) == 1


def test_it_loses_no_version_when_two_editors_replace_a_file_at_once(
    client: FlaskClient, sign_in: SignIn, document: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = actions._record_version

    def record_after_another(*args: Any) -> int:
        monkeypatch.setattr(actions, "_record_version", record)
        theirs = FileStorage(io.BytesIO(samples.pdf(samples.with_comment)), "theirs.pdf")
        actions.replace_file(db.session.merge(document), theirs)
        return record(*args)

    sign_in(client, "writer")
    before = client.get(f"/files/{document.key}.pdf").data
    monkeypatch.setattr(actions, "_record_version", record_after_another)
    assert "The new version is uploaded" in replace(client, document, samples.pdf())
    assert client.get(f"/files/{document.key}.pdf").data == before
    assert len(store().list(document.key)) == 1


def test_it_lets_only_publishers_replace_what_is_on_the_site(
    client: FlaskClient, sign_in: SignIn, document: File
) -> None:
    offer(document)
    sign_in(client, "writer")
    before = client.get(f"/files/{document.key}.pdf").data
    assert "only a publisher can replace it" in replace(client, document, samples.pdf(samples.with_comment))
    assert client.get(f"/files/{document.key}.pdf").data == before
    sign_in(client, "publisher")
    assert "The new version is uploaded" in replace(client, document, samples.pdf(samples.with_comment))


def test_it_lets_only_publishers_replace_what_is_scheduled(
    client: FlaskClient, sign_in: SignIn, document: File
) -> None:
    sign_in(client, "writer")
    story = create(client)
    story.fill({**COMPLETE, "ru.body": f"[Отчёт](/files/{document.key}.pdf)"}).press()
    db.session.rollback()
    chosen = {"content_type": registry["stories"], "object_id": id_of(story), "languages": ["ru"]}
    scheduling.schedule(**chosen, at=now() + timedelta(days=1), author_id=1)
    changed = samples.pdf(samples.with_comment)
    assert "only a publisher can replace it" in replace(client, document, changed)
    scheduling.unschedule(**chosen)
    assert "The new version is uploaded" in replace(client, document, changed)


def test_it_moves_unused_files_to_the_bin_and_back(client: FlaskClient, sign_in: SignIn, document: File) -> None:
    sign_in(client, "writer")
    data = {"csrf_token": token(client)}
    offer(document)
    page = client.post(f"{PAGE}{document.id}/delete/", data=data, follow_redirects=True)
    assert "This file is on the site." in plain(page.text)
    offer(document, offered=False)
    assert "in the bin" in plain(client.post(f"{PAGE}{document.id}/delete/", data=data, follow_redirects=True).text)
    assert f"/admin/files/{document.id}/" not in client.get(PAGE).text
    assert f"/admin/files/{document.id}/" in client.get(f"{PAGE}?only=deleted").text
    client.post(f"{PAGE}{document.id}/restore/", data=data)
    assert f"/admin/files/{document.id}/" in client.get(f"{PAGE}?only=unused").text
    assert client.get(f"{PAGE}?only=other").status_code == 404


@pytest.mark.slow
def test_it_publishes_a_file_with_the_text_and_takes_it_down_with_it(
    client: FlaskClient, sign_in: SignIn, document: File
) -> None:
    sign_in(client, "publisher")
    story = create(client)
    line = f"[Отчёт](/files/{document.key}.pdf)"
    story.fill({**COMPLETE, "ru.body": f"Первый абзац.\n\n{line}"}).press()
    db.session.rollback()
    anonymous = client.application.test_client()
    assert anonymous.get(f"/files/{document.key}.pdf").status_code == 404
    assert "in a draft" in plain(client.get(f"{PAGE}{document.id}/").text)
    assert story.open().press("publish:ru en").status_code == 303
    db.session.rollback()
    assert anonymous.get(f"/files/{document.key}.pdf").status_code == 200
    assert 'class="badge live"' in client.get(f"{PAGE}{document.id}/").text
    client.post(f"{story.path}unpublish", data={"csrf_token": token(client), "languages": "ru en"})
    db.session.rollback()
    assert anonymous.get(f"/files/{document.key}.pdf").status_code == 410


def test_it_does_not_publish_a_text_whose_file_is_in_the_bin(
    client: FlaskClient, sign_in: SignIn, document: File
) -> None:
    sign_in(client, "publisher")
    story = create(client)
    story.fill({**COMPLETE, "ru.body": f"[Отчёт](/files/{document.key}.pdf)"}).press()
    actions.delete_file(file_id=document.id)
    page = story.open().press("publish:ru en")
    assert page.status_code == 422
    assert "a file in the text no longer exists" in plain(page.text)


def test_it_saves_captions_and_transcripts_of_recordings(client: FlaskClient, sign_in: SignIn, film: File) -> None:
    sign_in(client, "writer")
    page = client.get(f"{PAGE}{film.id}/")
    assert parse(page.data).errors == []
    data: dict[str, object] = {"csrf_token": token(client), "title_ru": "Ф", "captions_ru": "WEBVTT\n\n5 --> 6\nA"}
    refused = client.post(f"{PAGE}{film.id}/", data=data)
    assert refused.status_code == 422
    assert "Line 3 of the captions" in plain(refused.text)
    assert "5 --&gt; 6" in refused.text
    data |= {"captions_ru": "1\n00:00:01,000 --> 00:00:02,000\nПока", "transcript_en": "Bye."}
    data["poster"] = (io.BytesIO(small()), "a.jpg")
    saved = client.post(f"{PAGE}{film.id}/", data=data, follow_redirects=True).text
    assert "00:00:01.000 --&gt; 00:00:02.000" in saved
    assert "poster.jpg" in saved
    data["poster"] = (io.BytesIO(b"MZ"), "a.jpg")
    assert "not supported" in plain(client.post(f"{PAGE}{film.id}/", data=data, follow_redirects=True).text)


def test_it_lets_only_publishers_change_what_a_recording_on_the_site_says(
    client: FlaskClient, sign_in: SignIn, film: File
) -> None:
    offer(film)
    sign_in(client, "writer")
    data = {"csrf_token": token(client), "title_ru": "Новое", "captions_ru": "", "transcript_en": "Else."}
    page = client.post(f"{PAGE}{film.id}/", data=data, follow_redirects=True).text
    assert "Новое" in page
    assert "only a publisher can change" in plain(page)
    assert client.get(f"/files/{film.key}/ru.vtt").status_code == 200
    sign_in(client, "publisher")
    client.post(f"{PAGE}{film.id}/", data=data)
    assert client.get(f"/files/{film.key}/ru.vtt").status_code == 404


def test_it_gives_a_draft_s_files_to_readers_of_its_link_alone(
    client: FlaskClient, sign_in: SignIn, document: File, film: File
) -> None:
    sign_in(client, "writer")
    story = create(client)
    line = f"[Отчёт](/files/{document.key}.pdf)\n\n[Фильм](/files/{film.key}.mp4)"
    story.fill({**COMPLETE, "ru.body": line}).press()
    db.session.rollback()
    link = create_draft_link(
        content_type=registry["stories"], object_id=id_of(story), language="ru", reader="", days=7, author_id=1
    )
    reader = client.application.test_client()
    page = reader.get(f"/draft/{link}/").text
    for path in (f"/files/{document.key}.pdf", f"/files/{film.key}.mp4", f"/files/{film.key}/ru.vtt"):
        assert f'"{path}?draft={link}"' in page
        assert reader.get(f"{path}?draft={link}").status_code == 200
        assert reader.get(path).status_code == reader.get(f"{path}?draft=other").status_code == 404
