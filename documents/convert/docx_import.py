"""A Word file to canonical JSON, its pictures, and a report of what was lost or changed."""

import io
import re
from dataclasses import dataclass, field
from uuid import uuid4

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from documents import schema
from documents.convert import docx_package
from documents.convert.docx_package import DocxPackage, open_package
from documents.convert.import_report import ImportNote, ReportBuilder, unplaced
from documents.convert.pandoc_process import file_to_ast
from documents.convert.pandoc_reader import read_tree
from documents.schema import Json

# As the documents' own pictures: decoding a larger one takes too much memory.
MAX_PIXELS = 40_000_000
_CONTENT_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
_CONVERTED = ("BMP", "TIFF", "DIB")
_PLAIN_COLOURS = {"auto", "000000"}
_HEADER_FOOTER = r"word/(header|footer)\d*\.xml$"


@dataclass(frozen=True)
class ImportedImage:
    """A picture of the file. `id` is what the JSON refers to; `name` its name in the file."""

    id: str
    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class ImportResult:
    """What an import gives: canonical JSON without block ids, pictures, report, title ("" if none)."""

    json: Json
    images: list[ImportedImage] = field(default_factory=list)
    report: list[ImportNote] = field(default_factory=list)
    title: str = ""


def read_docx(data: bytes) -> ImportResult:
    """Return the content of a Word file; see `pandoc.import_docx`."""
    package = open_package(data)
    ast = file_to_ast(package.repacked(), "docx", "--track-changes=all")
    report = ReportBuilder()
    pictures = _Pictures(package, report)
    content, title = read_tree(ast, report, pictures.id_of)
    _note_what_pandoc_leaves(package, report)
    content = _with_unplaced(content, title, package, report)
    return ImportResult(content, list(pictures.images.values()), report.notes(), title)


class _Pictures:
    """Gives each picture of the file an id, once, however often it is shown."""

    def __init__(self, package: DocxPackage, report: ReportBuilder):
        self._package = package
        self._report = report
        self._failed: set[str] = set()
        self.images: dict[str, ImportedImage] = {}

    def id_of(self, name: str) -> str | None:
        if name in self.images:
            return self.images[name].id
        if name in self._failed:
            return None
        data = self._package.media(name)
        readable = _readable(data) if data else None
        if readable is None:
            self._failed.add(name)
            self._report.add("images_kind" if data else "images_missing", name)
            return None
        content_type, data = readable
        short = name.rpartition("/")[2]
        self.images[name] = ImportedImage(str(uuid4()), short, content_type, data)
        return self.images[name].id


def _readable(data: bytes) -> tuple[str, bytes] | None:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            if picture.format in _CONTENT_TYPES:
                return _CONTENT_TYPES[picture.format], data
            if picture.format not in _CONVERTED:
                return None
            converted = io.BytesIO()
            picture.convert("RGBA").save(converted, "PNG")
            return "image/png", converted.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


# --- what pandoc does not tell -----------------------------------------------------------------


def _note_what_pandoc_leaves(package: DocxPackage, report: ReportBuilder) -> None:
    for name in package.names(_HEADER_FOOTER):
        words = " ".join(_part_paragraphs(package, name))
        # a page number alone is nothing lost
        if any(char.isalpha() for char in words):
            report.add("headers_footers", words)
    for name in package.names(r"word/(diagrams/data|charts/chart)\d*\.xml$"):
        report.add("drawings", " ".join(_part_paragraphs(package, name)))
    if embedded := package.names(r"word/embeddings/."):
        report.add(
            "embedded", ", ".join(n.rpartition("/")[2] for n in embedded), count=len(embedded)
        )
    _note_formatting(package, report)


def _part_paragraphs(package: DocxPackage, name: str) -> list[str]:
    root = package.xml(name)
    return [] if root is None else docx_package.paragraphs(root)


def _note_formatting(package: DocxPackage, report: ReportBuilder) -> None:
    main = package.texts[package.main].decode("utf-8", "ignore")
    colours = [
        c
        for c in re.findall(r'<w:color [^>]*w:val="([^"]*)"', main)
        if c.lower() not in _PLAIN_COLOURS
    ]
    if colours:
        report.add("colours", count=len(colours))
    if pages := len(re.findall(r'<w:br [^>]*w:type="page"', main)):
        report.add("page_breaks", count=pages)


def _with_unplaced(content: Json, title: str, package: DocxPackage, report: ReportBuilder) -> Json:
    """Append the paragraphs whose words did not come through, so that none is lost silently."""
    source: list[str] = []
    for name in (package.main, "word/footnotes.xml", "word/endnotes.xml"):
        source += _part_paragraphs(package, name)
    lost = unplaced(source, title + "\n" + schema.plain_text(content))
    if not lost:
        return content
    for paragraph in lost:
        report.add("unplaced_text", paragraph)
    heading = {"type": "heading", "attrs": {"level": 2}}
    heading["content"] = [{"type": "text", "text": _("Text from boxes and other places")}]
    added = [
        {"type": "paragraph", "content": [{"type": "text", "text": paragraph}]}
        for paragraph in lost
    ]
    return schema.normalise({"type": "doc", "content": [*content["content"], heading, *added]})


__all__ = ["ImportNote", "ImportResult", "ImportedImage", "read_docx"]
