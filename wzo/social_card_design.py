"""The design of a link-preview image. Rendering it is in `social_card_image.py`."""

import hashlib
import json
from dataclasses import asdict, dataclass

from wzo.static_files import FOLDER

# Increase it when the appearance of cards changes, so that all are rendered again.
DESIGN_VERSION = 1
COVERS = {path.stem: path.read_text(encoding="utf-8") for path in (FOLDER / "covers").glob("*.svg")}
DEFAULT_COVER, LOGO = "hero", "mark"


@dataclass(frozen=True, slots=True)
class CardDesign:
    """Everything that a card shows; `cover` is the content of an SVG file, `photo` the key of a picture in its place.

    `focus`: the point of the photo that must stay visible, in percent from the left and the top.
    """

    kicker: str
    title: str
    name: str
    cover: str
    photo: str = ""
    focus: tuple[int, int] = (50, 50)
    version: int = DESIGN_VERSION

    @property
    def fingerprint(self) -> str:
        """A hash of the design."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()
