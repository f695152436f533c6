"""Captions, as they are pasted and as they are served."""

import pytest

from wzo.files.checking.captions import clean_captions
from wzo.files.checking.refusals import FileRefused
from wzo.i18n import in_language

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("app")]


def test_it_cleans_captions() -> None:
    text = (
        "\ufeffWEBVTT - by Anna\r\n\r\nNOTE by Anna\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n"
        "1\r\n00:01.000 --> 00:04.500 align:start\r\n<v Anna>Hello.\r\nAnd again.\r\n\r\n"
        "1:00:05.000 --> 1:00:06.000\r\nB\r\n"
    )
    assert clean_captions(text) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:04.500\n<v Anna>Hello.\nAnd again.\n\n01:00:05.000 --> 01:00:06.000\nB\n"
    )
    assert clean_captions(" \n ") == ""
    assert clean_captions(clean_captions(text)) == clean_captions(text)
    subrip = "1\n00:00:01,000 --> 00:00:04,500\nПривет.\n\n2\n00:00:05,000 --> 00:00:06,000\nПока.\n"
    assert clean_captions(subrip).startswith("WEBVTT\n\n00:00:01.000 --> 00:00:04.500\nПривет.")


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Just a text.", "Line 1"),
        ("WEBVTT", "no line has times"),
        ("WEBVTT\n\n1 --> 2\nA", "Line 3"),
        ("WEBVTT\n\n00:05.000 --> 00:04.000\nA", "backwards"),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\nA\n\n00:01.000 --> 00:06.000\nB", "Line 6"),
        ("a" * 500_001, "too long"),
    ],
)
def test_it_says_what_is_wrong_with_captions(text: str, advice: str) -> None:
    with in_language("en"), pytest.raises(FileRefused) as refused:
        clean_captions(text)
    with in_language("en"):
        assert advice in str(refused.value)
