"""Documents of word processors become Markdown by the rules of pasted text; other files are refused."""

import io
import zipfile

import pytest

from tests.to_markdown.files import archive, docx, footnote_reference, odt, paragraph, picture, png, run
from wzo.to_markdown import archives
from wzo.to_markdown.archives import DocumentRefused
from wzo.to_markdown.convert import Converted
from wzo.to_markdown.documents import document_to_markdown

pytestmark = pytest.mark.one_database


def convert(data: bytes, language: str = "ru", *, keeps_pictures: bool = True) -> Converted:
    def save(image: bytes, alt: str) -> str:
        assert image == png()
        return f"![{alt}](/media/x.jpg)" if keeps_pictures else ""

    return document_to_markdown(data, language, first_note=3, save_image=save)


RAISED, STRUCK = '<w:vertAlign w:val="superscript"/>', "<w:strike/>"
SPAN = '<text:span text:style-name="{}">{}</text:span>'
STYLES = (
    '<style:style style:name="T1"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="T2"><style:text-properties style:text-position="super 58%"/></style:style>'
    '<style:style style:name="T3"><style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1"/></text:list-style>'
    '<text:list-style style:name="L2"><text:list-level-style-number text:level="1"/></text:list-style>'
)
NOTE = (
    '<text:note text:note-class="{}"><text:note-citation>{}</text:note-citation>'
    "<text:note-body><text:p>{}</text:p></text:note-body></text:note>"
)

DOCUMENTS = {
    "Word": (
        docx(
            paragraph(run("Год"), "a3")
            + paragraph(
                run("Ст. 228") + run("1", RAISED) + run(" ") + run("Анна", STRUCK) + run("важно", "<w:b/>")
                + footnote_reference(2)
            )
            + paragraph(run("Раз"), level=0)
            + paragraph(run("внутри"), level=1)
            + paragraph(run("Два"), level=0)
            + paragraph(run("Цитата"), "21")
            + paragraph(picture("Ворота")),
            {2: "Письмо."},
        ),
        "## Год\n\nСт. 228¹ **важно**[^3]\n\n- Раз\n  - внутри\n- Два\n\n> Цитата\n\n"
        "![Ворота](/media/x.jpg)\n\n[^3]: Письмо.",
        {"struck": 1},
    ),
    "Google Docs": (
        docx(
            paragraph(run("Суд"), "1")
            + paragraph('<w:hyperlink xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
                        f'r:id="rId8">{run("сайт")}</w:hyperlink>' + "<w:r><w:br/></w:r>" + run("строка"))
            + paragraph(run("Первое"), level=0, number=2)
            + paragraph(run("Второе"), level=0, number=2)
        ),
        "## Суд\n\n[сайт](https://e.org/)\\\nстрока\n\n1. Первое\n2. Второе",
        {},
    ),
    "LibreOffice, docx with a table and a deletion": (
        docx(
            "<w:tbl>"
            + "".join(
                f"<w:tr><w:tc>{paragraph(run(one))}</w:tc><w:tc>{paragraph(run(two))}</w:tc></w:tr>"
                for one, two in (("Год", "Дела"), ("2024", "7"))
            )
            + "</w:tbl>"
            + paragraph(run("м") + run("2", RAISED) + '<w:del w:id="1"><w:r><w:delText>имя</w:delText></w:r></w:del>')
        ),
        "| Год | Дела |\n| --- | --- |\n| 2024 | 7 |\n\nм²",
        {},
    ),
    "LibreOffice": (
        odt(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>имя</text:p></text:deletion>"
            "</text:changed-region></text:tracked-changes>"
            '<text:h text:outline-level="2">Глава</text:h><text:p>Ст.<text:s/>228'
            + SPAN.format("T2", "1") + SPAN.format("T1", " важно") + SPAN.format("T3", "Анна")
            + NOTE.format("footnote", 1, "Письмо.")
            + '<text:line-break/>строка</text:p><text:list text:style-name="L1"><text:list-item><text:p>Раз</text:p>'
            "<text:list><text:list-item><text:p>внутри</text:p></text:list-item></text:list></text:list-item></text:list>"
            '<text:p text:style-name="Q1">Цитата</text:p><text:p><draw:frame><draw:image xlink:href="Pictures/1.png"/>'
            "<svg:desc>Ворота</svg:desc></draw:frame></text:p>",
            STYLES + '<style:style style:name="Q1" style:parent-style-name="Quotations"/>',
            more_styles='<style:style style:name="Quotations"/>',
        ),
        "### Глава\n\nСт. 228¹ **важно**[^3]\\\nстрока\n\n- Раз\n  - внутри\n\n> Цитата\n\n"
        "![Ворота](/media/x.jpg)\n\n[^3]: Письмо.",
        {"struck": 1},
    ),
    "Word, odt with numbers and a table": (
        odt(
            '<text:list text:style-name="L2"><text:list-item><text:p>Первое</text:p></text:list-item></text:list>'
            "<table:table><table:table-row><table:table-cell><text:p>Год</text:p></table:table-cell><table:table-cell>"
            "<text:p>Дела</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell "
            'table:number-columns-spanned="2"><text:p>всего</text:p></table:table-cell><table:covered-table-cell/>'
            "</table:table-row></table:table>",
            STYLES,
        ),
        "1. Первое\n\n| Год | Дела |\n| --- | --- |\n| всего |  |",
        {},
    ),
    "Google Docs, odt with a link and a comment": (
        odt(
            '<text:p><text:a xlink:href="https://e.org/?fbclid=x">сайт</text:a><office:annotation><text:p>тайна</text:p>'
            "</office:annotation>" + NOTE.format("endnote", "i", "Источник.") + "</text:p>"
        ),
        "[сайт](https://e.org/)[^3]\n\n[^3]: Источник.",
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_reads_documents(name: str) -> None:
    data, expected, reported = DOCUMENTS[name]
    converted = convert(data)
    assert converted.markdown == expected
    assert {kind: len(positions) for kind, positions in converted.report.positions.items()} == reported


@pytest.mark.parametrize("data", [DOCUMENTS["Word"][0], DOCUMENTS["LibreOffice"][0]], ids=["docx", "odt"])
def test_it_tells_pictures_that_cannot_be_stored(data: bytes) -> None:
    converted = convert(data, keeps_pictures=False)
    assert "/media/" not in converted.markdown
    assert converted.report.count("picture") == 1


BOMB = "<w:p/>" * 2_000_000
DTD = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "damaged"),
        (b"%PDF-1.7", "text of a PDF"),
        (docx("<w:p/>")[:-200], "damaged"),
        (docx("<w:p>"), "damaged"),
        (odt("<text:p>"), "damaged"),
        (docx("", **{"word/document.xml": f"{DTD}<x>&b;</x>"}), "damaged"),
        (odt("", **{"content.xml": f"{DTD}<x>&b;</x>"}), "damaged"),
        (docx("<w:p/>", **{"word/document.xml": "\xff"}), "damaged"),
        (docx("<w:ins>" * 5_000 + "</w:ins>" * 5_000), "damaged"),
        (docx(BOMB), "too large when it is unpacked"),
        (docx("", **{"word/media/x.png": bytes(archives.MAX_UNPACKED)}), "too large when it is unpacked"),
        (archive({f"{n}.txt": "" for n in range(archives.MAX_ENTRIES + 1)}), "too large when it is unpacked"),
        (bytes(archives.MAX_FILE_SIZE + 1), "larger than 20 MB"),
        (archive({"xl/workbook.xml": "<x/>"}), "Only .docx and .odt"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_it_refuses_what_is_no_document_or_too_large(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        convert(data)
    assert reason in str(refused.value.advice)


def test_it_refuses_a_file_that_lies_about_its_size() -> None:
    data = docx("<w:p/>" * 10_000)
    size = zipfile.ZipFile(io.BytesIO(data)).getinfo("word/document.xml").file_size
    lying = data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != data
    with pytest.raises(DocumentRefused):
        convert(lying)


def test_it_refuses_a_document_with_a_password() -> None:
    data = bytearray(docx("<w:p/>"))
    place = data.index(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 1)
    with pytest.raises(DocumentRefused, match="password"):
        convert(bytes(data))
