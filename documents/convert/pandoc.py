"""Word and OpenDocument (being written)."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ImportedImage:
    id: str
    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class ImportNote:
    code: str
    count: int
    sample: str


@dataclass(frozen=True)
class ImportResult:
    json: dict
    images: list[ImportedImage] = field(default_factory=list)
    report: list[ImportNote] = field(default_factory=list)
    title: str = ""


def json_to_docx(doc_json, *, title, language, images):
    raise NotImplementedError


def table_to_docx(title, headers, rows, language):
    raise NotImplementedError


def import_docx(data):
    raise NotImplementedError
