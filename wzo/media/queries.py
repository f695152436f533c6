"""What is read of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import abort
from sqlalchemy import exists, select

from wzo.extensions import AnyRow, db
from wzo.i18n import LANGUAGES
from wzo.media.alt import alt_is_missing
from wzo.media.models import Picture, PictureText, PictureUse

LIVE_USE = exists().where(PictureUse.picture_id == Picture.id, PictureUse.live)


@dataclass
class Listed:
    """A picture as the panel lists it; `alts` and `captions` by language."""

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
    def silent(self) -> list[str]:
        """The languages in which nobody has written what it shows; none where it needs no words."""
        return [
            code for code in LANGUAGES if not self.decorative and alt_is_missing(self.alts.get(code, ""), self.name)
        ]

    @property
    def alt(self) -> str:
        """What it shows, in the first language in which that was written."""
        return next((alt for alt in self.alts.values() if alt), "")


def get_shown(key: str) -> AnyRow | None:
    """What decides whether a picture is shown, and in which form; `live`: whether something live uses it."""
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
            LIVE_USE.label("live"),
        ).where(Picture.key == key)
    ).first()


def get_picture_or_404(picture_id: int) -> Picture:
    """An uploaded picture, even one that was deleted and can be had back."""
    return db.session.get(Picture, picture_id) or abort(404)


def get_texts(picture_id: int) -> dict[str, PictureText]:
    """Its words by language, of those languages in which there are any."""
    rows = db.session.scalars(select(PictureText).where(PictureText.picture_id == picture_id))
    return {row.language: row for row in rows}


def uses_of(picture_id: int) -> Sequence[AnyRow]:
    """What shows a picture: `content_type`, `object_id`, and whether it is live, a row for each thing."""
    rows = db.session.execute(
        select(PictureUse.content_type, PictureUse.object_id, PictureUse.live)
        .where(PictureUse.picture_id == picture_id)
        .distinct()
        .order_by(PictureUse.content_type, PictureUse.object_id, PictureUse.live.desc())
    ).all()
    # The live use of a thing comes before that of its draft, and says enough.
    return list({(row.content_type, row.object_id): row for row in reversed(rows)}.values())[::-1]


def is_used_by(key: str, content_type: str, object_id: int) -> bool:
    """Whether a thing shows a picture, in its draft or live."""
    use = select(PictureUse.picture_id).join(Picture, Picture.id == PictureUse.picture_id)
    of_thing = use.where(Picture.key == key, PictureUse.content_type == content_type, PictureUse.object_id == object_id)
    return db.session.execute(of_thing.limit(1)).first() is not None


def find_pictures(question: str = "", only: str = "") -> list[Listed]:
    """The pictures whose name, caption or alternative text holds all words of a question, the newest first.

    `only`: "silent", those without an alternative text; "unused"; "deleted", those that can still be had back.
    """
    # A few thousand rows at most: they are looked through here, since SQLite knows no letters but the Latin ones.
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
            exists().where(PictureUse.picture_id == Picture.id).label("used"),
            Picture.deleted_at,
        )
        .where(Picture.deleted_at.is_not(None) if only == "deleted" else Picture.deleted_at.is_(None))
        .order_by(Picture.id.desc())
    )
    pictures = {
        row.id: Listed(
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
    ):
        if text.picture_id in pictures:
            pictures[text.picture_id].alts[text.language] = text.alt
            pictures[text.picture_id].captions[text.language] = text.caption
    words = _plain(question).split()
    return [
        picture
        for picture in pictures.values()
        if (only != "silent" or picture.silent)
        and (only != "unused" or not picture.used)
        and all(
            word in _plain(" ".join([picture.name, *picture.alts.values(), *picture.captions.values()]))
            for word in words
        )
    ]


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е")
