"""Compression of responses by Flask-Compress, including errors: a form with errors is as large as one without."""

from http import HTTPStatus

from flask import Flask
from flask.wrappers import Response
from flask_compress import Compress


def init_app(app: Flask) -> None:
    """Compress responses with the encoding that the browser prefers."""
    app.config["COMPRESS_REGISTER"] = False
    compress = Compress(app)

    @app.after_request
    def compress_response(response: Response) -> Response:
        # A part of a file is one of the file as it is: compressed, it would not fit the others.
        if response.status_code == HTTPStatus.PARTIAL_CONTENT:
            return response
        # The library compresses successful responses only.
        status = response.status
        if response.status_code >= 400:
            response.status_code = 200
        response = compress.after_request(response)
        response.status = status
        return response
