"""Translation catalogues: complete, up to date and sound. The messages themselves are in English."""

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS
from flask_babel import force_locale, ngettext

from wzo import create_app
from wzo.config import ROOT, load_settings
from wzo.i18n import LANGUAGES

CATALOGUES = sorted((ROOT / "wzo" / "translations").glob("*/LC_MESSAGES/messages.po"))
NAMES = re.compile(r"%\((\w+)\)[sd]")
# The functions whose messages `make translations` extracts, besides those that Babel knows by itself.
KEYWORDS = re.findall(r"-k \S+", (ROOT / "Makefile").read_text())


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """Every message in the code and the templates."""
    pot = tmp_path_factory.mktemp("pot") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml"]
    subprocess.run([*command, *" ".join(KEYWORDS).split(), "-o", str(pot), "."], cwd=ROOT, check=True)
    return polib.pofile(str(pot))


def test_it_has_a_catalogue_for_every_language_but_english() -> None:
    assert {path.parent.parent.name for path in CATALOGUES} | {"en"} == set(LANGUAGES)


def test_it_extracts_the_messages_of_every_function_that_is_used() -> None:
    used = {name for path in (ROOT / "wzo").rglob("*.py") for name in re.findall(r"\b\w*gettext\b", path.read_text())}
    known = {it.removeprefix("-k ").partition(":")[0] for it in KEYWORDS} | set(DEFAULT_KEYWORDS)
    assert used - known == set()


@pytest.mark.slow
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


# Numbers with their Russian plural form, of three.
FORMS = {1: 0, 21: 0, 101: 0, 2: 1, 3: 1, 4: 1, 22: 1, 0: 2, 5: 2, 11: 2, 12: 2, 14: 2, 20: 2, 111: 2}
PLACE = re.compile(r"%\((\w+)\)[sd]")
# After these words the number and its noun are in the genitive, where 2 and 5 take the same form.
GENITIVE_AFTER = re.compile(r"(?:\bдля|не хватает|\bиз|\bот|\bдо|\bбез|\bоколо|\bболее|\bменее|\bпосле)(?: \w+)? %\(")
# Nouns that have one form: 1 фото, 3 фото, 5 фото.
INDECLINABLE = re.compile(r"%\(num\)[sd] фото\b")
RUSSIAN = next(path for path in CATALOGUES if "/ru/" in str(path))
PLURALS = [entry for entry in polib.pofile(str(RUSSIAN)) if entry.msgid_plural]


def differing(one: str, other: str) -> tuple[str, str]:
    """The first words in which two forms differ, after the number if there is one."""
    after = [PLACE.split(form)[-1] if PLACE.search(form) else form for form in (one, other)]
    words = [re.findall(r"\w+", text) for text in after]
    return next(((a, b) for a, b in zip(*words, strict=False) if a != b), ("", ""))


@pytest.mark.parametrize("entry", PLURALS, ids=lambda entry: entry.msgid_plural[:40])
def test_it_has_the_right_russian_form_after_each_number(entry: polib.POEntry) -> None:
    one, few, many = (entry.msgstr_plural[form] for form in range(3))
    if re.search(INDECLINABLE, one):
        assert one == few == many
        return
    singular, _ = differing(one, many)
    assert singular, "1 and 5 have different forms: 1 письмо, 5 писем"
    if GENITIVE_AFTER.search(few):
        assert few == many, "in the genitive 2 and 5 have one form: для 2 писем, для 5 писем"
        return
    noun_of_few, noun_of_many = differing(few, many)
    assert re.search(r"[аяыи]$", noun_of_few), f"2 письма, снимка, подписи; not {few}"
    assert re.search(r"(?:[овей]в|ей|ий|ь|[^аяыиоеуюэьй])$", noun_of_many), f"5 писем, снимков, подписей; not {many}"
    assert differing(one, few) != ("", ""), "1 and 2 have different forms"


@pytest.mark.slow
@pytest.mark.parametrize("entry", PLURALS, ids=lambda entry: entry.msgid_plural[:40])
def test_it_chooses_the_form_of_each_number(entry: polib.POEntry, tmp_path: Path) -> None:
    app = create_app(load_settings({"INSTANCE_PATH": str(tmp_path)}))
    with app.test_request_context("/ru/"), force_locale("ru"):
        for number, form in FORMS.items():
            values = {name: str(number) for name in PLACE.findall(entry.msgid_plural)}
            others = {name: value for name, value in values.items() if name != "num"}
            translated = ngettext(entry.msgid, entry.msgid_plural, number, **others)
            wanted = PLACE.sub(str(number), entry.msgstr_plural[form])
            assert translated.replace("\u00a0", " ") == wanted.replace("\u00a0", " "), number


def test_it_would_notice_a_wrong_form() -> None:
    right = polib.POEntry(
        msgid_plural="x", msgstr_plural={0: "%(num)d письмо ждёт.", 1: "%(num)d письма ждут.", 2: "%(num)d писем ждут."}
    )
    test_it_has_the_right_russian_form_after_each_number(right)
    for form, wrong in ((1, "%(num)d писем ждут."), (2, "%(num)d письма ждут."), (0, "%(num)d писем ждут.")):
        entry = polib.POEntry(msgid_plural="x", msgstr_plural={**right.msgstr_plural, form: wrong})
        with pytest.raises(AssertionError):
            test_it_has_the_right_russian_form_after_each_number(entry)
