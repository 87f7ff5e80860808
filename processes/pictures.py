"""Pictures that people send in: known by decoding them, and made anew, so that nothing hidden in them stays."""

import io
import struct
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, UnidentifiedImageError

from cocreation.kernel.errors import Invalid, TooLarge

MAX_PIXELS = 40_000_000
TAKEN = ("PNG", "JPEG", "WEBP")
# As wide as sites that show a link to ours use.
WIDTH, HEIGHT = 1200, 1200
# Smaller ones look poor as a card.
MIN_WIDTH, MIN_HEIGHT = 300, 160
GROUND = "#ffffff"
UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
# How a picture is turned upright, by what its camera noted.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Picture:
    """A picture as we keep it: JPEG, without metadata."""

    data: bytes
    width: int
    height: int


def picture_made(file: BinaryIO, *, size_bytes: int) -> Picture:
    """Return a picture that somebody sent, decoded and encoded anew, no larger than we show it.

    Raises: TooLarge beyond IMAGE_MAX_BYTES or 40 million pixels; Invalid (codes "image_type", "image_small").
    """
    if size_bytes > settings.IMAGE_MAX_BYTES:
        limit = settings.IMAGE_MAX_BYTES // 1_000_000
        message = _("The picture is larger than %(limit)s MB.") % {"limit": limit}
        raise TooLarge(message, fields={"file": [message]})
    file.seek(0)
    source = _decoded(io.BytesIO(file.read(settings.IMAGE_MAX_BYTES + 1)))
    if source.width < MIN_WIDTH or source.height < MIN_HEIGHT:
        sides = {"width": MIN_WIDTH, "height": MIN_HEIGHT}
        message = _("The picture is too small: at least %(width)s by %(height)s pixels.") % sides
        raise Invalid(message, "image_small", fields={"file": [message]})
    out = io.BytesIO()
    # A new image: only the pixels go over, no comment, place or camera.
    clean = Image.new("RGB", source.size, GROUND)
    clean.paste(source, mask=source.getchannel("A") if source.mode == "RGBA" else None)
    clean.save(out, "JPEG", quality=84, optimize=True, progressive=True)
    return Picture(out.getvalue(), *clean.size)


def _decoded(data: io.BytesIO) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            source = Image.open(data, formats=TAKEN)
            # Known from the first bytes: what is too large is never unpacked.
            if source.width * source.height > MAX_PIXELS:
                message = _("The picture has too many pixels (at most 40 million).")
                raise TooLarge(message, fields={"file": [message]})
            source.draft("RGB", (WIDTH * 2, HEIGHT * 2))
            picture = upright(source)
            has_holes = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            picture = picture.convert("RGBA" if has_holes else "RGB")
            picture.thumbnail((WIDTH, HEIGHT))
            return picture
    except UNREADABLE as error:
        message = _("This file is no picture that can be read. Use PNG, JPEG or WebP.")
        raise Invalid(message, "image_type", fields={"file": [message]}) from error


def upright(source: Image.Image) -> Image.Image:
    """Return a copy of a picture turned as its camera noted. A note that cannot be read turns nothing.

    Pillow's own function writes the notes anew, and fails in many ways where somebody broke them.
    """
    try:
        turn = _TURNS.get(source.getexif().get(ExifTags.Base.Orientation))
    except (*UNREADABLE, TypeError, AttributeError, LookupError, struct.error):
        turn = None
    return source.copy() if turn is None else source.transpose(turn)


def is_as_we_make_them(file: BinaryIO, *, width: int, height: int) -> bool:
    """Tell whether a file out of an archive is what `picture_made` would have made: it is kept as it is."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            source = Image.open(file, formats=("JPEG",))
            if source.size != (width, height) or max(source.size) > max(WIDTH, HEIGHT):
                return False
            source.load()
            return source.mode == "RGB" and "exif" not in source.info
    except UNREADABLE:
        return False
    finally:
        file.seek(0)
