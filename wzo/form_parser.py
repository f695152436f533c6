"""Parses submitted forms strictly: a form that no browser sends becomes a 400, before any view sees it."""

from typing import IO, Any

import flask
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

# What a browser would never put into the name of a field, and no database column or header of ours takes.
_FORBIDDEN_IN_NAMES = frozenset("\0\r\n")

ParsedForm = tuple[IO[bytes], MultiDict[str, Any], MultiDict[str, Any]]


class StrictFormDataParser(FormDataParser):
    """Werkzeug's parser, which returns an empty form, or None as a field's name, for what it cannot read."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "silent": False})

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> ParsedForm:
        """Parse a form. Raises BadRequest if it is malformed, RequestEntityTooLarge if it has too many fields."""
        try:
            stream, form, files = super().parse(stream, mimetype, content_length, options)
        except ValueError as error:
            raise BadRequest from error
        names: list[Any] = [name for fields in (form, files) for name, _ in fields.items(multi=True)]
        if not all(isinstance(name, str) and not _FORBIDDEN_IN_NAMES & set(name) for name in names):
            raise BadRequest
        # Werkzeug limits the parts of multipart forms only.
        if self.max_form_parts is not None and len(names) > self.max_form_parts:
            raise RequestEntityTooLarge
        return stream, form, files


class Request(flask.Request):
    """A request whose form is parsed strictly."""

    form_data_parser_class = StrictFormDataParser
