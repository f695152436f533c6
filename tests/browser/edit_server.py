"""A minimal edit page with the real templates, scripts and headers.

Its server implements the contract of the edit page (see js/autosave.js) in memory.
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
class EditServer:
    """The server's state and behaviour. `locales` holds the revisions of each locale, newest last."""

    folder: Path
    locales: dict[str, list[Fields]] = field(
        default_factory=lambda: {
            "shared": [{"slug": "winter", "featured": ""}],
            "ru": [{"title": "Зима", "body": ""}],
            "en": [{"title": "Winter", "body": ""}],
        }
    )
    order: list[str] = field(default_factory=lambda: list("abcde"))
    token: str = "first"
    # "normal", "down", "signed out", "too long", "refusing"
    behaviour: str = "normal"
    saves: list[Fields] = field(default_factory=list)
    posts: list[Fields] = field(default_factory=list)
    moves: list[Fields] = field(default_factory=list)
    # Set while responses are sent; cleared to hold them back.
    gate: threading.Event = field(default_factory=threading.Event)
    sessions: Any = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.gate.set()

    def __enter__(self) -> Self:
        app = create_app(load_settings({"INSTANCE_PATH": str(self.folder)}))
        app.register_blueprint(self.blueprint())
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.port}/admin/edit/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()

    def reset(self) -> None:
        """Return to the initial state."""
        fresh = EditServer(self.folder)
        for it in fields(EditServer):
            setattr(self, it.name, getattr(fresh, it.name))

    def value(self, name: str) -> str:
        """The current value of a field."""
        locale, _, key = name.partition(".")
        return self.locales[locale][-1][key]

    def change(self, name: str, value: str) -> None:
        """Change a field, as another editor does."""
        locale, _, key = name.partition(".")
        self.locales[locale].append({**self.locales[locale][-1], key: value})

    def merge(self, sent: Fields) -> dict[str, Any]:
        """Save the fields that nobody else has changed since; return conflicts and the others' changes."""
        theirs, conflicts = {}, {}
        heads = {locale: revisions[-1] for locale, revisions in self.locales.items()}
        for locale, head in heads.items():
            for key in head:
                name = f"{locale}.{key}"
                old = self.locales[locale][int(sent.get(f"base.{name}", sent[f"base.{locale}"]))][key]
                if name in sent and head[key] not in (old, sent[name]):
                    conflicts[name] = {"theirs": head[key], "who": "Anna"}
                elif name in sent:
                    self.change(name, sent[name])
                elif head[key] != self.locales[locale][int(sent[f"base.{locale}"])][key]:
                    theirs[name] = head[key]
        return {"theirs": theirs, "conflicts": conflicts}

    def blueprint(self) -> Blueprint:
        bp = Blueprint("edit_server", __name__, url_prefix="/admin/edit", template_folder=str(Path(__file__).parent))
        no_user = {"current_user": AnonymousUserMixin(), "help_here": lambda _: None}
        bp.context_processor(lambda: no_user)

        @bp.get("/")
        def page() -> ResponseReturnValue:
            if self.behaviour == "signed out":
                return redirect("/admin/sign-in", 303)
            context = {
                "locales": self.locales,
                "token": self.token,
                "edit_session": f"session-{next(self.sessions)}",
                "checks": "",
            }
            return render_template("edit_page.html", own_path=lambda **_: "/admin/edit/", **context)

        @bp.post("/")
        def save() -> ResponseReturnValue:
            sent = {name: value.replace("\r\n", "\n") for name, value in request.form.items()}
            self.posts.append(sent)
            for name in ("ru.title", "ru.body", "en.title", "en.body"):
                self.change(name, sent[name])
            return redirect("/admin/edit/list", 303)

        @bp.post("/autosave")
        def autosave() -> ResponseReturnValue:
            if self.behaviour == "signed out":
                return redirect("/admin/sign-in", 303)
            if self.behaviour == "refusing":
                return {"error": "This is not a URL."}, 422
            if self.behaviour != "normal":
                return self.behaviour, {"down": 503, "too long": 413}[self.behaviour]
            sent = {name: " ".join(filter(None, request.form.getlist(name))) for name in request.form}
            if sent["csrf_token"] != self.token:
                return "token", 400
            self.saves.append(sent)
            merged = self.merge(sent)
            bases = {locale: len(revisions) - 1 for locale, revisions in self.locales.items()}
            self.gate.wait()
            return jsonify(saved_at="12:40", bases=bases, checks_html="<p>Two fields are missing.</p>", **merged)

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
                return jsonify(error="This is not a picture."), 422
            return jsonify(markdown="![](/media/1e.jpg#10x10)", edit="/admin/pictures/7/")

        @bp.get("/list")
        def index() -> ResponseReturnValue:
            return render_template("list.html", own_path=lambda **_: "/admin/edit/", order=self.order)

        @bp.post("/move")
        def move() -> ResponseReturnValue:
            if self.behaviour == "down":
                return "down", 503
            self.moves.append(request.form.to_dict())
            step = int(request.form["step"])
            place = self.order.index(request.form["item"])
            self.order.insert(place + step, self.order.pop(place))
            return redirect("/admin/edit/list", 303)

        return bp
