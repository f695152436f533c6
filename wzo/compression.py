"""Compression of pages: Flask-Compress, for failures too, since a form with errors is as heavy as one without."""

from flask import Flask
from flask.wrappers import Response
from flask_compress import Compress


def init_app(app: Flask) -> None:
    """Compress what is sent, in the way that the browser likes best."""
    compress = Compress(app)

    @app.after_request
    def compress_failures(response: Response) -> Response:
        # The library leaves every answer alone that is no success.
        status = response.status
        if response.status_code >= 400:
            response.status_code = 200
            response = compress.after_request(response)
            response.status = status
        return response
