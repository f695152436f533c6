"""Covers of projects, series and stories: an uploaded picture, a drawing of ours, or one drawn from the title.

`cover` names a drawing, see `drawn_covers.py`; without one it is the default window. `cover_picture` is the key of a
picture that replaces it.
"""

from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, and_

from wzo.drawn_covers import draw, drawn_colour, drawn_path, rhythm
from wzo.media.models import Picture
from wzo.social_card_design import COVERS, DEFAULT_COVER
from wzo.static_files import cover_file


def init_app(app: Flask) -> None:
    """Let templates show covers."""
    app.jinja_env.globals.update(cover_url=cover_url, cover_alt=cover_alt, focus_class=focus_class)
    app.jinja_env.filters["cover_url"] = cover_url


def cover_columns(model: Any) -> tuple[Any, ...]:
    """The columns of a cover, for a query that joins its picture on `join_cover`; the picture is NULL in the bin."""
    return (
        model.cover,
        Picture.key.label("cover_picture"),
        Picture.width.label("cover_width"),
        Picture.height.label("cover_height"),
        Picture.focus_x,
        Picture.focus_y,
    )


def join_cover(model: Any) -> ColumnElement[bool]:
    """The condition on which the picture of a cover is joined."""
    return and_(Picture.key == model.cover_picture, Picture.deleted_at.is_(None))


def cover_url(cover: str, title: str = "") -> str:
    """The URL of a drawing."""
    colour = drawn_colour(cover)
    urls: dict[str, str] = current_app.extensions["static_files"].urls
    return drawn_path(colour, title) if colour else urls[cover_file(cover)]


def cover_svg(cover: str, title: str = "") -> str:
    """The content of a drawing."""
    colour = drawn_colour(cover)
    return draw(colour, rhythm(title)) if colour else COVERS.get(cover, COVERS[DEFAULT_COVER])


def cover_alt(it: Any) -> str:
    """The alternative text of a cover, given its row; one that is drawn from the title says nothing more than it."""
    return "" if drawn_colour(it.cover) and not it.cover_picture else it.cover_alt


def focus_class(it: Any) -> str:
    """The class that keeps the focal point of an uploaded cover in view; it is cropped on two sides."""
    focus = it.focus_x if it.cover_width * 2 > it.cover_height * 3 else it.focus_y
    return "at-start" if focus < 34 else "at-end" if focus > 66 else ""
