"""Queries for pictures."""

from dataclasses import dataclass, field

from flask import abort
from flask_babel import gettext
from sqlalchemy import ColumnElement, select

from wzo.extensions import AnyRow, db
from wzo.i18n import LANGUAGES
from wzo.media.alt import alt_is_missing
from wzo.media.models import Picture, PictureText
from wzo.media.reference_index import picture_uses


@dataclass
class PictureListItem:
    """A picture as the panel lists it; `alts` and `captions` by language. `version` changes with the focal point."""

    id: int
    key: str
    name: str
    width: int
    height: int
    version: str
    decorative: bool
    used: bool
    deleted: bool
    alts: dict[str, str] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)

    @property
    def languages_without_alt(self) -> list[str]:
        """The languages in which it needs an alternative text and has none."""
        return [
            code for code in LANGUAGES if not self.decorative and alt_is_missing(self.alts.get(code, ""), self.name)
        ]

    def label(self, language: str) -> str:
        """Its label in a list: its alternative text in a language, else its name or number."""
        return self.alts.get(language) or self.name or str(gettext("Picture %(number)s", number=self.id))

    @property
    def alt(self) -> str:
        """Its alternative text in the first language that has one."""
        return next((alt for alt in self.alts.values() if alt), "")


def get_picture_for_serving(key: str) -> AnyRow | None:
    """The columns with which the view serves a picture or refuses it; `live`: whether a live object uses it."""
    return db.session.execute(
        select(
            Picture.id,
            Picture.key,
            Picture.width,
            Picture.height,
            Picture.focus_x,
            Picture.focus_y,
            Picture.deleted_at,
            Picture.first_published_at,
            picture_uses.has_use(live_only=True).label("live"),
        ).where(Picture.key == key)
    ).first()


def get_picture_or_404(picture_id: int) -> Picture:
    """An uploaded picture, even one in the bin."""
    return db.session.get(Picture, picture_id) or abort(404)


def get_texts(picture_id: int) -> dict[str, PictureText]:
    """The descriptions of a picture by language, for the languages that have one."""
    rows = db.session.scalars(select(PictureText).where(PictureText.picture_id == picture_id))
    return {row.language: row for row in rows}


def find_pictures(query: str = "", only: str = "") -> list[PictureListItem]:
    """The pictures whose name, caption or alternative text contains all words of a query, the newest first.

    `only`: "silent" for those without an alternative text, "unused", or "deleted" for those in the bin.
    """
    in_trash = Picture.deleted_at.is_not(None)
    pictures = _list_pictures(in_trash if only == "deleted" else ~in_trash)
    words = _fold(query).split()
    return [
        picture
        for picture in pictures
        if (only != "silent" or picture.languages_without_alt)
        and (only != "unused" or not picture.used)
        and all(
            word in _fold(" ".join([picture.name, *picture.alts.values(), *picture.captions.values()]))
            for word in words
        )
    ]


def find_picture(key: str) -> PictureListItem | None:
    """The picture with a key, even one in the bin."""
    return next(iter(_list_pictures(Picture.key == key)), None) if key else None


def _list_pictures(which: ColumnElement[bool]) -> list[PictureListItem]:
    """The pictures that meet a condition, the newest first.

    They are filtered in Python: there are a few thousand at most, and SQLite ignores case for Latin letters only.
    """
    rows = db.session.execute(
        select(
            Picture.id,
            Picture.key,
            Picture.name,
            Picture.width,
            Picture.height,
            Picture.focus_x,
            Picture.focus_y,
            Picture.decorative,
            Picture.credit,
            picture_uses.has_use().label("used"),
            Picture.deleted_at,
        )
        .where(which)
        .order_by(Picture.id.desc())
    )
    pictures = {
        row.id: PictureListItem(
            row.id,
            row.key,
            row.name,
            row.width,
            row.height,
            f"{row.focus_x}-{row.focus_y}",
            row.decorative,
            row.used,
            row.deleted_at is not None,
        )
        for row in rows
    }
    for text in db.session.execute(
        select(PictureText.picture_id, PictureText.language, PictureText.alt, PictureText.caption)
        .join(Picture, Picture.id == PictureText.picture_id)
        .where(which)
    ):
        pictures[text.picture_id].alts[text.language] = text.alt
        pictures[text.picture_id].captions[text.language] = text.caption
    return list(pictures.values())


def _fold(text: str) -> str:
    return text.casefold().replace("ё", "е")
