"""Bytes from anywhere in, clean pictures out: upright, in sRGB, without any metadata, in the sizes that pages show.

Nothing of what was sent is passed on as it came: only the points of the picture are, encoded anew.
"""

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext
from PIL import Image, ImageCms, ImageOps

from wzo.errors import WzoError
from wzo.media.files import MASTER, SQUARE, WIDE, height_at, widths

LONGEST_FILE = 20 * 1024 * 1024
# In points. JPEG is made smaller while it is read; the other formats are unpacked whole.
MOST_POINTS, MOST_UNPACKED = 50_000_000, 16_000_000
SMALLEST_SIDE, LONGEST_SIDE = 32, 3200
# A JPEG can be read at a half, a quarter or an eighth of its size; the longer side is then at least this.
LONG_ENOUGH = 2400
# A JPEG can ask for its points to be gone through again and again. Real ones do so about ten times.
MOST_SCANS = 64
MOST_PROFILE = 4 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
# What shines through a picture without a ground: the site's paper.
PAPER = (246, 241, 231)
SAVING: dict[str, tuple[str, dict[str, object]]] = {
    "avif": ("AVIF", {"quality": 58, "speed": 8}),
    "webp": ("WEBP", {"quality": 78, "method": 4}),
    "jpg": ("JPEG", {"quality": 80, "optimize": True, "progressive": True}),
}
SAVING_MASTER: dict[str, object] = {"quality": 92, "method": 4}

Image.MAX_IMAGE_PIXELS = MOST_POINTS
_SRGB = ImageCms.createProfile("sRGB")
# One picture at a time in a process, so that several editors at once do not need the memory of several pictures.
_one_at_a_time = threading.Lock()


class PictureRefused(WzoError):
    """An uploaded picture cannot be accepted; the text is a sentence that says why and what to do."""

    status = 422
    title = lazy_gettext("This picture could not be taken")

    def __init__(self, advice: object) -> None:
        super().__init__(advice)
        self.advice = advice


@dataclass(frozen=True)
class CleanPicture:
    """A picture made ready: its size in pixels, and its files by their names."""

    width: int
    height: int
    files: dict[str, bytes]


def clean(data: bytes, focus: tuple[int, int] = (50, 50)) -> CleanPicture:
    """Make a picture ready that somebody sent; raises PictureRefused with a sentence that says what to do.

    `focus` is the point that must stay in sight where the picture is cut, in percent from the left and the top.
    """
    _sniff(data)
    with _one_at_a_time:
        image = _decode(data)
        files = {MASTER: _encode(image, "WEBP", SAVING_MASTER)}
        for width in widths(image.width):
            smaller = image.resize((width, height_at(image.size, width)), Image.Resampling.LANCZOS)
            files |= {f"{width}.{kind}": _encode(smaller, *SAVING[kind]) for kind in SAVING}
        return CleanPicture(image.width, image.height, {**files, **dict(_crops(image, focus))})


def crop(master: bytes, focus: tuple[int, int]) -> dict[str, bytes]:
    """The files that are cut out of a picture, around another point; `master` is a file that we made."""
    with _one_at_a_time, Image.open(io.BytesIO(master), formats=("WEBP",)) as image:
        return dict(_crops(image.convert("RGB"), focus))


def fit(master: bytes, size: tuple[int, int], focus: tuple[int, int]) -> Image.Image:
    """A part of a picture that fills a size, cut around a point; `master` is a file that we made."""
    with _one_at_a_time, Image.open(io.BytesIO(master), formats=("WEBP",)) as image:
        return _cut(image.convert("RGB"), size, focus)


def _crops(image: Image.Image, focus: tuple[int, int]) -> Iterator[tuple[str, bytes]]:
    square = _cut(image, SQUARE, focus)
    yield "square.webp", _encode(square, *SAVING["webp"])
    yield "square.jpg", _encode(square, *SAVING["jpg"])
    yield "wide.jpg", _encode(_cut(image, WIDE, focus), *SAVING["jpg"])


def _cut(image: Image.Image, size: tuple[int, int], focus: tuple[int, int]) -> Image.Image:
    # The same rule as that of CSS's object-position, so that the panel's previews tell the truth.
    return ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=(focus[0] / 100, focus[1] / 100))


def _sniff(data: bytes) -> None:
    """Refuse what is known not to be taken, with a sentence of its own."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if len(data) > LONGEST_FILE:
        raise PictureRefused(
            lazy_gettext("The file is larger than 20 MB. Make the picture smaller or save it as JPEG, then try again.")
        )
    if not data:
        raise PictureRefused(lazy_gettext("The file is empty. It may not have been copied whole; choose it once more."))
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"):
        raise PictureRefused(
            lazy_gettext(
                "This is a HEIC picture, which browsers do not show. Save it as JPEG: on an iPhone choose Settings → "
                "Camera → Formats → Most Compatible, or send the picture to yourself by mail and take it from there."
            )
        )
    if start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!--", b"<!doctype")) and b"<svg" in start):
        raise PictureRefused(
            lazy_gettext("This is an SVG drawing, which may hold programs. Save it as PNG, then try again.")
        )
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MOST_SCANS:
        raise _broken()


def _decode(data: bytes) -> Image.Image:
    """The picture upright, in RGB, of at most the longest side, and nothing besides."""
    try:
        image = _open(data)
        ratio = LONG_ENOUGH / max(image.size)
        image.draft(None, (round(image.width * ratio), round(image.height * ratio)))
        image.load()
        image = _in_known_mode(image)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        image = _in_rgb(_upright(image))
    except PictureRefused:
        raise
    except Exception as error:
        # A broken file makes the decoders raise anything.
        raise _broken() from error
    # Points alone: what else a picture had with it stays behind.
    return Image.frombytes("RGB", image.size, image.tobytes())


def _open(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Exception as error:
        raise PictureRefused(
            lazy_gettext("This is not a picture that we can take. Choose a JPEG, PNG, WebP, AVIF or GIF file.")
        ) from error
    if image.width * image.height > (MOST_POINTS if image.format == "JPEG" else MOST_UNPACKED):
        raise _too_large()
    if min(image.size) < SMALLEST_SIDE:
        raise PictureRefused(
            lazy_gettext(
                "The picture is too small: %(width)s × %(height)s pixels. Each side needs at least %(least)s.",
                width=image.width,
                height=image.height,
                least=SMALLEST_SIDE,
            )
        )
    return image


def _in_known_mode(image: Image.Image) -> Image.Image:
    """The picture in RGB, RGBA, CMYK or shades of grey, eight bits each."""
    info = image.info
    if image.has_transparency_data:
        known = image if image.mode == "RGBA" else image.convert("RGBA")
    elif image.mode.startswith("I"):
        # Sixteen bits; a plain conversion would cut off all that is bright.
        known = image.convert("I").point(lambda value: value / 257).convert("L")
    else:
        known = image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")
    known.info = {name: info[name] for name in ("exif", "icc_profile") if name in info}
    return known


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        # What says how the camera was held is broken; the picture itself is not.
        return image


def _in_rgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, PAPER)
        ground.paste(_in_srgb(image.convert("RGB"), profile), mask=image.getchannel("A"))
        return ground
    return _in_srgb(image, profile).convert("RGB")


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """The colours as they were meant, where the picture says how."""
    if not isinstance(profile, bytes) or len(profile) > MOST_PROFILE:
        return image
    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, meant, _SRGB, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # A broken profile, or one for other colours than these.
        return image


def _encode(image: Image.Image, kind: str, options: dict[str, object]) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _too_large() -> PictureRefused:
    return PictureRefused(
        lazy_gettext("The picture has too many pixels. Make it smaller, 4000 pixels wide are more than enough.")
    )


def _broken() -> PictureRefused:
    return PictureRefused(
        lazy_gettext("The picture is damaged or was not copied whole. Open it, save it anew as JPEG, then try again.")
    )
