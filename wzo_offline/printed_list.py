"""Writes signatures as a list to print: numbered names with the country and the day."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wzo_offline.sealed_export import Signature

# Shown in place of a character that the font lacks.
REPLACEMENT = "☐"
# In millimetres: the number, the name, the country and the day.
WIDTHS = (18, 112, 20, 30)
LINE_HEIGHT = 6.5
# Between the text and the edge of its cell.
PADDING = 2


class PdfUnavailable(Exception):
    """The packages that write PDF are not installed; the text says what to do."""


def write_pdf(signatures: Iterable[Signature], path: Path, title: str) -> tuple[int, str]:
    """Write the list to a new file; returns how many names it has, and the characters that the font lacks, sorted."""
    pdf = _new_document()
    known = {code for font in pdf.fonts.values() for code in font.cmap}
    missing: set[str] = set()

    def printable(text: str) -> str:
        missing.update(char for char in text if ord(char) not in known)
        return "".join(char if ord(char) in known else REPLACEMENT for char in text)

    with path.open("xb") as file:
        try:
            pdf.set_title(title)
            pdf.add_page()
            pdf.set_font("list", style="B", size=15)
            pdf.multi_cell(0, 8, printable(" ".join(title.split())), align="L")
            pdf.ln(6)
            pdf.set_font("list", size=11)
            number = 0
            for number, signature in enumerate(signatures, start=1):
                cells = (str(number), signature["name"], signature["country"], signature["confirmed_on"])
                for text, width in zip(cells, WIDTHS, strict=True):
                    pdf.cell(width, LINE_HEIGHT, _shorten(pdf, printable(" ".join(text.split())), width - PADDING))
                pdf.ln(LINE_HEIGHT)
            pdf.output(file)
        except BaseException:
            path.unlink()
            raise
    return number, "".join(sorted(missing))


def _new_document() -> Any:
    """An empty document with page numbers, which carries its fonts, so that it looks the same everywhere."""
    try:
        from font_source_sans_pro import font_directory
        from fpdf import FPDF
    except ImportError:
        raise PdfUnavailable(
            "A list to print needs two more packages. Install them with: pip install fpdf2 font-source-sans-pro"
        ) from None

    class Document(FPDF):
        def footer(self) -> None:
            self.set_y(-15)
            self.set_font("list", size=9)
            self.cell(0, 8, f"{self.page_no()} / {{nb}}", align="C")

    pdf = Document()
    pdf.add_font("list", fname=Path(font_directory, "SourceSansPro-Regular.ttf"))
    pdf.add_font("list", style="B", fname=Path(font_directory, "SourceSansPro-Bold.ttf"))
    return pdf


def _shorten(pdf: Any, text: str, width: float) -> str:
    """Cut the end of a text that is too wide."""
    if pdf.get_string_width(text) <= width:
        return text
    while pdf.get_string_width(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"
