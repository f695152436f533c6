"""Reads Word's documents with mammoth."""

import zipfile
from typing import Any

import mammoth

# Word names its styles in English in every language; LibreOffice's come with their own names.
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
"""


def read_docx(archive: zipfile.ZipFile) -> tuple[str, dict[str, bytes]]:
    """The HTML of a document, and its pictures by their `src`."""
    images: dict[str, bytes] = {}

    def keep(image: Any) -> dict[str, str]:
        source = f"picture:{len(images) + 1}"
        with image.open() as file:
            images[source] = file.read()
        return {"src": source}

    file: Any = archive.fp
    file.seek(0)
    result = mammoth.convert_to_html(
        file, style_map=_STYLES, convert_image=mammoth.images.img_element(keep), external_file_access=False
    )
    return result.value, images
