"""An uploaded document."""

import pytest
from flask import Flask

from tests.files.recordings import mp3, mp4
from tests.files.samples import pdf
from wzo.extensions import write_transaction
from wzo.files import actions
from wzo.files.models import File
from wzo.files.reference_index import file_uses
from wzo.i18n import LANGUAGES


@pytest.fixture
def document(app: Flask) -> File:
    """A PDF that nothing uses yet, with a title in both languages."""
    file = actions.add_file(data=pdf(), name="Иванова правки.pdf", editor_id=None)
    titles = {"ru": "Отчёт о колониях", "en": "Report on colonies"}
    actions.describe_file(file_id=file.id, texts={code: {"title": titles[code]} for code in LANGUAGES})
    return file


def offer(file: File, *, live: bool = True, locale: str = "ru", offered: bool = True) -> None:
    """Let a story use a file, or stop using it."""
    with write_transaction():
        keys = {file.key} if offered else set()
        file_uses.record(content_type="stories", object_id=1, locale=locale, live=live, keys=keys)


@pytest.fixture
def film(app: Flask) -> File:
    """A video with captions in Russian and a transcript in English."""
    file = actions.add_file(data=mp4(), name="film.mp4", editor_id=None)
    texts = {
        "ru": {"title": "Фильм", "captions": "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nПривет\n"},
        "en": {"title": "Film", "transcript": "Hello <b>.\n\nGood\nbye."},
    }
    actions.describe_file(file_id=file.id, texts=texts)
    return file


@pytest.fixture
def sound(app: Flask) -> File:
    """An audio recording."""
    return actions.add_file(data=mp3(), name="voice.mp3", editor_id=None)
