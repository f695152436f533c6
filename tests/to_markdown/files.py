"""Documents as word processors write them, made at test time: .docx and .odt."""

import io
import zipfile

from PIL import Image

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
    for key, name in (("1", "heading 1"), ("2", "heading 2"), ("a3", "Title"), ("21", "Quote"))
)
_NUMBERING = (
    "<w:abstractNum w:abstractNumId='0'>"
    + "".join(f"<w:lvl w:ilvl='{n}'><w:numFmt w:val='bullet'/></w:lvl>" for n in range(3))
    + "</w:abstractNum><w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/></w:lvl>"
    "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
    "<w:num w:numId='2'><w:abstractNumId w:val='1'/></w:num>"
)
_ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("style", "style"),
        ("table", "table"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
)


def png(width: int = 64, height: int = 48) -> bytes:
    """A picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#874").save(file, "PNG")
    return file.getvalue()


def archive(files: dict[str, bytes | str]) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            written.writestr(name, content)
    return file.getvalue()


def paragraph(content: str, style: str = "", level: int | None = None, number: int = 1) -> str:
    """A paragraph of a .docx; `level`: that of an item of a list."""
    numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>' if level is not None else ""
    pstyle = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{pstyle}{numbering}</w:pPr>{content}</w:p>"


def run(text: str, properties: str = "") -> str:
    """A piece of text of a .docx, with properties such as <w:b/>."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def footnote_reference(number: int) -> str:
    """A reference to a footnote of a .docx."""
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'


def picture(alt: str = "") -> str:
    """The picture of a .docx, in a run."""
    return (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr id="1" name="x" descr="{alt}"/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        f'<a:blip xmlns:r="{_OFFICE}" r:embed="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def docx(body: str, notes: dict[int, str] | None = None, image: bytes = b"", **more: bytes | str) -> bytes:
    """A .docx with this body, and footnotes by their numbers; `more` are further files."""
    relations = f'<Relationships xmlns="{_RELATIONS}">' + "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, kind, target in (
            ("rId1", "styles", "styles.xml"),
            ("rId2", "numbering", "numbering.xml"),
            ("rId3", "footnotes", "footnotes.xml"),
            ("rId9", "image", "media/image1.png"),
        )
    )
    link = f'<Relationship Id="rId8" Type="{_OFFICE}/hyperlink" TargetMode="External" Target="https://e.org/?utm_source=w"/>'
    footnotes = "".join(
        f'<w:footnote w:id="{number}">{paragraph(run(text))}</w:footnote>' for number, text in (notes or {}).items()
    )
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f"{relations}{link}</Relationships>",
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_W}>{_STYLES}</w:styles>",
        "word/numbering.xml": f"<w:numbering {_W}>{_NUMBERING}</w:numbering>",
        "word/footnotes.xml": f"<w:footnotes {_W}>{footnotes}</w:footnotes>",
        "word/media/image1.png": image or png(),
    }
    return archive(files | more)


def odt(body: str, styles: str = "", *, more_styles: str = "", **more: bytes | str) -> bytes:
    """A .odt with this body and these automatic styles; `more` are further files."""
    head = f'{_ODF} xmlns:xlink="http://www.w3.org/1999/xlink"'
    files: dict[str, bytes | str] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {head}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
        "styles.xml": f"<office:document-styles {head}><office:styles>{more_styles}</office:styles>"
        "</office:document-styles>",
        "Pictures/1.png": png(),
    }
    return archive(files | more)
