"""The pictures in RTF: where Word puts them on the clipboard, whose HTML only names files that nobody else can read."""

import re

# Where pictures and the copies for other programs begin, or the data of a picture.
_TOKEN = re.compile(r"\\nonshppict\b|\\pict\b|\\(pngblip|jpegblip|emfblip|wmetafile)|(?<![\\\w])([0-9a-fA-F\s]{64,})")


def rtf_images(rtf: str) -> list[bytes]:
    """The pictures in their order; empty bytes for those in other formats than PNG and JPEG."""
    images: list[bytes] = []
    is_copy, kind = False, ""
    for match in _TOKEN.finditer(rtf):
        if match[0] == "\\nonshppict":
            is_copy = True
        elif match[0] == "\\pict":
            kind = "copy" if is_copy else "unknown"
            is_copy = False
        elif match[1]:
            kind = match[1] if kind == "unknown" else kind
        elif match[2] and kind and kind != "copy":
            digits = re.sub(r"\s", "", match[2])
            images.append(bytes.fromhex(digits[: len(digits) // 2 * 2]) if kind in ("pngblip", "jpegblip") else b"")
            kind = ""
    return images
