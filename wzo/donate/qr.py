"""QR codes as SVG."""

import io

import segno

# The quiet zone around a code, in modules, that the standard requires.
QUIET_ZONE = 4


def draw_qr_code(text: str, *, error_correction: str = "m") -> str:
    """Draw the QR code of a text, in UTF-8, as an SVG document: dark on light, whatever the page's colours."""
    code = segno.make_qr(text.encode(), error=error_correction, mode="byte", boost_error=False)
    svg = io.BytesIO()
    code.save(svg, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, xmldecl=False)
    return svg.getvalue().decode()
