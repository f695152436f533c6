"""What the organisers' tool makes of an export: tables, a list to print, statistics."""

import csv
import io
import json
import sys
from pathlib import Path

import pypdfium2
import pytest

from tests.wzo_offline.exports import Export, run
from wzo_offline import printed_list
from wzo_offline.sealed_export import open_export, read_private_key

PEOPLE = [{"name": "Иван Ёлкин"}, {"name": "Ana; “X”, \t O’Neil"}, {"name": "=1+1"}]


@pytest.mark.parametrize(("name", "separator"), [("comma", ","), ("semicolon", ";"), ("tab", "\t")])
def test_it_separates_the_columns_as_asked(tmp_path: Path, name: str, separator: str) -> None:
    export, out = Export(tmp_path, *PEOPLE), tmp_path / "table.csv"
    written = run("unseal", export.key, export.path, "--out", out, "--separator", name)
    assert "3 signatures written" in written.stdout
    text = out.read_text(encoding="utf-8-sig")
    assert text.startswith(f"receipt{separator}confirmed_on")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    assert [row["name"] for row in rows] == ["Иван Ёлкин", "Ana; “X”, \t O’Neil", "'=1+1"]
    again = run("unseal", export.key, export.path, "--out", out)
    assert again.returncode == 1
    assert "already exists" in again.stderr
    assert out.read_text(encoding="utf-8-sig") == text


@pytest.mark.slow
def test_it_leaves_no_half_of_a_table(tmp_path: Path) -> None:
    export, out = Export(tmp_path, *PEOPLE), tmp_path / "out"
    with export.path.open("a") as file:
        file.write("{}\n")
    for option in ("--out", "--pdf"):
        damaged = run("unseal", export.key, export.path, option, out)
        assert damaged.returncode == 1
        assert "line 4 is damaged" in damaged.stderr
        assert not out.exists()


@pytest.mark.parametrize("line", ["[]", "null", '"x"', "{", '{"sealed": 1}', '{"sealed": "x"}', "\x00"])
def test_it_says_which_line_is_damaged(tmp_path: Path, line: str) -> None:
    export = Export(tmp_path)
    with pytest.raises(ValueError, match="line 1"):
        list(open_export([line], read_private_key(export.key)))


def test_it_lets_no_changed_line_replace_what_is_sealed(tmp_path: Path) -> None:
    export = Export(tmp_path, {"entry": {"name": "Eve", "email": "eve@example.org", "wants_news": False}})
    (signature,) = open_export(export.path.read_text().splitlines(), read_private_key(export.key))
    assert (signature["name"], signature["email"], signature["wants_news"]) == ("Анна", "a@example.org", "yes")


def test_it_drops_the_consent_that_was_taken_back(tmp_path: Path) -> None:
    export = Export(tmp_path, {}, {"entry": {"unsubscribed": True}}, {"wants_news": False})
    opened = run("unseal", export.key, export.path)
    assert [row["wants_news"] for row in csv.DictReader(io.StringIO(opened.stdout))] == ["yes", "", ""]


@pytest.mark.slow
def test_it_prints_a_list_of_many_pages(tmp_path: Path) -> None:
    names = ["Иван Ёлкин", "José Ñandú", "Ελένη", "W" * 100, "李雷", "two\nlines"]
    export, out = Export(tmp_path, *[{"name": name} for name in names * 20]), tmp_path / "list.pdf"
    title = "Освободите матерей"
    written = run("unseal", export.key, export.path, "--pdf", out, "--title", title)
    assert "120 signatures written" in written.stdout
    assert "shown as ☐: 李雷" in written.stderr
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(str(out))]
    assert title in pages[0]
    for expected in ("Иван Ёлкин", "José Ñandú", "Ελένη", "WWWW…", "☐☐", "two lines", "RU", "2026-11-24"):
        assert expected in pages[0]
    assert f"1 / {len(pages)}" in pages[0]
    assert "120" in pages[-1]
    assert "already exists" in run("unseal", export.key, export.path, "--pdf", out).stderr


def test_it_says_what_to_install_for_a_list_to_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", None)
    with pytest.raises(printed_list.PdfUnavailable, match="pip install fpdf2"):
        printed_list.write_pdf([], tmp_path / "list.pdf", "x")
    assert not (tmp_path / "list.pdf").exists()


@pytest.mark.slow
def test_it_counts_what_the_server_cannot(tmp_path: Path) -> None:
    people = [{"email": f"{i}@Mail.example"} for i in range(12)]
    people += [{"email": f"x@d{i}.example", "country": "DE", "wants_news": False} for i in range(25)]
    people += [{"country": "GE", "language": "ru"}] * 9 + [{"country": ""}]
    export = Export(tmp_path, *people)
    counted = json.loads(run("unseal", export.key, export.path, "--statistics", "--json").stdout)
    assert counted["signatures"] == 47
    assert counted["want_news"] == 22
    assert counted["countries"] == {"DE": 25, "RU": 12, "other": 10}
    assert counted["languages"] == {"en": 38, "ru": 9}
    assert counted["days"] == {"2026-11-24": 47}
    assert list(counted["domains"].items())[:2] == [("mail.example", 12), ("example.org", 10)]
    assert len(counted["domains"]) == 21
    assert sum(counted["domains"].values()) == 47
    text = run("unseal", export.key, export.path, "--statistics").stdout
    assert text.endswith(f"date {counted['exported_on']}\nDE 25\nRU 12\nother 10\n")
