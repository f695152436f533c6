"""The style sheets of pages are combined, and as long as they are not, pages link those that they consist of."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from wzo import bundles, static_files
from wzo.bundles import combine, combine_scripts
from wzo.static_files import COMBINED, SCRIPTS, SHEETS, StaticFiles, is_current, sources_of

pytestmark = pytest.mark.one_database


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the static files, because a running site takes changed files for those of another version."""
    copy = shutil.copytree(static_files.FOLDER, tmp_path / "static")
    for module in (bundles, static_files):
        monkeypatch.setattr(module, "FOLDER", copy)
    is_current.cache_clear()
    yield copy
    is_current.cache_clear()


def make_newer(source: Path) -> None:
    os.utime(source, (source.stat().st_atime, source.stat().st_mtime + 10**6))
    is_current.cache_clear()


@pytest.mark.parametrize("name", SHEETS)
def test_it_combines_the_sheets_of_a_page_and_loses_no_declaration(folder: Path, name: str) -> None:
    combine()
    sources = [(folder / source).read_text() for source in sources_of(name)]
    combined = (folder / COMBINED / f"{name}.css").read_text()
    assert len(combined) < 0.9 * len("".join(sources))
    assert "/*" not in combined
    assert combined.count("{") == "".join(sources).count("{")
    # The last declaration of a rule loses its semicolon.
    assert combined.count(";") + combined.count("}") >= "".join(sources).count(";")


def test_it_links_the_sources_where_one_of_them_is_newer(folder: Path) -> None:
    combine()
    files = StaticFiles()
    assert files.stylesheets("home") == ["css/pages/home.css"]
    assert files.stylesheets() == ["css/pages/site.css"]
    make_newer(folder / "css/home.css")
    assert files.stylesheets("home") == ["css/site.css", "css/home.css"]
    assert files.stylesheets() == ["css/pages/site.css"]


def test_it_combines_the_scripts_of_the_edit_page_in_their_order(folder: Path) -> None:
    combine_scripts()
    assert StaticFiles().scripts("edit") == ["js/pages/edit.js"]
    sources = [(folder / name).read_text() for name in SCRIPTS["edit"]]
    assert (folder / "js/pages/edit.js").read_text() == "".join(sources)
    # Each is a script of its own, and ends its last statement.
    assert all(source.rstrip().endswith("})();") for source in sources)
    make_newer(folder / "js/edit/saving.js")
    assert StaticFiles().scripts("edit") == list(SCRIPTS["edit"])
