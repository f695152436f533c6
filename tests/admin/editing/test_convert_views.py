"""Texts that editors paste, drop and upload: converted, saved, published, with a list of what was left out."""

import base64
import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import STORY_PATH, EditPage, create
from tests.conftest import SignIn
from tests.media.samples import animated
from tests.to_markdown.clipboards import read_clipboards
from tests.to_markdown.files import docx, footnote_reference, odt, paragraph, picture, png, run
from tests.to_markdown.pages import DIALECTS, long_page
from wzo.admin.editing.forms import MAX_FIELD_LENGTH
from wzo.to_markdown.archives import MAX_FILE_SIZE

pytestmark = pytest.mark.one_database

PNG_URL = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
PICTURE = re.compile(r"!\[[^]]*\]\(/media/\w{32}\.jpg#64x48\)")


def convert(client: FlaskClient, language: str = "ru", query: str = "", **parts: Any) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/admin/stories/").text)
    assert token
    files = {
        name: (io.BytesIO(part if isinstance(part, bytes) else part.encode()), name)
        for name, part in parts.items()
        if name != "first_note"
    }
    data = {"csrf_token": token[1], "language": language, "first_note": parts.get("first_note", 1), **files}
    return client.post(f"/admin/convert{query}", data=data, content_type="multipart/form-data")


def upload(page: EditPage, name: str, data: bytes, file: str = "Текст.docx") -> Any:
    return page.client.post(
        page.path,
        data={**page.fields, "do": "save", name: (io.BytesIO(data), file)},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def test_it_says_that_a_pasted_animation_does_not_move(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    moving = f"data:image/gif;base64,{base64.b64encode(animated('GIF')).decode()}"
    notice = convert(client, html=f"<p>a</p><img src='{moving}'><img src='{PNG_URL}'>").json["notice"]
    assert notice == "2 pictures were added; describe them. 1 animation was reduced to its first frame."


def test_it_converts_what_is_pasted(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    answer = convert(client, html=f"<p>a<a href='#fn1'>1</a></p><p><a href='#fnref1'>1</a> b</p><img src='{PNG_URL}'>",
                     first_note=7)  # fmt: skip
    markdown = answer.json["markdown"]
    assert markdown.startswith("a[^7]\n\n[^7]: b\n\n![](/media/")
    assert answer.json["notice"] == "1 picture was added; describe it."
    assert convert(client, text="- Да.\n- Нет.").json["markdown"] == "— Да.\\\n— Нет."
    assert "Markdown" in convert(client, text="## A").json["notice"]
    assert convert(client, html="<p> </p>").json == {"markdown": "", "notice": "There was no text in it."}
    assert convert(client, html="<p>a</p>", language="de").status_code == 400
    assert convert(client, document=docx(paragraph(run("Слово")))).json["markdown"] == "Слово"
    refused = convert(client, document=b"PK")
    assert refused.status_code == 422
    assert "damaged" in refused.json["error"]


def test_it_takes_the_pictures_of_word_from_its_rtf(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    data = png().hex()
    lines = "\n".join(data[start : start + 128] for start in range(0, len(data), 128))
    rtf = (
        r"{\rtf1{\*\shppict{\pict{\*\picprop}\picwgoal900\emfblip " + "01" * 64 + "}}"
        r"{\*\shppict{\pict{\*\picprop}\picw64\pngblip\bliptag1{\*\blipuid 00112233445566778899aabbccddeeff}"
        "\n" + lines +
        r"}}{\nonshppict{\pict\wmetafile8 " + "02" * 64 + "}}}"
    )  # fmt: skip
    html = "<p>one<img src='file:///C:/1.emz'></p><p>two<img src='file:///C:/2.png'></p>"
    answer = convert(client, html=html, rtf=rtf)
    assert re.sub(r"\w{32}", "KEY", answer.json["markdown"]) == "one\n\ntwo\n\n![](/media/KEY.jpg#64x48)"
    assert answer.json["notice"] == "Left out: 1 picture (after “one”). 1 picture was added; describe it."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", docx(paragraph(run("Слова") + footnote_reference(1)) + paragraph(picture()), {1: "Том."})),
        (
            "a.odt",
            odt(
                '<text:p>Слова<text:note text:note-class="footnote"><text:note-body><text:p>Том.</text:p>'
                "</text:note-body></text:note></text:p>"
                '<text:p><draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame></text:p>'
            ),
        ),
    ],
)
def test_it_adds_a_document_that_is_uploaded_without_scripts(page: EditPage, name: str, data: bytes) -> None:
    page.fill({"ru.body": "Начало[^1].\n\n[^1]: Есть."})
    response = upload(page, "document.ru.body", data, name)
    assert f"{name}: 1 picture was added; describe it." in response.text.replace("\xa0", " ")
    body = page.read(response.text).value("ru.body")
    assert body.startswith("Начало[^1].\n\n[^1]: Есть.\n\nСлова[^2]\n\n![](/media/")
    assert body.endswith("\n\n[^2]: Том.")
    assert PICTURE.search(body)


@pytest.mark.slow
def test_it_keeps_the_form_if_a_document_is_refused(page: EditPage) -> None:
    page.fill({"ru.body": "Начало."})
    for data, reason in (
        (b"x", "damaged"),
        (b"%PDF-1.7", "press “Document or recording”"),
        (bytes(MAX_FILE_SIZE + 1), "larger than 20 MB"),
        (docx(paragraph(run("а" * MAX_FIELD_LENGTH))), "100,000 characters"),
    ):
        response = upload(page, "document.ru.body", data)
        assert response.status_code == 422
        _, _, error = response.text.replace("\xa0", " ").partition('id="document.ru.body-error"')
        assert reason in error.partition("</p>")[0]
        assert page.read(response.text).value("ru.body") == "Начало."
    assert "Слово" not in upload(page, "document.ru.title", docx(paragraph(run("Слово")))).text


@pytest.mark.slow
def test_it_keeps_every_clipboard_through_ten_saves(page: EditPage, app: Flask) -> None:
    samples = read_clipboards()
    whole = {
        language: "\n\n".join(
            re.sub(r"\[\^(\d)\]", rf"[^{number}\1]", sample.markdown)
            for number, sample in enumerate(samples, 1)
            if sample.language == language
        )
        for language in ("ru", "en")
    }
    for _ in range(10):
        assert page.fill({f"{language}.body": text for language, text in whole.items()}).press().status_code == 303
        page.open()
        assert {language: page.value(f"{language}.body") for language in whole} == whole


@pytest.mark.slow
def test_it_publishes_and_exports_every_word_of_the_longest_text(
    app: Flask, client: FlaskClient, sign_in: SignIn, page: EditPage
) -> None:
    source = long_page(DIALECTS["Word"], 84_000)
    text = convert(client, html=source.html).json["markdown"]
    assert 0.95 * MAX_FIELD_LENGTH < len(text) <= MAX_FIELD_LENGTH
    assert page.fill({"ru.body": text}).press().status_code == 303
    assert page.open().value("ru.body") == text
    assert page.press("publish:ru en").status_code == 303
    for path in (STORY_PATH, f"{STORY_PATH}offline.html", f"{STORY_PATH}print/"):
        shown = re.sub(
            r"<sup>.*?</sup>|<[^>]+>", " ", client.get(path).text.partition("<main")[2].replace("\u00ad", "")
        )
        words = re.findall(r"[а-я]+\d+", shown)
        assert words[: len(source.words)] == source.words, path
        assert [it for it in words[len(source.words) :] if it in set(source.note_words)] == source.note_words, path
        assert not set(source.struck) & set(words)


def test_it_lists_omissions_in_the_language_of_the_panel(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    assert convert(client, "en", query="?lang=ru", html="<p>a</p>").json["notice"] == "Перенесено всё."


def test_it_needs_a_writer(client: FlaskClient) -> None:
    assert client.post("/admin/convert", data={"language": "ru"}).status_code == 401


def test_it_shows_a_field_for_documents_under_each_text(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    text = create(client).text
    assert re.findall(r'type="file"[^>]* name="(document\.[^"]+)"', text) == ["document.ru.body", "document.en.body"]
