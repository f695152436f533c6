"""QR codes as PNG, which the strictest level of Tor Browser shows too."""

import io

import segno

# The quiet zone around a code, in modules, that the standard requires.
QUIET_ZONE = 4
# Pixels of a module: on paper the edges are sharp.
SCALE = 8


def draw_qr_code(text: str, *, error_correction: str = "m") -> bytes:
    """Draw the QR code of a text, in UTF-8: dark on light, whatever the page's colours."""
    code = segno.make_qr(text.encode(), error=error_correction, mode="byte", boost_error=False)
    png = io.BytesIO()
    code.save(png, kind="png", border=QUIET_ZONE, scale=SCALE)
    return png.getvalue()
