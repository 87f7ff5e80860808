"""A Word file as a ZIP archive: is it safe to open, and what is in it that pandoc does not read.

Nothing of the archive reaches pandoc as it came: `open_package` reads the parts within limits, and
`repacked` writes a new archive of the text parts alone. So tricks with names, sizes, several entries of
one name or pictures that explode cannot reach another program.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid, TooLarge

MAX_ENTRIES = 5000
MAX_UNPACKED_BYTES = 250_000_000
MAX_TEXT_PART_BYTES = 80_000_000
# XML packs 5 to 30 times; DEFLATE's ceiling is about 1000. Small archives may be very regular.
MAX_RATIO = 200
RATIO_MATTERS_FROM_BYTES = 10_000_000

_OLD_WORD = b"\xd0\xcf\x11\xe0"
_MAIN_PART = "word/document.xml"
_TEXT_PART = re.compile(
    r"^(\[Content_Types\]\.xml|(_rels|word|docProps|customXml)/.*\.(xml|rels))$", re.I
)
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)

# A PNG of one pixel.
_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass
class DocxPackage:
    """The parts of a checked Word file: text parts as bytes, everything else still in the archive.

    `main` is the name of the part with the text itself (the web version of Word writes `document2.xml`).
    """

    texts: dict[str, bytes]
    main: str
    _archive: zipfile.ZipFile

    def media(self, name: str) -> bytes | None:
        """Return a picture that the text names, like `media/image1.png`; None when there is none."""
        for path in (f"word/{name}", name.lstrip("/")):
            try:
                info = self._archive.getinfo(path)
            except KeyError:
                continue
            try:
                return _read(self._archive, info, info.file_size)
            except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError):
                return None
        return None

    def names(self, pattern: str) -> list[str]:
        """Return the sorted names of all parts that match the regular expression."""
        return sorted(name for name in self._archive.namelist() if re.match(pattern, name))

    def xml(self, name: str) -> ElementTree.Element | None:
        """Return a text part as XML; None when it is missing."""
        data = self.texts.get(name)
        return None if data is None else _parsed(data)

    def repacked(self) -> bytes:
        """Return a new archive for pandoc: the text parts, and a dot for each picture.

        Without any file there pandoc leaves the picture out of the text.
        """
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, data in self.texts.items():
                archive.writestr(name, data)
            for name in self.names(r"word/media/"):
                archive.writestr(name, _DOT)
        return result.getvalue()


def open_package(data: bytes) -> DocxPackage:
    """Check a file that claims to be a Word document and return its parts.

    Raises Invalid with the codes old_word, not_docx, encrypted, unsafe_path, unsafe_xml, zip_bomb;
    TooLarge when a part is larger than the limits.
    """
    if data.startswith(_OLD_WORD):
        raise Invalid(
            _(
                "This is an old .doc file or protected by a password. Save it as .docx without a password."
            ),
            "old_word",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
        _check_entries(infos)
        _check_sizes(infos, len(data))
        texts = {
            info.filename: _read(archive, info, MAX_TEXT_PART_BYTES)
            for info in infos
            if _TEXT_PART.match(info.filename)
        }
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError) as error:
        raise _not_docx() from error
    except (NotImplementedError, RuntimeError) as error:
        # an unknown compression, or a password that the flags do not mention
        raise _not_docx() from error
    for part in texts.values():
        _parsed_check(part)
    main = _main_part(texts)
    if main not in texts:
        raise _not_docx()
    return DocxPackage(texts, main, archive)


def _main_part(texts: dict[str, bytes]) -> str:
    relations = _parsed(texts.get("_rels/.rels", b""))
    for relation in () if relations is None else relations:
        if relation.get("Type", "").endswith("/officeDocument"):
            return relation.get("Target", "").lstrip("/")
    return _MAIN_PART


def _not_docx() -> Invalid:
    return Invalid(_("This is not a Word file (.docx), or it is damaged."), "not_docx")


def _check_entries(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_ENTRIES:
        raise Invalid(_("This file has too many parts to be a Word document."), "zip_bomb")
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise _not_docx()
    for info in infos:
        name = info.filename
        if info.flag_bits & 1:
            raise Invalid(
                _("This file is protected by a password. Save it without one."), "encrypted"
            )
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise Invalid(_("This file contains unsafe names and was not opened."), "unsafe_path")


def _check_sizes(infos: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED_BYTES or (
        unpacked > RATIO_MATTERS_FROM_BYTES and unpacked > MAX_RATIO * packed
    ):
        raise Invalid(
            _("This file would become too large when it is unpacked, and was not opened."),
            "zip_bomb",
        )


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """Read one entry; zipfile itself stops at the stated size and checks the sum."""
    if info.file_size > limit:
        raise TooLarge(_("A part of this file is too large."))
    with archive.open(info) as entry:
        return entry.read(limit + 1)


def _parsed_check(part: bytes) -> None:
    """Refuse document type declarations, in whatever encoding: entities are the only way to explode XML."""
    plain = (
        part.replace(b"\0", b"")
        if part[:4].count(b"\0") or part[:2] in (b"\xff\xfe", b"\xfe\xff")
        else part
    )
    if _DOCTYPE.search(plain):
        raise Invalid(_("This file contains unsafe XML and was not opened."), "unsafe_xml")


def _parsed(part: bytes) -> ElementTree.Element | None:
    try:
        return ElementTree.fromstring(part)  # noqa: S314 - declarations were refused
    except (ElementTree.ParseError, ValueError, RecursionError):
        return None


# --- reading words ----------------------------------------------------------------------------


def paragraphs(root: ElementTree.Element) -> list[str]:
    """Return the text of each paragraph, also in text boxes, without deleted and hidden duplicates."""
    found: list[str] = []
    _collect(root, found)
    return [text for text in found if text.strip()]


# What Word stores as an element and shows as a sign.
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
# What divides words without being text.
_SIGNS |= dict.fromkeys(
    ("drawing", "pict", "object", "footnoteReference", "endnoteReference", "sym"), " "
)


def _collect(root: ElementTree.Element, found: list[str]) -> None:
    """Walk without recursion; every `w:p` begins a text of its own, wherever it stands."""
    # (element, number of the text it belongs to); texts are numbered in order of their paragraphs
    texts: list[list[str]] = []
    stack: list[tuple[ElementTree.Element, int]] = [(root, -1)]
    while stack:
        element, owner = stack.pop()
        name = element.tag.removeprefix(W) if isinstance(element.tag, str) else ""
        if name in ("del", "moveFrom", "instrText", "delText") or element.tag == _FALLBACK:
            continue
        if name == "p" or element.tag == f"{_A}p":
            texts.append([])
            owner = len(texts) - 1
        elif owner >= 0 and (name == "t" or element.tag == f"{_A}t"):
            texts[owner].append(element.text or "")
        elif owner >= 0 and (name in _SIGNS or element.tag == _MATH):
            texts[owner].append(_SIGNS.get(name, " "))
        stack.extend((child, owner) for child in reversed(element))
    found.extend("".join(parts) for parts in texts)
