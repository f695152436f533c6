"""Pictures to test with."""

import io
import struct
import zlib

import pillow_heif
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

RED, BLUE = (220, 30, 30), (30, 60, 160)
MARKER = "Zyxomma"
# Saint Petersburg, as a phone would record it.
GPS = {1: "N", 2: (59.0, 56.0, 3.0), 3: "E", 4: (30.0, 18.0, 51.0), 29: f"{MARKER}-day"}
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>{MARKER}-xmp</rdf:RDF></x:xmpmeta>'.encode()
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# Each format with the picture's mode in it.
FORMATS = {"JPEG": "RGB", "PNG": "RGB", "WEBP": "RGB", "AVIF": "RGB", "GIF": "P", "HEIF": "RGB"}
pillow_heif.register_heif_opener()


def upright(size: tuple[int, int] = (400, 600)) -> Image.Image:
    """A blue picture with a red corner at the top left."""
    image = Image.new("RGB", size, BLUE)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), fill=RED)
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def small(kind: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    """A small picture that is quick to process."""
    return encoded(upright(size), kind)


def animated(kind: str) -> bytes:
    """A picture that changes from red to blue."""
    frames = [Image.new("RGB", (64, 64), colour) for colour in (RED, BLUE, BLUE)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def telling(kind: str) -> bytes:
    """A picture on its side whose metadata says who took it, when, where and with which camera."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E], exif[0x010F], exif[0x013B] = f"{MARKER}-text", f"{MARKER}-maker", f"{MARKER}-artist"
    exif.get_ifd(0x8825).update(GPS)
    exif.get_ifd(0x8769)[0x9286] = f"{MARKER}-comment"
    # Viewers rotate it by 90 degrees clockwise.
    lying = upright().transpose(Image.Transpose.ROTATE_90)
    options: dict[str, object] = {"exif": exif.tobytes(), "xmp": XMP, "icc_profile": PROFILE}
    match kind:
        case "JPEG":
            options["comment"] = f"{MARKER}-comment"
        case "PNG":
            info = PngImagePlugin.PngInfo()
            info.add_text("Comment", f"{MARKER}-comment")
            info.add_itxt("XML:com.adobe.xmp", XMP.decode())
            options = {"exif": exif.tobytes(), "icc_profile": PROFILE, "pnginfo": info}
        case "GIF":
            return encoded(upright(), "GIF", comment=f"{MARKER}-comment".encode()) + f"{MARKER}-end".encode()
    data = encoded(lying, kind, **options)
    if kind == "JPEG":
        iptc = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", 20) + f"{MARKER}-iptc".ljust(20).encode()
        data = data[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + data[2:]
    return data + f"<script>{MARKER}-end</script>".encode()


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG whose header claims this size, whatever it contains."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg_that_claims(width: int, height: int, *, progressive: bool = False) -> bytes:
    """A JPEG whose header claims this size."""
    data = bytearray(encoded(upright((64, 48)), progressive=progressive))
    place = data.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)
