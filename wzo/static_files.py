"""Static files: served by WhiteNoise under names that contain their hash, so that browsers may cache them for ever."""

import base64
import hashlib
import os
import re
from functools import cache
from pathlib import Path

from flask import Flask, current_app
from whitenoise import WhiteNoise

FOLDER = Path(__file__).parent / "static"
COMPRESSED = (".br", ".gz")
# The style sheet of all pages, and those of each kind of page, with which `bundles.py` combines it.
SITE_SHEET = "site"
SHEETS = (
    *(
        SITE_SHEET,
        "card_donation",
        "directory",
        "donate",
        "home",
        "petition",
        "reading",
        "reference",
        "stories",
        "story",
    ),
    *("team", "print", "print_edition"),
)
# The style sheets that extend another one, and those that pages link besides their own.
BASES = {"reference": "reading", "story": "reading", "team": "reading"}
ADDITIONAL = ("print", "print_edition")
COMBINED = "css/pages"
# The scripts of pages that have several, in the order in which they run.
SCRIPTS = {
    "edit": (
        "js/admin.js",
        *(
            f"js/edit/{name}.js"
            for name in ("patches", "fields", "status_line", "buffer", "conflicts", "checks", "saving", "presence")
        ),
        "js/editor.js",
    )
}
COMBINED_SCRIPTS = "js/pages"
# For browsers that show no SVG; `raster_covers.py` makes it.
RASTER_SHEET = "raster/covers.css"
# Icons for what shows no SVG, with their widths in pixels; the same module draws them.
FAVICON, TOUCH_ICON = "raster/favicon.ico", "raster/icon-180.png"
ICONS = {"raster/icon-180.png": 180, "raster/icon-192.png": 192, "raster/icon-512.png": 512}
HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9.]+$")


def hashed(name: str, content: bytes) -> str:
    """The name of a file with the hash of its content."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{dot}{suffix}"


def sources_of(sheet: str) -> list[str]:
    """The files that the style sheet of a kind of page consists of, in their order."""
    if sheet in ADDITIONAL:
        return [f"css/{sheet}.css"]
    return [f"css/{name}.css" for name in dict.fromkeys((SITE_SHEET, BASES.get(sheet, sheet), sheet))]


class StaticFiles:
    """The hashed URL and the integrity of each static file. The files are few, and read once at start."""

    def __init__(self) -> None:
        self.urls: dict[str, str] = {}
        self.integrity: dict[str, str] = {}
        for path in sorted(FOLDER.rglob("*")):
            if path.is_file() and path.suffix not in COMPRESSED:
                name = path.relative_to(FOLDER).as_posix()
                content = path.read_bytes()
                self.urls[name] = f"/static/{hashed(name, content)}"
                self.integrity[name] = "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()

    def stylesheets(self, sheet: str = SITE_SHEET) -> list[str]:
        """The files of a page that names a sheet: the combined one, or where it was not made, those it consists of."""
        sources = sources_of(sheet)
        combined = f"{COMBINED}/{sheet}.css"
        return [combined] if self.has(combined) and is_current(combined, tuple(sources)) else sources

    def scripts(self, page: str) -> list[str]:
        """The scripts of a page: the combined one, or where it was not made, those it consists of."""
        combined = f"{COMBINED_SCRIPTS}/{page}.js"
        return [combined] if self.has(combined) and is_current(combined, SCRIPTS[page]) else list(SCRIPTS[page])

    def has(self, name: str) -> bool:
        """Whether there is such a file; htmx is missing if Node was not there to install it."""
        return name in self.urls


def init_app(app: Flask) -> None:
    """Serve the static files and let templates name them: `static_files.urls["css/site.css"]`."""
    static_files = StaticFiles()
    app.jinja_env.globals["static_files"] = app.extensions["static_files"] = static_files
    functions = {
        "static_url": lambda name: static_files.urls[name],
    }
    app.jinja_env.globals.update(functions)
    app.jinja_env.filters.update(functions)
    server = WhiteNoise(
        app.wsgi_app,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: bool(HASHED.search(url)),
        charset="utf-8",
    )
    stats = _stat_current_files()
    # Browsers and phones request these by themselves, whatever a page says.
    favicon = FAVICON if static_files.has(FAVICON) else "covers/mark.svg"
    asked = [("/favicon.ico", favicon), *((f"/apple-touch-icon{it}.png", TOUCH_ICON) for it in ("", "-precomposed"))]
    names = [(url, name) for name, url in static_files.urls.items()]
    for url, name in names + [(url, name) for url, name in asked if static_files.has(name)]:
        server.add_file_to_dictionary(url, str(FOLDER / name), stat_cache=stats)
    app.wsgi_app = server  # type: ignore[method-assign]


def static_url(name: str) -> str | None:
    """The URL of a static file such as `covers/mark.svg`; None if there is no such file."""
    urls: dict[str, str] = current_app.extensions["static_files"].urls
    return urls.get(name)


def static_path(url: str) -> Path | None:
    """The file that is served under a URL of `static_url`; None if there is none."""
    names = {url: name for name, url in current_app.extensions["static_files"].urls.items()}
    return FOLDER / names[url] if url in names else None


@cache
def cover_file(name: str) -> str:
    """The file of a cover, such as `covers/outcasts.svg`; the default cover if there is none of that name."""
    file = f"covers/{name}.svg"
    return file if name and (FOLDER / file).is_file() else "covers/hero.svg"


@cache
def is_current(file: str, sources: tuple[str, ...]) -> bool:
    """Whether a file was made after those that it is made of had last changed."""
    return all(_modified_at(FOLDER / file) >= _modified_at(FOLDER / source) for source in sources)


def _stat_current_files() -> dict[str, os.stat_result]:
    """The static files, and their compressed copies unless the file has changed since."""
    stats = {path: path.stat() for path in FOLDER.rglob("*") if path.is_file()}
    return {
        str(path): stat
        for path, stat in stats.items()
        if path.suffix not in COMPRESSED or stat.st_mtime >= _modified_at(path.with_suffix(""))
    }


def _modified_at(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else float("inf")
