"""A page to write on, alone with the writing tools: the real templates, scripts and headers.

A small server keeps the contract of the edit page (see js/autosave.js) in memory.
"""

import itertools
import threading
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from flask import Blueprint, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin
from werkzeug.serving import WSGIRequestHandler, make_server

from wzo import create_app
from wzo.config import load_settings
from wzo.markdown import render_markdown

Fields = dict[str, str]
PICTURE = '![A boat](/media/0f.jpg#1600x1067 "Evening")'


class Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        pass


@dataclass
class Desk:
    """What the server has, and how it behaves. `parts` are all revisions of each part, the last one is the newest."""

    folder: Path
    parts: dict[str, list[Fields]] = field(
        default_factory=lambda: {
            "shared": [{"slug": "winter", "featured": ""}],
            "ru": [{"title": "Зима", "body": ""}],
            "en": [{"title": "Winter", "body": ""}],
        }
    )
    order: list[str] = field(default_factory=lambda: list("abcde"))
    token: str = "first"
    # "fine", "down", "signed out", "too long", "refusing"
    mood: str = "fine"
    saves: list[Fields] = field(default_factory=list)
    posts: list[Fields] = field(default_factory=list)
    moves: list[Fields] = field(default_factory=list)
    # Whether answers go out, or wait on their way.
    gate: threading.Event = field(default_factory=threading.Event)
    sessions: Any = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.gate.set()

    def __enter__(self) -> Self:
        app = create_app(load_settings({"INSTANCE_PATH": str(self.folder)}))
        app.register_blueprint(self.blueprint())
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.port}/admin/desk/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()

    def clear(self) -> None:
        """Begin anew, as for another test."""
        fresh = Desk(self.folder)
        for it in fields(Desk):
            setattr(self, it.name, getattr(fresh, it.name))

    def now(self, name: str) -> str:
        """What the server has of a field."""
        part, _, key = name.partition(".")
        return self.parts[part][-1][key]

    def change(self, name: str, value: str) -> None:
        """Somebody writes into a field."""
        part, _, key = name.partition(".")
        self.parts[part].append({**self.parts[part][-1], key: value})

    def merge(self, sent: Fields) -> dict[str, Any]:
        """Take what was sent where nobody else has changed the same field since."""
        theirs, conflicts = {}, {}
        heads = {part: revisions[-1] for part, revisions in self.parts.items()}
        for part, head in heads.items():
            for key in head:
                name = f"{part}.{key}"
                old = self.parts[part][int(sent.get(f"base.{name}", sent[f"base.{part}"]))][key]
                if name in sent and head[key] not in (old, sent[name]):
                    conflicts[name] = {"theirs": head[key], "who": "Anna"}
                elif name in sent:
                    self.change(name, sent[name])
                elif head[key] != self.parts[part][int(sent[f"base.{part}"])][key]:
                    theirs[name] = head[key]
        return {"theirs": theirs, "conflicts": conflicts}

    def blueprint(self) -> Blueprint:
        bp = Blueprint("desk", __name__, url_prefix="/admin/desk", template_folder=str(Path(__file__).parent))
        nothing = {"current_user": AnonymousUserMixin(), "help_here": lambda _: None}
        bp.context_processor(lambda: nothing)

        @bp.get("/")
        def page() -> ResponseReturnValue:
            if self.mood == "signed out":
                return redirect("/admin/sign-in", 303)
            context = {
                "parts": self.parts,
                "token": self.token,
                "edit_session": f"session-{next(self.sessions)}",
                "checks": "",
            }
            return render_template("desk.html", own_path=lambda **_: "/admin/desk/", **context)

        @bp.post("/")
        def save() -> ResponseReturnValue:
            sent = {name: value.replace("\r\n", "\n") for name, value in request.form.items()}
            self.posts.append(sent)
            for name in ("ru.title", "ru.body", "en.title", "en.body"):
                self.change(name, sent[name])
            return redirect("/admin/desk/list", 303)

        @bp.post("/autosave")
        def autosave() -> ResponseReturnValue:
            if self.mood == "signed out":
                return redirect("/admin/sign-in", 303)
            if self.mood == "refusing":
                return {"error": "This is no address."}, 422
            if self.mood != "fine":
                return self.mood, {"down": 503, "too long": 413}[self.mood]
            sent = {name: " ".join(filter(None, request.form.getlist(name))) for name in request.form}
            if sent["csrf_token"] != self.token:
                return "token", 400
            self.saves.append(sent)
            answer = self.merge(sent)
            bases = {part: len(revisions) - 1 for part, revisions in self.parts.items()}
            self.gate.wait()
            return jsonify(saved_at="12:40", bases=bases, checks_html="<p>Two things are missing.</p>", **answer)

        @bp.post("/preview")
        def preview() -> ResponseReturnValue:
            return render_markdown(request.form["text"], request.form["language"], "preview")

        @bp.get("/pictures")
        def pictures() -> ResponseReturnValue:
            return render_template("pictures.html", picture=PICTURE)

        @bp.post("/upload")
        def upload() -> ResponseReturnValue:
            file = request.files["pictures"]
            if not file.read().startswith(b"\x89PNG"):
                return jsonify(error="This is no picture."), 422
            return jsonify(markdown="![](/media/1e.jpg#10x10)", edit="/admin/pictures/7/")

        @bp.get("/list")
        def index() -> ResponseReturnValue:
            return render_template("list.html", own_path=lambda **_: "/admin/desk/", order=self.order)

        @bp.post("/move")
        def move() -> ResponseReturnValue:
            if self.mood == "down":
                return "down", 503
            self.moves.append(request.form.to_dict())
            step = int(request.form["step"])
            place = self.order.index(request.form["thing"])
            self.order.insert(place + step, self.order.pop(place))
            return redirect("/admin/desk/list", 303)

        return bp
