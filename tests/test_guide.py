"""The editors' guide: the same in both languages, with small pictures that have descriptions."""

import re
from pathlib import Path

import pytest

from tests.guide import FOLDER, LARGEST
from wzo.config import ROOT
from wzo.i18n import LANGUAGES

PICTURE = re.compile(r"!\[(.*?)\]\((.*?)\)")


def read(language: str) -> str:
    return (ROOT / "docs" / f"editors.{language}.md").read_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_small_pictures_with_descriptions(language: str) -> None:
    shown = PICTURE.findall(read(language))
    files = [ROOT / "docs" / path for _, path in shown]
    assert {path.name for path in files} == {path.name for path in FOLDER.glob(f"{language}-*.png")}
    assert [path.name for path in files if path.stat().st_size > LARGEST] == []
    assert [path for alt, path in shown if len(alt) < 30] == []


def test_it_has_the_same_structure_in_both_languages() -> None:
    def shape(text: str) -> list[str]:
        return [re.sub(r"^.*/\w\w-", "", path) for path in re.findall(r"^##|editors/\w\w-[\w-]+", text, re.M)]

    assert shape(read("ru")) == shape(read("en"))


def test_it_links_to_both_languages() -> None:
    linked = re.findall(r"\]\(([\w.]+)\)", (ROOT / "docs" / "editors.md").read_text())
    assert {Path(name) for name in linked} == {Path(f"editors.{language}.md") for language in LANGUAGES}
