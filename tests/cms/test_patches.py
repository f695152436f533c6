"""Patches: a changed letter is sent, not the text."""

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wzo.cms.patches import Patch, PatchMismatch, parse_patch, replacements

pytestmark = pytest.mark.one_database
LINES = st.lists(st.text("аб \U0001f600\u00ad", max_size=4), max_size=6).map("\n".join)


@pytest.mark.slow
@given(LINES, LINES)
def test_it_turns_one_text_into_the_other(before: str, after: str) -> None:
    assert Patch(zlib.crc32(after.encode()), replacements(before, after)).apply(before) == after


def test_it_replaces_nothing_but_what_differs() -> None:
    assert replacements("один\nдва\nтри", "один\nдвое\nтри") == [(7, 8, "ое")]


def test_it_applies_to_no_other_text() -> None:
    patch = parse_patch(json.dumps([zlib.crc32("аб".encode()), [1, 1, "б"]]))
    assert patch.apply("а") == "аб"
    with pytest.raises(PatchMismatch):
        patch.apply("в")


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "[1]", "[1,[2,1,'x']]", '[1,[2,1,"x"]]', '[1,[-1,1,"x"]]', '[1,[0,0,"\\ud800"]]', "[" * 999],
)
def test_it_refuses_what_is_no_patch(text: str) -> None:
    with pytest.raises(PatchMismatch):
        parse_patch(text)
