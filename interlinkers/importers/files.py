"""Checking the files of an interlinker: pictures by what they really are, documents by name and size."""

import io
import re
import unicodedata
import warnings
from pathlib import PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from interlinkers.entries import FileEntry
from interlinkers.importers.seed import Refused, SeedDirectory
from interlinkers.models import FileRole

IMAGE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
# Browsers do not show these; they become PNG.
CONVERTED_IMAGES = {"BMP", "TIFF"}
IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg"}
# About 6000 × 6000: more than any screen, little enough to decode.
IMAGE_MAX_PIXELS = 36_000_000
NAME_MAX_CHARACTERS = 120
_OOXML = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".docx": _OOXML + "wordprocessingml.document",
    ".xlsx": _OOXML + "spreadsheetml.sheet",
    ".pptx": _OOXML + "presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".json": "application/json",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".rtf": "application/rtf",
    ".zip": "application/zip",
}
# What these documents begin with, so that a picture named .docx or a page named .pdf is noticed.
SIGNATURES = {
    ".pdf": (b"%PDF-",),
    **dict.fromkeys((".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".zip"), (b"PK\x03\x04",)),
    **dict.fromkeys((".doc", ".xls", ".ppt"), (b"\xd0\xcf\x11\xe0",)),
}


def read_image(directory: SeedDirectory, path: str, role: str, order: int = 0) -> FileEntry | None:
    """Return a picture of the directory, None when there is none.

    Raises: Refused when it is too large, in bytes or pixels, or no picture that can be shown safely.
    """
    data = directory.read_bytes(path, settings.IMAGE_MAX_BYTES)
    if data is None:
        return None
    name = safe_name(path)
    if name.lower().endswith(".svg") or b"<svg" in data[:1000].lower():
        # An SVG is a program for the browser; a logo is not worth the risk.
        raise Refused(_("%(path)s: SVG pictures are not taken in; use PNG") % {"path": path})
    content_type, data = _checked_image(data, path)
    if content_type == "image/png" and not name.lower().endswith(".png"):
        name = f"{PurePosixPath(name).stem}.png"
    return FileEntry(role, "", name, content_type, order, data)


def _checked_image(data: bytes, path: str) -> tuple[str, bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                if image.width * image.height > IMAGE_MAX_PIXELS:
                    raise Refused(_("%(path)s has too many pixels") % {"path": path})
                kind = image.format
                image.verify()
            if kind in IMAGE_TYPES:
                return IMAGE_TYPES[kind], data
            if kind in CONVERTED_IMAGES:
                with Image.open(io.BytesIO(data)) as image:
                    output = io.BytesIO()
                    image.convert("RGBA").save(output, "PNG")
                return "image/png", output.getvalue()
    except Refused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused(_("%(path)s has too many pixels") % {"path": path}) from error
    except Exception as error:
        # Pillow's readers raise whatever a broken file makes them meet.
        raise Refused(_("%(path)s is not a picture") % {"path": path}) from error
    raise Refused(_("%(path)s is not a picture that can be shown") % {"path": path})


def read_resource(directory: SeedDirectory, path: str, language: str) -> FileEntry | None:
    """Return a file of the directory to hand out, None when there is none.

    Raises: Refused when it is empty, too large, or not what its name says.
    """
    data = directory.read_bytes(path, settings.UPLOAD_MAX_BYTES)
    if data is None:
        return None
    if not data:
        raise Refused(_("%(path)s is empty") % {"path": path})
    name = safe_name(path)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in IMAGE_SUFFIXES:
        image = read_image(directory, path, FileRole.RESOURCE)
        return FileEntry(image.role, language, image.name, image.content_type, 0, image.data)
    if suffix in SIGNATURES and not data.startswith(SIGNATURES[suffix]):
        raise Refused(_("%(path)s is not what its name says") % {"path": path})
    content_type = CONTENT_TYPES.get(suffix, "application/octet-stream")
    return FileEntry(FileRole.RESOURCE, language, name, content_type, 0, data)


def safe_name(path: str) -> str:
    """Return the last part of a path as a file name for people: no separators, no control characters, not too long."""
    name = unicodedata.normalize("NFC", PurePosixPath(path.replace("\\", "/")).name)
    name = re.sub(r"[^\w .()+-]", "_", name).strip(" .") or "file"
    if len(name) > NAME_MAX_CHARACTERS:
        suffix = PurePosixPath(name).suffix[:12]
        name = name[: NAME_MAX_CHARACTERS - len(suffix)] + suffix
    return name
