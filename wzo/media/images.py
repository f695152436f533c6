"""Processes uploaded pictures: upright, in sRGB, without metadata, in the sizes that pages show.

Only the pixels of an upload are used; every file is encoded from them.
"""

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext
from PIL import Image, ImageCms, ImageOps

from wzo.media.renditions import MASTER, SQUARE, WIDE, height_at, widths
from wzo.media.uploads import HEIF_BRANDS, MAX_FILE_SIZE, PictureRefused

# So that no upload takes more than 300 MB of memory. JPEG is scaled down while it is decoded, unless it is progressive:
# then all its coefficients are decoded first. The other formats are decoded at full size.
MAX_PIXELS = {"JPEG": 110_000_000, "PNG": 30_000_000, "HEIF": 25_000_000}
MAX_PIXELS_OTHERS = 16_000_000
MAX_PIXELS_PROGRESSIVE = 40_000_000
# The master is half as wide again as the widest file of a page: enough to crop, and to encode in less than a second.
MIN_SIDE, MAX_SIDE = 32, 2400
# A JPEG can be decoded at a half, a quarter or an eighth of its size; its longer side is then at least this.
JPEG_DRAFT_SIDE = 2400
# A progressive JPEG can make a decoder go through its pixels again and again; real ones have about ten scans.
MAX_SCANS = 64
MAX_PROFILE_SIZE = 4 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
# Pictures of sixteen bits are converted in bands of this many rows.
BAND = 256
# The colour behind transparent pixels: that of the site's pages.
BACKGROUND = (246, 241, 231)
# Chosen by the time that they take for noise of 1600 × 1600 pixels: 0.2 s, 0.15 s and 0.06 s. AVIF at speed 6 takes ten
# times as long and saves nothing; WebP with method 4 twice as long for one per cent.
ENCODINGS: dict[str, tuple[str, dict[str, object]]] = {
    "avif": ("AVIF", {"quality": 58, "speed": 8}),
    "webp": ("WEBP", {"quality": 78, "method": 2}),
    "jpg": ("JPEG", {"quality": 80, "optimize": True, "progressive": True}),
}
MASTER_OPTIONS: dict[str, object] = {"quality": 92, "method": 1}

Image.MAX_IMAGE_PIXELS = max(MAX_PIXELS.values())
_SRGB = ImageCms.createProfile("sRGB")
# A process decodes one picture at a time, to bound the memory when several editors upload at once.
_decode_lock = threading.Lock()
# One more upload may wait for it. All others are refused, or they would keep the threads that serve everybody else.
_uploads = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class ProcessedPicture:
    """A processed picture: its size in pixels, its files by name, and whether it was the first of an animation."""

    width: int
    height: int
    files: dict[str, bytes]
    was_animated: bool


def process(data: bytes, focus: tuple[int, int] = (50, 50)) -> ProcessedPicture:
    """Process an uploaded picture. Raises PictureRefused with a message that says what to do.

    `focus` is the point that must stay visible in crops, in percent from the left and the top.
    """
    _sniff(data)
    if not _uploads.acquire(blocking=False):
        raise PictureRefused(
            lazy_gettext("Others are uploading pictures, and yours could not be processed. Try again in a minute.")
        )
    try:
        return _process(data, focus)
    finally:
        _uploads.release()


def _process(data: bytes, focus: tuple[int, int]) -> ProcessedPicture:
    with _decode_lock:
        image, was_animated = _decode(data)
        files = {MASTER: _encode(image, "WEBP", MASTER_OPTIONS)}
        for width in widths(image.width):
            smaller = image.resize((width, height_at(image.size, width)), Image.Resampling.LANCZOS)
            files |= {f"{width}.{suffix}": _encode(smaller, *ENCODINGS[suffix]) for suffix in ENCODINGS}
        return ProcessedPicture(image.width, image.height, {**files, **dict(_crops(image, focus))}, was_animated)


def make_crops(master: bytes, focus: tuple[int, int]) -> dict[str, bytes]:
    """The cropped files of a picture around a focal point, given its master file."""
    with _decode_lock, Image.open(io.BytesIO(master), formats=("WEBP",)) as image:
        return dict(_crops(image.convert("RGB"), focus))


def crop_to(master: bytes, size: tuple[int, int], focus: tuple[int, int]) -> Image.Image:
    """A picture cropped to a size around a focal point, given its master file."""
    with _decode_lock, Image.open(io.BytesIO(master), formats=("WEBP",)) as image:
        return _crop(image.convert("RGB"), size, focus)


def _crops(image: Image.Image, focus: tuple[int, int]) -> Iterator[tuple[str, bytes]]:
    square = _crop(image, SQUARE, focus)
    yield "square.webp", _encode(square, *ENCODINGS["webp"])
    yield "square.jpg", _encode(square, *ENCODINGS["jpg"])
    yield "wide.jpg", _encode(_crop(image, WIDE, focus), *ENCODINGS["jpg"])


def _crop(image: Image.Image, size: tuple[int, int], focus: tuple[int, int]) -> Image.Image:
    # The same rule as CSS object-position, so that the panel's previews are exact.
    return ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=(focus[0] / 100, focus[1] / 100))


def _sniff(data: bytes) -> None:
    """Refuse files that are recognisably unsuitable, each with a message of its own."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if len(data) > MAX_FILE_SIZE:
        raise PictureRefused(
            lazy_gettext("The file is larger than 20 MB. Make the picture smaller or save it as JPEG, then try again.")
        )
    if not data:
        raise PictureRefused(
            lazy_gettext("The file is empty. It may not have been copied completely; choose it again.")
        )
    if start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!--", b"<!doctype")) and b"<svg" in start):
        raise PictureRefused(
            lazy_gettext("This is an SVG drawing, which may contain scripts. Save it as PNG, then try again.")
        )
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MAX_SCANS:
        raise _broken()


def _decode(data: bytes) -> tuple[Image.Image, bool]:
    """The picture upright, in RGB, with sides of at most MAX_SIDE, and without metadata; and whether it is animated."""
    try:
        image = _open(data)
        # A HEIC file may hold a series of pictures, of which one is the photograph.
        is_animated = image.format != "HEIF" and getattr(image, "is_animated", False)
        ratio = JPEG_DRAFT_SIDE / max(image.size)
        image.draft(None, (round(image.width * ratio), round(image.height * ratio)))
        image.load()
        image = _in_known_mode(image)
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        image = _in_rgb(_upright(image))
    except PictureRefused:
        raise
    except Exception as error:
        # Decoders raise all kinds of exceptions on damaged files.
        raise _broken() from error
    # Copies the pixels only, without any metadata.
    return Image.frombytes("RGB", image.size, image.tobytes()), is_animated


def _open(data: bytes) -> Image.Image:
    formats: tuple[str, ...] = FORMATS
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        # What iPhones take; few uploads need the decoder.
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
        formats = ("HEIF",)
    try:
        image = Image.open(io.BytesIO(data), formats=formats)
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Exception as error:
        raise PictureRefused(
            lazy_gettext("This file type is not supported. Choose a JPEG, HEIC, PNG, WebP, AVIF or GIF file.")
        ) from error
    limit = MAX_PIXELS.get(image.format or "", MAX_PIXELS_OTHERS)
    if image.width * image.height > (MAX_PIXELS_PROGRESSIVE if image.info.get("progressive") else limit):
        raise _too_large()
    if min(image.size) < MIN_SIDE:
        raise PictureRefused(
            lazy_gettext(
                "The picture is too small: %(width)s × %(height)s pixels. Each side must be at least %(least)s.",
                width=image.width,
                height=image.height,
                least=MIN_SIDE,
            )
        )
    return image


def _in_known_mode(image: Image.Image) -> Image.Image:
    """The picture in RGB, RGBA, CMYK or greyscale, with eight bits per channel."""
    info = image.info
    if image.has_transparency_data:
        converted = image if image.mode == "RGBA" else image.convert("RGBA")
    elif image.mode.startswith("I"):
        converted = _in_eight_bits(image)
    else:
        converted = image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")
    converted.info = {name: info[name] for name in ("exif", "icc_profile") if name in info}
    return converted


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """A greyscale picture of sixteen bits in eight; a plain conversion would clip bright pixels."""
    result = Image.new("L", image.size)
    for top in range(0, image.height, BAND):
        band = image.crop((0, top, image.width, min(top + BAND, image.height)))
        result.paste(band.convert("I").point(lambda value: value / 257).convert("L"), (0, top))
    return result


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        # The orientation tag is damaged; the picture itself is not.
        return image


def _in_rgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode == "RGBA":
        flattened = Image.new("RGB", image.size, BACKGROUND)
        flattened.paste(_in_srgb(image.convert("RGB"), profile), mask=image.getchannel("A"))
        return flattened
    return _in_srgb(image, profile).convert("RGB")


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """The picture with its colours converted from its ICC profile, if it has a usable one."""
    if not isinstance(profile, bytes) or len(profile) > MAX_PROFILE_SIZE:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # A damaged profile, or one for another colour mode.
        return image


def _encode(image: Image.Image, format_: str, options: dict[str, object]) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def _too_large() -> PictureRefused:
    return PictureRefused(
        lazy_gettext("The picture has too many pixels. Make it smaller: 4000 pixels wide is more than enough.")
    )


def _broken() -> PictureRefused:
    return PictureRefused(
        lazy_gettext(
            "The picture is damaged or was not copied completely. Open it, save it again as JPEG, then try again."
        )
    )
