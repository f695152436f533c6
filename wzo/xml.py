"""Answers in XML."""

import re

from flask import Response, render_template

# What is no Char: https://www.w3.org/TR/xml/#charsets
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_xml(template: str, media_type: str, **context: object) -> Response:
    """Render a template as XML; the signs that XML cannot hold, whoever typed them, are left out."""
    text = FORBIDDEN.sub("", render_template(template, **context))
    return Response(text, content_type=f"{media_type}; charset=utf-8")
