"""Uploads become processed pictures, or are refused."""

import contextlib
import io
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator

import pytest
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from tests.media import samples
from tests.media.samples import BLUE, FORMATS, MARKER, RED, encoded, png, small, telling, upright
from wzo import create_app
from wzo.config import ROOT, load_settings
from wzo.i18n import LANGUAGES
from wzo.media import images
from wzo.media.images import BACKGROUND, make_crops, process
from wzo.media.uploads import MAX_FILE_SIZE, PictureRefused

# How the containers name metadata.
METADATA = (
    b"Exif",
    b"EXIF",
    b"XMP ",
    b"xmpmeta",
    b"ICC_PROFILE",
    b"ICCP",
    b"8BIM",
    b"mime",
    b"<script",
    MARKER.encode(),
)
# A hundred megabytes, compressed.
MUCH_OF_NOTHING = zlib.compress(bytes(100_000_000), level=1)


@pytest.fixture(scope="module", autouse=True)
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The application with its translations; neither the database nor the store is used."""
    with create_app(load_settings({"INSTANCE_PATH": str(tmp_path_factory.mktemp("instance"))})).app_context():
        yield


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def near(colour: object, wanted: tuple[int, int, int], by: int = 30) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(one - other) <= by for one, other in zip(colour, wanted, strict=True))


def failure(data: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        process(data)
    return str(refused.value)


@pytest.mark.parametrize("kind", FORMATS)
def test_it_keeps_only_the_pixels_upright_in_every_file(kind: str) -> None:
    data = telling(kind)
    assert data.count(MARKER.encode()) >= 2
    made = process(data, (0, 0))
    assert (made.width, made.height) == (400, 600)
    assert set(made.files) == {
        *("master.webp", "400.avif", "400.webp", "400.jpg", "square.webp", "square.jpg", "wide.jpg")
    }
    for name, content in made.files.items():
        assert [tag for tag in METADATA if tag in content] == [], name
        image = opened(content)
        assert near(image.getpixel((5, 5)), RED), name
        assert near(image.getpixel((image.width - 6, image.height - 6)), BLUE), name
        assert not {*Image.open(io.BytesIO(content)).info} & {"exif", "xmp", "comment", "icc_profile"}, name


@pytest.mark.slow
def test_it_creates_the_sizes_that_pages_request() -> None:
    made = process(encoded(upright((4000, 2000))))
    sizes = {name: opened(content).size for name, content in made.files.items()}
    assert (made.width, made.height) == sizes["master.webp"]
    assert 2400 <= made.width <= 3200
    for kind in ("avif", "webp", "jpg"):
        assert [sizes[f"{width}.{kind}"] for width in (480, 960, 1600)] == [(480, 240), (960, 480), (1600, 800)]
    assert sizes["square.webp"] == sizes["square.jpg"] == (320, 320)
    assert sizes["wide.jpg"] == (1200, 630)


def test_it_crops_around_the_focal_point() -> None:
    master = process(encoded(upright((900, 300)))).files["master.webp"]
    left, right = (opened(make_crops(master, focus)["square.jpg"]) for focus in ((0, 0), (100, 0)))
    assert near(left.getpixel((150, 20)), RED)
    assert near(right.getpixel((150, 20)), BLUE)
    assert set(make_crops(master, (50, 50))) == {"square.webp", "square.jpg", "wide.jpg"}


@pytest.mark.parametrize(
    "image",
    [
        upright().convert("CMYK"),
        upright().convert("L"),
        upright().convert("1"),
        upright().convert("P"),
    ],
    ids=["cmyk", "grey", "black-and-white", "palette"],
)
def test_it_accepts_pictures_of_every_mode(image: Image.Image) -> None:
    kind = "JPEG" if image.mode == "CMYK" else "PNG"
    made = opened(process(encoded(image, kind)).files["400.jpg"])
    assert near(made.getpixel((5, 5)), image.convert("RGB").getpixel((5, 5)), 40)  # type: ignore[arg-type]


def test_it_keeps_the_brightness_of_sixteen_bit_pictures() -> None:
    grey = Image.new("I;16", (64, 64), 0x8000)
    assert near(opened(process(encoded(grey, "PNG")).files["64.jpg"]).getpixel((5, 5)), (128, 128, 128), 3)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "GIF"])
def test_it_puts_transparent_pictures_on_the_paper_colour(kind: str) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((*BLUE, 255), (32, 0, 64, 64))
    made = opened(process(encoded(image, kind)).files["64.jpg"])
    assert near(made.getpixel((5, 30)), BACKGROUND, 12)
    assert near(made.getpixel((58, 30)), BLUE)


def test_it_applies_the_colour_profile() -> None:
    lab = ImageCms.createProfile("LAB")
    wrong = ImageCms.ImageCmsProfile(lab).tobytes()
    # A profile for another colour space, and an invalid one: the pixels are taken as they are.
    for profile in (wrong, b"\0" * 200, b""):
        made = opened(process(encoded(upright(), "PNG", icc_profile=profile)).files["400.jpg"])
        assert near(made.getpixel((5, 5)), RED)


def test_it_takes_the_first_frame_of_several_and_says_so() -> None:
    for kind in ("GIF", "WEBP", "PNG"):
        made = process(samples.animated(kind))
        assert near(opened(made.files["64.jpg"]).getpixel((30, 30)), RED)
        assert made.was_animated
        assert not process(small(kind)).was_animated


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("data", "english"),
    [
        (b"", "empty"),
        (b"\0" * (MAX_FILE_SIZE + 1), "larger than 20 MB"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "not supported"),
        (small("HEIF")[:-20], "damaged|not supported"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "SVG"),
        (b"\xef\xbb\xbf  <SVG onload=alert(1)>", "SVG"),
        (b"<!doctype html><html><script>alert(1)</script>", "not supported"),
        (b"%PDF-1.7\n%\xe2\xe3", "not supported"),
        (b"GIF89a<script>alert(1)</script>", "not supported|damaged|too many pixels"),
        (b"BM" + bytes(200), "not supported"),
        (b"II*\0" + bytes(200), "not supported"),
        (encoded(upright())[:-200], "damaged"),
        (small("PNG")[:-30], "damaged"),
        (small("WEBP")[:-20], "damaged|not supported"),
        (small("AVIF")[:-20], "damaged|not supported"),
        (png(30_000, 30_000), "too many pixels"),
        (png(2_000_000_000, 2_000_000_000), "too many pixels|not supported"),
        (png(64, 64), "damaged"),
        (png(64, 64, (b"zTXt", b"x\0\0" + MUCH_OF_NOTHING)), "damaged|not supported"),
        (png(64, 64, (b"iCCP", b"x\0\0" + MUCH_OF_NOTHING)), "damaged|not supported"),
        (samples.jpeg_that_claims(65_500, 65_500), "too many pixels"),
        (b"\xff\xd8" + b"\xff\xda\0\x02" * 100, "damaged"),
        (small(size=(1, 1)), "too small: 1 × 1"),
    ],
)
def test_it_explains_a_refusal(data: bytes, english: str, language: str) -> None:
    with force_locale(language):
        sentence = failure(data)
    if language == "en":
        assert any(part in sentence for part in english.split("|")), sentence
    else:
        assert all(part not in sentence for part in english.split("|") if part not in ("HEIC", "SVG")), sentence
        assert any("а" <= letter <= "я" for letter in sentence)


def test_it_drops_bytes_after_the_picture() -> None:
    data = small("GIF") + b"<script>alert(document.domain)</script>PK\x03\x04"
    assert all(b"script" not in content and b"PK" not in content for content in process(data).files.values())


@settings(max_examples=25)
@given(
    kind=st.sampled_from(list(FORMATS)),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4)), min_size=1, max_size=6),
    cut=st.floats(0.2, 1),
)
def test_it_accepts_or_refuses_a_damaged_file_but_never_fails(
    kind: str, changes: list[tuple[float, bytes]], cut: float
) -> None:
    data = bytearray(BROKEN_FROM[kind])
    for place, piece in changes:
        start = int(place * len(data))
        data[start : start + len(piece)] = piece
    # Any other exception is our fault.
    with contextlib.suppress(PictureRefused):
        made = process(bytes(data[: int(cut * len(data))]))
        assert all(opened(content).size for content in made.files.values())


BROKEN_FROM = {kind: small(kind) for kind in FORMATS}


# Formats that are decoded as a whole, each as a picture of few bytes and many pixels.
BOMBS = {
    "PNG": (6000, 5001, {}),
    "WEBP": (4100, 4100, {"lossless": True}),
    "GIF": (4100, 4100, {}),
    "AVIF": (4100, 4100, {"quality": 1, "speed": 10}),
    "HEIF": (5001, 5000, {"quality": 1}),
}


def has_too_many_pixels(data: bytes) -> bool:
    """Whether a picture is refused for its number of pixels."""
    try:
        process(data)
    except PictureRefused as refused:
        return str(refused) == str(images._too_large())
    return False


@pytest.mark.slow
@pytest.mark.parametrize("kind", BOMBS)
def test_it_refuses_too_many_pixels_before_decoding(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    width, height, options = BOMBS[kind]
    data = encoded(Image.new("1" if kind == "PNG" else "RGB", (width, height)), kind, **options)
    assert len(data) < 200_000

    def load(image: Image.Image) -> None:
        pytest.fail(f"A picture of {image.size} pixels was unpacked.")

    with monkeypatch.context() as patch:
        patch.setattr(type(Image.open(io.BytesIO(data))), "load", load)
        assert has_too_many_pixels(data)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "refused"), [((11_000, 9_999), False), ((11_000, 10_001), True), ((65_535, 65_535), True)]
)
def test_it_accepts_a_larger_jpeg_as_it_is_scaled_while_decoding(size: tuple[int, int], refused: bool) -> None:
    assert has_too_many_pixels(samples.jpeg_that_claims(*size)) is refused


@pytest.mark.slow
@pytest.mark.parametrize(("size", "refused"), [((8000, 5000), False), ((8000, 5001), True)])
def test_it_accepts_fewer_pixels_of_a_progressive_jpeg(size: tuple[int, int], refused: bool) -> None:
    assert has_too_many_pixels(samples.jpeg_that_claims(*size, progressive=True)) is refused


# The largest pictures of each kind, drawn quickly.
LARGEST = {
    "JPEG": ("RGB", (11_000, 10_000), {}),
    "progressive JPEG": ("RGB", (8000, 5000), {"progressive": True, "subsampling": 0}),
    "PNG": ("RGBA", (6000, 5000), {"compress_level": 1}),
    "sixteen bits": ("I;16", (6000, 5000), {"compress_level": 1}),
    "HEIF": ("RGB", (5000, 5000), {"quality": 1}),
}
FORMATS_BY_NAME = {"progressive JPEG": "JPEG", "sixteen bits": "PNG"}
# Prints by how many megabytes the most memory grows; the process is new, as Linux never takes its record back.
MEASURE = """
import re, sys
from wzo.media import images
def most():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024
before, picture = most(), images.process(sys.stdin.buffer.read())
print(most() - before, picture.width)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGEST)
def test_it_processes_the_largest_pictures_in_the_memory_of_a_small_server(name: str) -> None:
    mode, size, options = LARGEST[name]
    data = encoded(Image.new(mode, size), FORMATS_BY_NAME.get(name, name), **options)
    printed = subprocess.run(
        [sys.executable, "-c", MEASURE], input=data, capture_output=True, check=True, cwd=ROOT
    ).stdout
    megabytes, width = map(int, printed.split())
    assert width > 0
    assert megabytes <= 320, f"{megabytes} MB"


@pytest.mark.parametrize("size", [(30_001, 1000), (1000, 30_001), (30_000, 30_000), (65_535, 65_535)])
def test_it_refuses_a_header_that_claims_too_many_pixels(size: tuple[int, int]) -> None:
    assert has_too_many_pixels(png(*size))


def test_it_refuses_a_file_that_is_too_large_without_opening_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_decode", lambda _: pytest.fail("It was opened."))
    assert MAX_FILE_SIZE == 20 * 1024 * 1024
    assert "20" in failure(b"\xff\xd8" + bytes(MAX_FILE_SIZE - 1))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "size"), [("PNG", (4000, 4000)), ("JPEG", (8000, 6000)), ("WEBP", (4000, 4000))])
def test_it_encodes_few_pixels_of_the_largest_pictures(
    kind: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, pixels = images._encode, list[int]()

    def count(image: Image.Image, *args: object) -> bytes:
        pixels.append(image.width * image.height)
        return encode(image, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(images, "_encode", count)
    data = encoded(Image.new("RGB", size, BLUE), kind, **({"method": 0} if kind == "WEBP" else {}))
    assert len(data) < 1024 * 1024
    process(data)
    # The master, three formats in three widths, and the crops.
    assert sum(pixels) < 20_000_000


@pytest.mark.parametrize("suffix", ["avif", "webp"])
def test_it_uses_no_slow_encoders(suffix: str) -> None:
    noise = Image.effect_noise((320, 320), 60).convert("RGB")

    def seconds(name: str) -> float:
        # Of this thread and those of the encoder, however busy the machine is.
        times = []
        for _ in range(3):
            start = time.process_time()
            images._encode(noise, *images.ENCODINGS[name])
            times.append(time.process_time() - start)
        return min(times)

    # As it is set up, AVIF takes a dozen times as long as JPEG, and at speed 4 more than a hundred times.
    assert seconds(suffix) < 50 * seconds("jpg")


def test_it_lets_one_upload_wait_and_refuses_more() -> None:
    data = small()
    # With more, this test would wait for ever.
    assert images._uploads._value == 2
    with images._decode_lock:
        waiting = [threading.Thread(target=process, args=(data,)) for _ in range(2)]
        for thread in waiting:
            thread.start()
        while images._uploads._value:
            time.sleep(0.01)
        with force_locale("en"), pytest.raises(PictureRefused, match="Try again in a minute"):
            process(data)
    for thread in waiting:
        thread.join()
    assert process(data).files
