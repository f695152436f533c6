"""Documents to test with, which say who wrote them."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.media.samples import MARKER, telling

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def pdf(change: Any = None, **options: object) -> bytes:
    """A PDF of one page with a photograph, whose metadata name its author; `change` gets it before it is saved."""
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(200, 200))
        photograph = document.make_stream(telling("JPEG"))
        photograph.update(
            {
                "/Type": Name.XObject,
                "/Subtype": Name.Image,
                "/Width": 600,
                "/Height": 400,
                "/ColorSpace": Name.DeviceRGB,
                "/BitsPerComponent": 8,
                "/Filter": Name.DCTDecode,
            }
        )
        same = document.make_stream(telling("JPEG"), Filter=Array([Name.DCTDecode]))
        page.obj["/Resources"] = Dictionary(XObject=Dictionary(Im0=photograph, Im1=same))
        page.obj["/Contents"] = document.make_stream(b"q 100 0 0 100 50 50 cm /Im0 Do Q")
        page.obj["/PieceInfo"] = Dictionary(Writer=Dictionary(Private=String(f"{MARKER}-piece")))
        document.docinfo["/Author"] = f"{MARKER}-author"
        document.docinfo["/CreationDate"] = "D:20240101120000+03'00'"
        with document.open_metadata() as metadata:
            metadata["dc:creator"] = [f"{MARKER}-xmp"]
        if change:
            change(document)
        file = io.BytesIO()
        document.save(file, **options)  # type: ignore[arg-type]
        return file.getvalue()


def pdf_with_objects(space: bytes) -> bytes:
    """A PDF with a stream of objects, in which one object follows this space."""
    packed = zlib.compress(b"6 0 " + space + b"<</A 1>>")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 4 0 R>>",
        b"<</Length 0>>stream\n\nendstream",
        b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    data, rows = b"%PDF-1.5\n", struct.pack(">BIH", 0, 0, 65535)
    for number, content in enumerate(objects, start=1):
        rows += struct.pack(">BIH", 1, len(data), 0)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows += struct.pack(">BIH", 2, 5, 0) + struct.pack(">BIH", 1, len(data), 0)
    table = b"<</Type/XRef/Size 8/W[1 4 2]/Root 1 0 R/Length %d>>stream\n%s\nendstream" % (len(rows), rows)
    return data + b"7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(data))


def with_script(document: pikepdf.Pdf) -> None:
    document.Root["/OpenAction"] = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def with_hidden_script(document: pikepdf.Pdf) -> None:
    document.pages[0].obj["/AA"] = Dictionary(O=document.make_indirect(Dictionary(S=Name.Named, JS=String("a()"))))


def with_site_opened(document: pikepdf.Pdf) -> None:
    document.Root["/OpenAction"] = Dictionary(S=Name.URI, URI=String("https://tracker.example/"))


def with_site_opened_by_page(document: pikepdf.Pdf) -> None:
    action = document.make_indirect(Dictionary(S=Name.URI, URI=String("https://tracker.example/")))
    document.pages[0].obj["/AA"] = document.make_indirect(Dictionary(O=action))


def with_launch(document: pikepdf.Pdf) -> None:
    document.Root["/OpenAction"] = Dictionary(S=Name.Launch, F=String("cmd.exe"))


def with_attachment(document: pikepdf.Pdf) -> None:
    document.attachments["secret.docx"] = b"secret"


def with_form_program(document: pikepdf.Pdf) -> None:
    document.Root["/AcroForm"] = Dictionary(XFA=document.make_stream(b"<xdp/>"), Fields=Array())


def with_comment(document: pikepdf.Pdf) -> None:
    comment = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Text,
        Rect=Array([10, 10, 30, 30]),
        Contents=String("Is this true?"),
        T=String(f"{MARKER}-reviewer"),
        M=String("D:2024"),
    )
    document.pages[0].obj["/Annots"] = Array([document.make_indirect(comment)])


def archive(parts: dict[str, str | bytes], stored: str = "") -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content, zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED)
    return file.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)


def docx(body: str = "", **more: str | bytes) -> bytes:
    """A document of Word whose properties, template and sessions reveal who wrote it; `more` are other parts."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES.format(main="word/document.xml", kind="wordprocessingml.document"),
        "_rels/.rels": (
            f'<Relationships {RELATIONSHIPS}><Relationship Id="rId1" Type="{REL}/officeDocument" '
            f'Target="word/document.xml"/><Relationship Id="rId2" Type="{REL}/core" Target="docProps/core.xml"/>'
            "</Relationships>"
        ),
        "docProps/core.xml": f"<a>{MARKER}-creator</a>",
        "docProps/app.xml": f"<a>{MARKER}-company</a>",
        "DOCPROPS/custom.xml": f"<a>{MARKER}-reviewer</a>",
        "word/document.xml": (
            f'<w:document {W}><w:body><w:p w:rsidR="00AB12CD"><w:r><w:t>Отчёт о колониях</w:t></w:r></w:p>{body}'
            "</w:body></w:document>"
        ),
        "word/settings.xml": (
            f'<w:settings {W} xmlns:r="{REL}"><w:attachedTemplate r:id="rId1"/><w:rsids>'
            '<w:rsidRoot w:val="00AB12CD"/></w:rsids></w:settings>'
        ),
        "word/_rels/settings.xml.rels": (
            f'<Relationships {RELATIONSHIPS}><Relationship Id="rId1" Type="{REL}/attachedTemplate" '
            f'Target="file:///C:\\Users\\{MARKER}\\Normal.dotm" TargetMode="External"/></Relationships>'
        ),
        "word/_rels/document.xml.rels": (
            f'<Relationships {RELATIONSHIPS}><Relationship Id="rId1" Type="{REL}/people" Target="people.xml"/>'
            f'<Relationship Id="rId2" Type="{REL}/hyperlink" Target="https://example.org/" TargetMode="External"/>'
            f'<Relationship Id="rId3" Type="{REL}/image" Target="media/image1.jpg"/></Relationships>'
        ),
        "word/people.xml": f"<a>{MARKER}-person</a>",
        "word/media/image1.jpg": telling("JPEG"),
        **{name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()},
    }
    return archive(parts)


CHANGE = f'<w:p><w:ins w:id="1" w:author="{MARKER}-author" w:date="2024-01-01T00:00:00Z"><w:r/></w:ins></w:p>'


def xlsx(sheets: str = '<sheet name="A"/>') -> bytes:
    """A spreadsheet of Excel whose workbook says in which folder it is."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    absolute = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"
    return archive(
        {
            "[Content_Types].xml": CONTENT_TYPES.format(main="xl/workbook.xml", kind="spreadsheetml.sheet"),
            "docProps/core.xml": f"<a>{MARKER}-creator</a>",
            "xl/workbook.xml": (
                f'<workbook xmlns="{main}"><x15ac:absPath xmlns:x15ac="{absolute}" url="C:\\Users\\{MARKER}\\"/>'
                f"<sheets>{sheets}</sheets></workbook>"
            ),
            "xl/worksheets/sheet1.xml": (
                f'<worksheet xmlns="{main}"><pageSetup xmlns:r="{REL}" r:id="rId1"/></worksheet>'
            ),
            "xl/worksheets/_rels/sheet1.xml.rels": (
                f'<Relationships {RELATIONSHIPS}><Relationship Id="rId1" Type="{REL}/printerSettings" '
                'Target="../printerSettings/printerSettings1.bin"/></Relationships>'
            ),
            "xl/printerSettings/printerSettings1.bin": f"{MARKER}-printer",
            "xl/comments1.xml": (
                f'<comments xmlns="{main}"><authors><author>{MARKER}-author</author></authors>'
                '<commentList><comment ref="A1" authorId="0"/></commentList></comments>'
            ),
        }
    )


def odt(body: str = "", kind: str = "text", **more: str | bytes) -> bytes:
    """A document of LibreOffice whose metadata and settings reveal who wrote it."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    namespaces = (
        f'xmlns:office="{office}" xmlns:text="{text}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" '
        'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
    )
    names = ["/", "content.xml", "settings.xml", "meta.xml", "Thumbnails/thumbnail.png", *more]
    entries = "".join(f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type=""/>' for name in names)
    return archive(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": (
                f'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{entries}'
                "</manifest:manifest>"
            ),
            "meta.xml": f"<a>{MARKER}-creator</a>",
            "Thumbnails/thumbnail.png": telling("PNG"),
            "settings.xml": (
                f'<office:document-settings {namespaces}><config:config-item config:name="PrinterName">{MARKER}-printer'
                "</config:config-item></office:document-settings>"
            ),
            "content.xml": (
                f"<office:document-content {namespaces}><office:scripts/><office:body><office:text><text:p>Отчёт "
                f'<text:a xlink:href="https://example.org/">ссылка</text:a></text:p>{body}</office:text></office:body>'
                "</office:document-content>"
            ),
            **more,
        },
        stored="mimetype",
    )


ANNOTATION = (
    f"<office:annotation><dc:creator>{MARKER}-author</dc:creator><dc:date>2024-01-01</dc:date></office:annotation>"
)
