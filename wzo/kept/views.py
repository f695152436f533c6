"""Stories stored on the reader's device: the list of them, the service worker that shows them, and erasing them."""

from flask import Blueprint, redirect, render_template, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from wzo.page_cache.policy import public_page
from wzo.static_files import FOLDER

bp = Blueprint("kept", __name__)


@bp.get("/<lang:lang>/kept/")
@public_page()
def index() -> ResponseReturnValue:
    """The stories that this browser stores. The browser fills in the list; the server has no record of it."""
    return render_template("kept/index.html")


@bp.post("/<lang:lang>/kept/forget")
def forget() -> ResponseReturnValue:
    """Let the browser erase everything that it stores of this site, with or without JavaScript."""
    response = redirect(url_for("kept.forgotten"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("/<lang:lang>/kept/forgotten")
@public_page()
def forgotten() -> ResponseReturnValue:
    """The confirmation that everything is erased."""
    return render_template("kept/forgotten.html")


@bp.get("/sw.js")
def worker() -> ResponseReturnValue:
    """The service worker, at the root because its scope is the folder of its URL."""
    return send_from_directory(FOLDER / "js", "sw.js", mimetype="text/javascript")
