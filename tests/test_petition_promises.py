"""The document of what signing promises names tests that exist."""

import re

from tests.test_layout import TESTS
from wzo.config import ROOT

DOCUMENT = ROOT / "docs" / "petition-promises.md"


def test_it_names_tests_that_exist() -> None:
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", DOCUMENT.read_text())
    assert len(named) > 20
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (TESTS / file).exists() or (test and f"def {test}(" not in (TESTS / file).read_text())
    ]
    assert missing == []
