"""What networks show of a page where somebody posts a link to it, if editors have chosen that."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class LinkPreview:
    """`share_picture`: the key of the picture; without one the social card is shown."""

    share_picture: Mapped[str] = mapped_column(String(32), default="", server_default="")


class LinkPreviewText:
    """The words in a language; without them, those of the page. `share_alt` describes the picture."""

    share_title: Mapped[str] = mapped_column(default="", server_default="")
    share_description: Mapped[str] = mapped_column(default="", server_default="")
    share_alt: Mapped[str] = mapped_column(default="", server_default="")
