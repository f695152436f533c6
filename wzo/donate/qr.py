"""QR codes, drawn by us as SVG."""

import io

import segno

# So many modules of light around a code, as its standard wants.
MARGIN = 4


def draw_code(text: str, *, correction: str = "m") -> str:
    """The QR code of a text, in UTF-8, as an SVG document. Dark stands on light, whatever the colours of the page."""
    code = segno.make_qr(text.encode(), error=correction, mode="byte", boost_error=False)
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=MARGIN, dark="#000", light="#fff", omitsize=True, xmldecl=False)
    return picture.getvalue().decode()
