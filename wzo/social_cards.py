"""Social cards: the link-preview images that the site draws itself.

A card is rendered when it is first requested, and stored in the database until anything that it shows changes.
"""

from collections.abc import Iterable
from dataclasses import replace

from flask import current_app, request
from flask.wrappers import Response
from flask_babel import gettext
from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from wzo.content_version import is_preview
from wzo.covers import cover_svg
from wzo.extensions import AnyRow, Base, db, upsert, write_transaction
from wzo.headers import let_others_show
from wzo.i18n import current_language
from wzo.media.store import StoreUnavailable
from wzo.social_card_design import CardDesign
from wzo.typography import typography

# Link previews may cache a card for a minute before they revalidate it.
CACHE = "public, max-age=60"


class SocialCard(Base):
    """A stored card: `key` is its URL path, `fingerprint` the hash of its design."""

    __tablename__ = "social_cards"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    png: Mapped[bytes] = mapped_column(LargeBinary)


def card_response(
    *, kicker: str, title: str, cover: AnyRow | None = None, photo: str = "", focus: tuple[int, int] = (50, 50)
) -> Response:
    """The response with the card of the current URL, in its language.

    `cover` is the row of the object whose cover it shows; without one it is the default cover. `photo` is the key of an
    uploaded picture that replaces the cover, cropped around its `focus`. Callers make sure that all of it is public.
    """
    language = current_language()
    if cover and cover.cover_picture and not photo:
        photo, focus = cover.cover_picture, (cover.focus_x, cover.focus_y)
    design = CardDesign(
        kicker=typography(kicker, language),
        title=typography(title, language),
        name=gettext("Woman. Prison. Society"),
        cover=cover_svg(cover.cover, cover.title) if cover else cover_svg(""),
        photo=photo,
        focus=focus,
    )
    response = Response(_get_or_render(request.path, design), mimetype="image/png")
    response.headers["Cache-Control"] = CACHE
    return let_others_show(response)


def _get_or_render(key: str, design: CardDesign) -> bytes:
    if is_preview():
        # The card of a draft is nothing to store, and the transaction is that of the preview.
        return _render(design)
    stored = db.session.execute(select(SocialCard.fingerprint, SocialCard.png).where(SocialCard.key == key)).first()
    # Rendering takes a while; no transaction stays open meanwhile.
    db.session.rollback()
    if stored and stored.fingerprint == design.fingerprint:
        return bytes(stored.png)
    try:
        png = _render(design)
    except StoreUnavailable:
        # Not stored, so that it is rendered with its photo once the media store can be reached.
        return _render(replace(design, photo=""))
    new = {"fingerprint": design.fingerprint, "png": png}
    try:
        with write_transaction():
            statement = upsert(SocialCard).values(key=key, **new)
            db.session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=new))
    except SQLAlchemyError as error:
        current_app.logger.warning("A link-preview image could not be stored: %s", type(error).__name__)
    return png


def _render(design: CardDesign) -> bytes:
    # Pillow and resvg take 8 MB, and a stored card needs neither.
    from wzo.social_card_image import render_card

    return render_card(design)


def delete_cards(endpoint: str, pages: Iterable[tuple[str, str]]) -> None:
    """Delete the cards of some pages of an endpoint, each a language and a slug, in the caller's transaction."""
    adapter = current_app.url_map.bind("localhost")
    keys = [adapter.build(endpoint, {"lang": language, "slug": slug}) + "card.png" for language, slug in pages]
    if keys:
        db.session.execute(delete(SocialCard).where(SocialCard.key.in_(keys)))
