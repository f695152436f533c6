"""The limits of uploads of pictures, and their refusal, without the libraries that decode them."""

from flask_babel import lazy_gettext

from wzo.errors import WzoError

# How HEIC pictures begin, after the size of the first box and “ftyp”.
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
MAX_FILE_SIZE = 20 * 1024 * 1024
# For file choosers; not all systems know the type of HEIC files.
PICTURE_TYPES = "image/jpeg,image/heic,image/heif,.heic,.heif,image/png,image/webp,image/avif,image/gif"


class PictureRefused(WzoError):
    """An uploaded picture cannot be accepted; the text is a sentence that says why and what to do."""

    status = 422
    title = lazy_gettext("This picture could not be uploaded")

    def __init__(self, advice: object) -> None:
        super().__init__(advice)
        self.advice = advice
