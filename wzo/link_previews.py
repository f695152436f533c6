"""Link previews: the texts and the picture that editors choose for links to a page that are posted elsewhere."""

from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from wzo.media.models import Picture


class LinkPreview:
    """`share_picture`: the key of the picture; without one the drawn link-preview image is used."""

    share_picture: Mapped[str] = mapped_column(String(32), default="", server_default="")


class LinkPreviewText:
    """The words in a language; without them, those of the page. `share_alt` describes the picture."""

    share_title: Mapped[str] = mapped_column(default="", server_default="")
    share_description: Mapped[str] = mapped_column(default="", server_default="")
    share_alt: Mapped[str] = mapped_column(default="", server_default="")


def link_preview_columns(model: Any, text: Any) -> tuple[Any, ...]:
    """The columns of a link preview, for the query of a page; the picture is NULL in the bin."""
    # An alias, because the query may join another picture.
    picture = aliased(Picture)
    key = select(picture.key).where(picture.key == model.share_picture, picture.deleted_at.is_(None))
    share_picture = key.scalar_subquery().label("share_picture")
    return (text.share_title, text.share_description, text.share_alt, share_picture)
