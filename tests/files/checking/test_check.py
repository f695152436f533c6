"""Which documents and recordings are accepted, and what they no longer reveal."""

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Name
from PIL import Image

from tests.files import recordings, samples
from tests.media.samples import MARKER, small, telling
from wzo.files.checking.check import check_file
from wzo.files.checking.pictures_inside import without_metadata
from wzo.files.checking.refusals import FileRefused
from wzo.files.checking.warnings import WARNINGS
from wzo.i18n import in_language
from wzo.to_markdown.documents import document_to_markdown

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("app")]
DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "pdf": samples.pdf,
    "docx": samples.docx,
    "xlsx": samples.xlsx,
    "odt": samples.odt,
    "ods": lambda: samples.odt(kind="spreadsheet"),
    "txt": lambda: "Отчёт, “as it was”\n".encode(),
    "csv": lambda: "год;женщин\n2024;1\n".encode("cp1251"),
}


def uncompressed(data: bytes) -> bytes:
    """All that a document contains, with its streams and parts unpacked."""
    if data.startswith(b"PK"):
        return b"\n".join([name.encode() + content for name, content in samples.parts_of(data).items()])
    if not data.startswith(b"%PDF"):
        return data
    with pikepdf.open(io.BytesIO(data)) as document:
        file = io.BytesIO()
        document.save(
            file,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
        return file.getvalue()


def refusal(data: bytes, name: str = "a.pdf") -> str:
    with pytest.raises(FileRefused) as refused, in_language("en"):
        check_file(data, name)
    with in_language("en"):
        return str(refused.value)


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_it_recognises_documents_by_their_content_and_removes_who_wrote_them(suffix: str) -> None:
    data = DOCUMENTS[suffix]()
    if suffix not in ("txt", "csv"):
        assert MARKER.encode() in uncompressed(data), "the sample reveals nothing"
    checked = check_file(data, "table.csv" if suffix == "csv" else "photo.jpg")
    assert checked.suffix == suffix
    left = uncompressed(checked.data)
    assert MARKER.encode() not in left
    for revealing in (
        b"rsid",
        b"attachedTemplate",
        b"printerSettings",
        b"docProps",
        b"people.xml",
        b"meta.xml",
        b"PieceInfo",
    ):
        assert revealing not in left
    # What was checked can be checked again, and changes no more.
    again = check_file(checked.data, "table.csv" if suffix == "csv" else "")
    assert again.data == checked.data


def test_it_leaves_the_text_and_the_pictures_of_documents() -> None:
    parts = samples.parts_of(check_file(samples.docx(), "a.docx").data)
    assert "Отчёт о колониях" in parts["word/document.xml"].decode()
    assert b"https://example.org/" in parts["word/_rels/document.xml.rels"]
    with Image.open(io.BytesIO(parts["word/media/image1.jpg"])) as picture:
        picture.load()
        assert picture.getexif()[0x0112] == 6, "it would lie on its side"
    odt = check_file(samples.odt(), "").data
    assert samples.parts_of(odt)["mimetype"] == b"application/vnd.oasis.opendocument.text"
    assert odt[30:38] == b"mimetype"
    assert "Отчёт" in document_to_markdown(odt, "ru", first_note=1, save_image=lambda *_: "").markdown
    with pikepdf.open(io.BytesIO(check_file(samples.pdf(), "").data)) as document:
        image = document.pages[0].obj.Resources.XObject.Im0
        assert Image.open(io.BytesIO(image.read_raw_bytes())).size == (600, 400)


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        (lambda: samples.docx(samples.CHANGE), "changes"),
        (lambda: samples.docx("<w:p><w:r><w:rPr><w:vanish/></w:rPr></w:r></w:p>"), "hidden"),
        (
            lambda: samples.docx(
                word__comments_dot_xml=f"<w:comments {samples.W}><w:comment w:author='{MARKER}'/></w:comments>"
            ),
            "comments",
        ),
        (samples.xlsx, "comments"),
        (lambda: samples.xlsx('<sheet name="A"/><sheet name="B" state="veryHidden"/>'), "hidden"),
        (lambda: samples.odt(samples.ANNOTATION), "comments"),
        (lambda: samples.odt("<text:tracked-changes><text:changed-region/></text:tracked-changes>"), "changes"),
        (lambda: samples.pdf(samples.with_comment), "comments"),
    ],
)
def test_it_warns_of_what_readers_could_still_see_but_not_by_whom(data: Callable[[], bytes], warning: str) -> None:
    checked = check_file(data(), "")
    assert warning in checked.warnings
    assert checked.warnings <= {*WARNINGS}
    assert MARKER.encode() not in uncompressed(checked.data)


@pytest.mark.parametrize(
    "change", [samples.with_script, samples.with_hidden_script, samples.with_launch, samples.with_form_program]
)
def test_it_refuses_pdf_documents_that_act(change: Callable[[pikepdf.Pdf], None]) -> None:
    assert "print it to a new PDF" in refusal(samples.pdf(change))


def test_it_refuses_documents_that_contain_other_files() -> None:
    assert "contains other files" in refusal(samples.pdf(samples.with_attachment))
    assert "contains other files" in refusal(samples.docx(word__embeddings__a_dot_exe=b"MZ"))
    assert "contains other files" in refusal(samples.odt(**{"run.exe": b"MZ"}))


@pytest.mark.parametrize(
    "data",
    [
        lambda: samples.docx(word__vbaProject_dot_bin=b"\xd0\xcf"),
        lambda: samples.docx(
            **{
                "[Content_Types]_dot_xml": samples.CONTENT_TYPES.format(
                    main="word/document.xml", kind="wordprocessingml.document"
                ).replace(
                    "vnd.openxmlformats-officedocument.wordprocessingml.document", "vnd.ms-word.document.macroEnabled"
                )
            }
        ),
        lambda: samples.odt(**{"Basic/Standard/Module1.xml": "<a/>"}),
        lambda: samples.docx(
            "<w:r><w:instrText> DDEA</w:instrText></w:r><w:r><w:instrText>UTO c:\\a</w:instrText></w:r>"
        ),
        lambda: samples.docx('<w:fldSimple w:instr="DDE a b"/>'),
        lambda: samples.xlsx('<sheet name="A"/><ddeLink/>'),
        lambda: samples.odt("<text:dde-connection-decls/>"),
        lambda: samples.odt('<script:event-listener xlink:href="vnd.sun.star.script:a"/>'),
    ],
)
def test_it_refuses_documents_with_macros(data: Callable[[], bytes]) -> None:
    assert "macros" in refusal(data())


@pytest.mark.parametrize(
    "data",
    [
        lambda: samples.docx(
            word___rels__document_dot_xml_dot_rels=(
                f'<Relationships {samples.RELATIONSHIPS}><Relationship Id="rId1" Type="{samples.REL}/image" '
                'Target="https://tracker.example/a.png" TargetMode="External"/></Relationships>'
            )
        ),
        lambda: samples.docx(
            word___rels__header1_dot_xml_dot_RELS=(
                f'<Relationships {samples.RELATIONSHIPS}><Relationship Id="rId1" Type="{samples.REL}/image" '
                'Target="https://tracker.example/a.png" TargetMode="External"/></Relationships>'
            )
        ),
        lambda: samples.xlsx('<f>_xlfn.WEBSERVICE("https://tracker.example/")</f>'),
        lambda: samples.odt("""<text:p text:formula='of:=WEBSERVICE("https://tracker.example/")'/>"""),
        lambda: samples.pdf(samples.with_site_opened),
        lambda: samples.pdf(samples.with_site_opened_by_page),
        lambda: samples.odt('<draw:image xlink:href="https://tracker.example/a.png"/>'),
    ],
)
def test_it_refuses_documents_that_tell_another_site_who_reads_them(data: Callable[[], bytes]) -> None:
    assert "who reads it" in refusal(data())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (lambda: b"", "empty"),
        (lambda: b"MZ\x90\0\3\0\0\0", "not supported"),
        (lambda: b"\x7fELF" + bytes(100), "not supported"),
        (small, "Pictures"),
        (lambda: telling("WEBP"), "Pictures"),
        (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "old format"),
        (lambda: b"{\\rtf1 a}", "RTF"),
        (lambda: b"<!DOCTYPE html><p>a", "web page"),
        (lambda: samples.pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "password"),
        (lambda: samples.pdf()[:900], "damaged"),
        (lambda: b"%PDF-1.7\n", "damaged"),
        (lambda: samples.docx()[:400], "damaged"),
        (lambda: samples.archive({"a.txt": "a"}), "archive"),
        (lambda: samples.archive({"QQ": "a"}).replace(b"QQ", b"\0\0"), "damaged"),
        (lambda: samples.odt(kind="presentation"), "not supported"),
        (lambda: samples.docx(word__document_dot_xml="<a><b></a>"), "damaged"),
        (lambda: samples.docx(word__document_dot_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "damaged"),
        (lambda: samples.docx(word__media__big_dot_png=bytes(101 * 1024 * 1024)), "too large"),
        (lambda: samples.docx(word__drawings__a_dot_vml=bytes(4 * 1024 * 1024)), "too large"),
        (lambda: b"a" * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
)
def test_it_says_what_to_do_with_files_that_it_refuses(data: Callable[[], bytes], advice: str) -> None:
    assert advice in refusal(data())


def test_it_reads_the_shortest_texts() -> None:
    # A byte with which MP3 recordings begin.
    assert check_file(b"\xff", "").data == "я".encode()
    assert check_file(b"\xef\xbb\xbf", "").data == b""


def test_it_lets_links_lead_anywhere() -> None:
    field = '<w:r><w:instrText>HYPERLINK "https://example.org/dde"</w:instrText></w:r>'
    assert check_file(samples.docx(field), "").suffix == "docx"


def test_it_opens_pdf_documents_that_only_forbid_printing() -> None:
    checked = check_file(samples.pdf(encryption=pikepdf.Encryption(owner="o", user="")), "")
    with pikepdf.open(io.BytesIO(checked.data)) as document:
        assert not document.is_encrypted


@pytest.mark.slow
def test_it_does_not_unpack_what_would_grow_without_end() -> None:
    def with_bomb(document: pikepdf.Pdf) -> None:
        bomb = document.make_stream(b"")
        filters = Array([Name.FlateDecode, Name.FlateDecode])
        bomb.write(zlib.compress(zlib.compress(bytes(8_000_000), 9), 9), filter=filters)
        document.pages[0].obj["/Contents"] = bomb

    data = samples.pdf(with_bomb)
    assert len(data) < 100_000
    assert len(check_file(data, "").data) < 100_000
    assert "damaged" in refusal(samples.pdf_with_objects(b" " * 70_000_000))
    assert check_file(samples.pdf_with_objects(b" "), "").suffix == "pdf"


def test_it_forgets_the_identifier_of_a_pdf() -> None:
    def identified(document: pikepdf.Pdf) -> None:
        document.trailer["/ID"] = Array([pikepdf.String("the author's copy"), pikepdf.String("")])

    with pikepdf.open(io.BytesIO(check_file(samples.pdf(identified), "").data)) as document:
        assert b"the author's copy" not in [bytes(it) for it in document.trailer["/ID"]]


def test_it_forgets_what_earlier_versions_of_a_pdf_contained() -> None:
    data = samples.pdf()
    # An editor deletes a page's text; the program appends the change and leaves the text in the file.
    kept = b"\n99 0 obj (the name that was deleted) endobj\n"
    checked = check_file(data.replace(b"%%EOF", kept + b"%%EOF"), "")
    assert b"the name that was deleted" not in checked.data


def test_it_removes_the_metadata_of_pictures_without_changing_them() -> None:
    for kind in ("JPEG", "PNG"):
        picture = telling(kind)
        cleaned = without_metadata(picture)
        assert MARKER.encode() not in cleaned
        before, after = Image.open(io.BytesIO(picture)), Image.open(io.BytesIO(cleaned))
        assert before.tobytes() == after.tobytes()
    for marker in (b"\xeb", b"\xe2", b"\xfe"):
        manifest = b"\xff" + marker + (2 + len(MARKER)).to_bytes(2, "big") + MARKER.encode()
        assert MARKER.encode() not in without_metadata(small()[:2] + manifest + small()[2:])
    assert without_metadata(b"GIF89a") == b"GIF89a"
    assert without_metadata(b"\xff\xd8\xff\xe1") == b"\xff\xd8\xff\xe1"


def nested(depth: int) -> bytes:
    """A recording with a box in a box in a box."""
    inside = b""
    for _ in range(depth):
        inside = recordings.box(b"moov", inside)
    return recordings.box(b"ftyp", b"isom") + inside


RECORDINGS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "video": ("mp4", recordings.mp4),
    "sound": ("m4a", lambda: recordings.mp4(recordings.AUDIO)),
    "webm": ("webm", recordings.webm),
    "webm of a browser": ("webm", lambda: recordings.webm(live=True)),
    "mp3": ("mp3", recordings.mp3),
    "opus": ("ogg", recordings.ogg),
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_it_recognises_recordings_by_their_content_and_removes_their_metadata(name: str) -> None:
    suffix, make = RECORDINGS[name]
    data = make()
    assert MARKER.encode() in data, "the sample reveals nothing"
    checked = check_file(data, "report.pdf")
    assert checked.suffix == suffix
    assert MARKER.encode() not in checked.data
    assert recordings.WHEN not in checked.data
    if suffix in ("mp4", "m4a", "webm"):
        assert len(checked.data) == len(data), "what refers to the samples would be wrong"
        assert checked.data.index(b"the samples") == data.index(b"the samples")
    assert check_file(checked.data, "").data == checked.data


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (lambda: recordings.mp4(recordings.VIDEO, recordings.POSITIONS), "more than picture and sound"),
        (lambda: recordings.mp4(recordings.NEWER), "H.264"),
        (lambda: recordings.mp4(recordings.track(b"subt", b"stpp")), "damaged"),
        (lambda: recordings.mp4()[:200], "damaged"),
        (lambda: recordings.mp4().replace(b"mdia", b"free"), "damaged"),
        (lambda: b"\0\0\0\x08ftyp" + b"\0\0\0\x01", "damaged"),
        (lambda: nested(2_000), "damaged"),
        (lambda: recordings.webm()[:100], "damaged"),
        (lambda: recordings.webm(b"V_THEORA"), "damaged"),
        (lambda: recordings.webm(b"V_VP9", recordings.element(0x1941A469, b"a file")), "contains other files"),
        (lambda: b"\x1a\x45\xdf\xa3\x80webm" + b"\0" * 10, "damaged"),
        (lambda: recordings.mp3()[:200], "damaged"),
        (lambda: b"\xff\xfb\x90\x00" + b"MZ" * 500, "damaged"),
        (lambda: recordings.ogg()[:40], "damaged"),
        (lambda: recordings.ogg()[:26] + b"\0" + recordings.ogg()[27:], "damaged"),
        (lambda: b"ID3", "damaged"),
        (lambda: recordings.box(b"ftyp", b"isom") + recordings.box(b"moov", recordings.box(b"mvhd", b"")), "damaged"),
        (lambda: b"\0\0\0\x18ftypheic" + bytes(40), "Pictures"),
    ],
)
def test_it_says_what_to_do_with_recordings_that_it_refuses(data: Callable[[], bytes], advice: str) -> None:
    assert advice in refusal(data())
