"""Translation catalogues: complete, up to date and sound. The messages themselves are in English."""

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from wzo.config import ROOT
from wzo.i18n import LANGUAGES

CATALOGUES = sorted((ROOT / "wzo" / "translations").glob("*/LC_MESSAGES/messages.po"))
NAMES = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """Every message in the code and the templates."""
    pot = tmp_path_factory.mktemp("pot") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml"]
    subprocess.run([*command, "-k", "lazy_gettext", "-o", str(pot), "."], cwd=ROOT, check=True)
    return polib.pofile(str(pot))


def test_it_has_a_catalogue_for_every_language_but_english() -> None:
    assert {path.parent.parent.name for path in CATALOGUES} | {"en"} == set(LANGUAGES)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_it_translates_every_message(path: Path, wanted: polib.POFile) -> None:
    catalogue = polib.pofile(str(path))
    assert {(entry.msgid, entry.msgid_plural) for entry in catalogue} == {
        (entry.msgid, entry.msgid_plural) for entry in wanted
    }, "the catalogue is stale: run `make translations`"
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy] == []
    assert catalogue.percent_translated() == 100


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_it_keeps_every_placeholder_and_plural_form(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        forms = list(entry.msgstr_plural.values()) or [entry.msgstr]
        for form in forms:
            assert set(NAMES.findall(form)) == set(NAMES.findall(entry.msgid_plural or entry.msgid)), entry.msgid
            assert '"' not in form
            assert form.strip() == form
        if entry.msgid_plural and "/ru/" in str(path):
            assert len(forms) == 3


def test_it_has_compiled_catalogues_as_new_as_their_sources() -> None:
    for path in CATALOGUES:
        compiled = polib.mofile(str(path.with_suffix(".mo")))
        assert {entry.msgid: entry.msgstr for entry in compiled} == {
            entry.msgid: entry.msgstr for entry in polib.pofile(str(path))
        }
