"""The review after ASVS names tests and documents that exist."""

import re

from wzo.config import ROOT

TEXT = (ROOT / "docs" / "asvs.md").read_text()


def test_it_goes_through_every_chapter() -> None:
    assert re.findall(r"^## V(\d+) ", TEXT, re.M) == [str(number) for number in range(1, 18)]


def test_it_names_tests_that_exist() -> None:
    named = set(re.findall(r"`((?:[\w/]+/)?test_\w+\.py)`", TEXT))
    assert len(named) > 40
    assert {name for name in named if not (ROOT / "tests" / name).exists()} == set()


def test_it_names_modules_and_documents_that_exist() -> None:
    modules = {name for name in re.findall(r"`([\w/]+\.py)`", TEXT) if not name.rpartition("/")[2].startswith("test_")}
    assert {name for name in modules if not (ROOT / "wzo" / name).exists()} == set()
    links = set(re.findall(r"\]\(([\w./-]+\.md)", TEXT))
    assert {name for name in links if not (ROOT / "docs" / name).resolve().exists()} == set()
