"""What a reader keeps on a device: the list of it, the worker that shows it, and the way to forget it all."""

from flask import Blueprint, redirect, render_template, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from wzo.static_files import FOLDER

bp = Blueprint("kept", __name__)


@bp.get("/<lang:lang>/kept/")
def index() -> ResponseReturnValue:
    """What this browser keeps. The list is made in the browser; the server keeps no record of it."""
    return render_template("kept/index.html")


@bp.post("/<lang:lang>/kept/forget")
def forget() -> ResponseReturnValue:
    """Has the browser erase all that it stores of this site, with JavaScript or without."""
    answer = redirect(url_for("kept.forgotten"), 303)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.get("/<lang:lang>/kept/forgotten")
def forgotten() -> ResponseReturnValue:
    """The word that everything is forgotten."""
    return render_template("kept/forgotten.html")


@bp.get("/sw.js")
def worker() -> ResponseReturnValue:
    """The service worker. It stands at the top, since it may show only what lies below its own address."""
    return send_from_directory(FOLDER / "js", "sw.js", mimetype="text/javascript")
