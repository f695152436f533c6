"""The style sheets of pages are combined, and as long as they are not, pages link those that they consist of."""

import os

import pytest

from wzo.bundles import combine, combine_scripts
from wzo.static_files import COMBINED, FOLDER, SCRIPTS, SHEETS, StaticFiles, is_current, sources_of

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("name", SHEETS)
def test_it_combines_the_sheets_of_a_page_and_loses_no_declaration(name: str) -> None:
    combine()
    sources = [(FOLDER / source).read_text() for source in sources_of(name)]
    combined = (FOLDER / COMBINED / f"{name}.css").read_text()
    assert len(combined) < 0.9 * len("".join(sources))
    assert "/*" not in combined
    assert combined.count("{") == "".join(sources).count("{")
    # The last declaration of a rule loses its semicolon.
    assert combined.count(";") + combined.count("}") >= "".join(sources).count(";")


def test_it_links_the_sources_where_one_of_them_is_newer(monkeypatch: pytest.MonkeyPatch) -> None:
    combine()
    is_current.cache_clear()
    files = StaticFiles()
    assert files.stylesheets("home") == ["css/pages/home.css"]
    assert files.stylesheets() == ["css/pages/site.css"]
    source = FOLDER / "css" / "home.css"
    before = source.stat()
    is_current.cache_clear()
    try:
        os.utime(source, (before.st_atime, before.st_mtime + 10**6))
        assert files.stylesheets("home") == ["css/site.css", "css/home.css"]
        assert files.stylesheets() == ["css/pages/site.css"]
    finally:
        os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
        is_current.cache_clear()


def test_it_combines_the_scripts_of_the_edit_page_in_their_order() -> None:
    combine_scripts()
    is_current.cache_clear()
    assert StaticFiles().scripts("edit") == ["js/pages/edit.js"]
    sources = [(FOLDER / name).read_text() for name in SCRIPTS["edit"]]
    assert (FOLDER / "js/pages/edit.js").read_text() == "".join(sources)
    # Each is a script of its own, and ends its last statement.
    assert all(source.rstrip().endswith("})();") for source in sources)
    source = FOLDER / "js" / "edit" / "saving.js"
    before = source.stat()
    is_current.cache_clear()
    try:
        os.utime(source, (before.st_atime, before.st_mtime + 10**6))
        assert StaticFiles().scripts("edit") == list(SCRIPTS["edit"])
    finally:
        os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
        is_current.cache_clear()
