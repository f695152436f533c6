"""A bare Flask application, beside which pages are measured."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """A greeting."""
    return "hello"
