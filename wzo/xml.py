"""XML responses."""

import re

from flask import Response, render_template

# Everything but Char: https://www.w3.org/TR/xml/#charsets
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_xml(template: str, media_type: str, **context: object) -> Response:
    """Render a template as XML, without the characters that XML cannot represent."""
    text = FORBIDDEN.sub("", render_template(template, **context))
    return Response(text, content_type=f"{media_type}; charset=utf-8")
