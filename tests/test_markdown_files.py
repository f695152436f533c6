"""Files in texts."""

import pytest
from flask import Flask

from tests.files.conftest import document, film, sound
from wzo.extensions import db
from wzo.files import actions
from wzo.files.formats import file_markdown, key_from_url, keys_in
from wzo.files.models import File
from wzo.files.sizes import size_text
from wzo.i18n import in_language
from wzo.markdown import absolute_urls, extract_links, plain_text, render_markdown
from wzo.stories.print_edition import PrintedLinks
from wzo.stories.single_file import make_single_file

__all__ = ["document", "film", "sound"]
pytestmark = pytest.mark.one_database


def shown(markdown: str, language: str = "en") -> str:
    return render_markdown(markdown, language).replace("&nbsp;", " ")


def test_it_says_what_a_link_to_a_file_leads_to(document: File) -> None:
    path = f"/files/{document.key}.pdf"
    size = f"{round(document.size / 1024)}"
    link = f'<a href="{path}">Our *report* <span class="format">(PDF, {size} KB)</span></a>'
    assert shown(f"Read [Our \\*report\\*]({path}).") == f"<p>Read {link}.</p>"
    assert shown(f"[Our \\*report\\*]({path})") == f'<p class="file">{link}</p>'
    assert f"(PDF, {size} КБ)" in shown(f"[Отчёт]({path})", "ru")
    # Another format, or no such file: a link as it was typed.
    assert "class" not in shown(f"[a](/files/{document.key}.docx)") + shown(f"[a](/files/{'0' * 32}.pdf)")


def test_it_shows_the_new_version_of_a_file_at_once(document: File) -> None:
    text = f"[Report](/files/{document.key}.pdf)"
    before = shown(text)
    file = db.session.get_one(File, document.id)
    actions._record_version(file.id, 5, "b.pdf", actions.CheckedFile("pdf", bytes(3 * 1024 * 1024 + 200_000)))
    assert shown(text) != before
    assert "(PDF, 3.2 MB)" in shown(text)
    actions.delete_file(file_id=document.id)
    assert "MB" not in shown(text)


def test_it_finds_files_in_texts(app: Flask) -> None:
    key = "0123456789abcdef" * 2
    line = file_markdown(key, "pdf", "A [strange] *title*")
    assert keys_in(f"{line} and https://wzo.example/files/{key}.pdf") == {key}
    assert extract_links(line) == [(f"/files/{key}.pdf", "A [strange] *title*")]
    assert plain_text(line) == "A [strange] *title*"
    assert key_from_url(f"/files/{key}.pdf") == key
    assert key_from_url(f"/files/{key}.exe") == key_from_url(f"/files/{key}") == ""


def test_it_gives_sizes_in_each_language(app: Flask) -> None:
    with in_language("en"):
        assert [size_text(size) for size in (1, 84_000, 1_258_291)] == ["1 KB", "82 KB", "1.2 MB"]
    with in_language("ru"):
        assert size_text(1_258_291) == "1,2 МБ"


def test_it_keeps_the_link_on_paper_in_feeds_and_in_single_files(document: File) -> None:
    path = f"/files/{document.key}.pdf"
    html = render_markdown(f"[Report]({path})", "en")
    address = f"https://wzo.example{path}"
    assert f'href="{address}"' in absolute_urls(html, "https://wzo.example/en/stories/a/")
    assert f'href="{address}"' in make_single_file(html, "https://wzo.example/en/stories/a/")
    links = PrintedLinks("https://wzo.example/en/stories/a/")
    assert "Report" in links.rewrite(html)
    assert links.urls == [address]


def test_it_plays_recordings_without_a_request_before_a_reader_asks(film: File, sound: File) -> None:
    path = f"/files/{film.key}.mp4"
    assert shown(f"[Film *one*]({path})", "ru") == (
        '<figure class="player">'
        f'<video controls="" preload="none" src="{path}" aria-label="Film one">'
        f'<track kind="captions" src="/files/{film.key}/ru.vtt" srclang="ru" label="Русский" default="">'
        f'</video><figcaption><a href="{path}">Film <em>one</em> <span class="format">(MP4, 1 КБ)</span></a>'
        "</figcaption></figure>"
    )
    english = shown(f"[Film]({path})")
    assert "<details><summary>Transcript</summary><p>Hello &lt;b&gt;.</p><p>Good bye.</p></details>" in english
    assert "default" not in english
    audio = shown(f"[Voice](/files/{sound.key}.mp3)")
    assert f'<audio controls="" preload="none" src="/files/{sound.key}.mp3" aria-label="Voice"></audio>' in audio
    assert "<audio" not in shown(f"In a sentence, [Voice](/files/{sound.key}.mp3).")


def test_it_keeps_the_words_of_a_recording_where_nothing_plays(film: File) -> None:
    url = "https://wzo.example/en/stories/a/"
    html = render_markdown(f"[Film](/files/{film.key}.mp4)", "en")
    links = PrintedLinks(url)
    for elsewhere in (absolute_urls(html, url), make_single_file(html, url), links.rewrite(html)):
        assert [tag for tag in ("<video", "</video", "<track") if tag in elsewhere] == []
        assert [words for words in ("Film", "Good bye.") if words not in elsewhere] == []
    assert links.urls == [f"https://wzo.example/files/{film.key}.mp4"]
    assert "<details open" in PrintedLinks(url).rewrite(html)
