"""What files a task may hold: known by their content, never by what the sender says. Nothing is unpacked."""

import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid, TooLarge

NAME_MAX_CHARACTERS = 120
SNIFF_BYTES = 65_536
# A document has some dozens of parts; a list of a million names is an attack on whoever reads it.
ZIP_MAX_PARTS = 10_000
ALLOWED = "PDF, DOCX, ODT, XLSX, ODS, PPTX, ODP, PNG, JPEG, CSV, TXT"

_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# Ending -> content type that we serve it with.
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": f"{_OPEN_XML}wordprocessingml.document",
    ".xlsx": f"{_OPEN_XML}spreadsheetml.sheet",
    ".pptx": f"{_OPEN_XML}presentationml.presentation",
    ".odt": f"{_OPEN_DOCUMENT}text",
    ".ods": f"{_OPEN_DOCUMENT}spreadsheet",
    ".odp": f"{_OPEN_DOCUMENT}presentation",
    ".csv": "text/csv",
    ".txt": "text/plain",
}
_SIGNATURES = [
    (b"%PDF-", {".pdf"}),
    (b"\x89PNG\r\n\x1a\n", {".png"}),
    (b"\xff\xd8\xff", {".jpg", ".jpeg"}),
]
_OPEN_XML_PARTS = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
# Written by programs at the start of a text to say how it is encoded.
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept: the name to show, the ending to store it under, the type to serve it with."""

    name: str
    ending: str
    content_type: str
    size_bytes: int


def check_file(file: BinaryIO, *, name: str, size_bytes: int, max_bytes: int) -> CheckedFile:
    """Look at an uploaded file and return what it is; the position is put back to the start.

    Raises: TooLarge; Invalid (code "file_type" or "file_empty") when the content is none of the allowed kinds or is not
    what the ending of the name says.
    """
    if size_bytes > max_bytes:
        limit = max_bytes // 1_000_000
        raise TooLarge(
            _("The file is larger than %(limit)s MB.") % {"limit": limit},
            fields={"file": [_("The file is larger than %(limit)s MB.") % {"limit": limit}]},
        )
    if size_bytes == 0:
        raise _refusal(_("The file is empty."), "file_empty")
    clean = clean_name(name)
    ending = PurePosixPath(clean).suffix.lower()
    file.seek(0)
    found = _endings(file)
    file.seek(0)
    if ending not in TYPES or not found:
        raise _refusal(_("Files of this kind are not taken. Use %(kinds)s.") % {"kinds": ALLOWED})
    if ending not in found:
        raise _refusal(
            _("The content of the file is not what its name says (%(ending)s).")
            % {"ending": ending}
        )
    return CheckedFile(clean, ending, TYPES[ending], size_bytes)


def clean_name(name: str) -> str:
    """Return a file name that is safe to show and to offer for saving: no path, no control or invisible signs."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    kept = " ".join(kept.replace('"', "'").split()).strip(". ")
    path = PurePosixPath(kept or "file")
    return f"{path.stem[: NAME_MAX_CHARACTERS - len(path.suffix[:12])]}{path.suffix[:12]}"


def _endings(file: BinaryIO) -> set[str]:
    """Return the endings that the content allows, none when it is of no kind we know."""
    head = file.read(SNIFF_BYTES)
    for signature, endings in _SIGNATURES:
        if head.startswith(signature):
            return endings
    if head.startswith(b"PK\x03\x04"):
        return _zip_endings(file)
    return {".txt", ".csv"} if _is_text(head) else set()


def _zip_endings(file: BinaryIO) -> set[str]:
    """Tell office documents apart by their list of parts. Those with macros are not taken."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if len(names) > ZIP_MAX_PARTS or any(
                name.lower().endswith("vbaproject.bin") for name in names
            ):
                return set()
            if names and names[0] == "mimetype" and archive.getinfo("mimetype").file_size < 100:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                return {ending for ending, type_ in TYPES.items() if type_ == kind}
            if "[Content_Types].xml" not in names:
                return set()
            return {
                ending
                for folder, ending in _OPEN_XML_PARTS.items()
                if any(name.startswith(folder) for name in names)
            }
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return set()


def _is_text(head: bytes) -> bool:
    """Text has no control signs but tabs and line ends; other encodings than UTF-8 are taken as they are.

    HTML, SVG and scripts for shells are text too: they are stored as text/plain under .txt only, and served as
    attachments.
    """
    if head.startswith(_TEXT_MARKS[1:]):
        return True
    controls = set(head) & (set(range(32)) - {9, 10, 12, 13})
    return not controls and b"\x7f" not in head


def _refusal(message: str, code: str = "file_type") -> Invalid:
    return Invalid(message, code, fields={"file": [message]})
