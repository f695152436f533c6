"""What backups of the test databases leave out."""

import pytest

from wzo.backup import tables


@pytest.fixture(autouse=True)
def without_the_tests_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the tables in which tests/conftest.py keeps content that many tests load."""
    monkeypatch.setattr(tables, "EXCLUDED_PREFIXES", (*tables.EXCLUDED_PREFIXES, "copy_"))
