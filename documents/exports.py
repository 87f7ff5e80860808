"""Taking a text or its response table along: Word, Markdown, CSV. Each keeps every word."""

import csv
import io
import re
import unicodedata

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from documents.convert.markdown import json_to_markdown
from documents.convert.pandoc import json_to_docx, table_to_docx
from documents.models import Document, DocumentImage
from documents.selectors import texts
from documents.selectors.answers import ResponseRow

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# A cell that begins like this is a formula to spreadsheet programs.
FORMULA = re.compile(r"^[=+\-@\t\r]")


def export_markdown(document: Document) -> str:
    """Return the title and text as Markdown."""
    content, _sequence = texts.document_content(document)
    return json_to_markdown(content)


def export_docx(document: Document) -> bytes:
    """Return the text as a Word file with its pictures. Raises Unavailable when pandoc cannot be run."""
    content, _sequence = texts.document_content(document)
    images = {str(image.pk): image for image in document.images.all()}

    def image_bytes(image_id: str) -> bytes | None:
        image: DocumentImage | None = images.get(str(image_id))
        if image is None:
            return None
        with image.file.open("rb") as file:
            return file.read()

    return json_to_docx(
        content, title=document.title, language=document.language, images=image_bytes
    )


def _headers() -> list[str]:
    return [
        _("No."),
        _("Passage"),
        _("Comment"),
        _("From"),
        _("Date"),
        _("Outcome"),
        _("Reason"),
        _("Changed words"),
        _("Answered by"),
        _("Answered on"),
    ]


def _cells(row: ResponseRow) -> list[str]:
    return [
        str(row.number),
        row.passage or _("The whole document"),
        row.comment,
        row.author,
        _date(row.asked_at),
        row.outcome_label,
        row.reason,
        "\n".join(change["quote"] for change in row.changes),
        row.answered_by,
        _date(row.answered_at) if row.answered_at else "",
    ]


def _date(moment) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


def response_table_csv(rows: list[ResponseRow]) -> bytes:
    """Return the response table as CSV: UTF-8 with BOM (so that Excel reads it), commas, formulas made harmless."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_headers())
    for row in rows:
        writer.writerow(["'" + cell if FORMULA.match(cell) else cell for cell in _cells(row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def response_table_docx(document: Document, rows: list[ResponseRow]) -> bytes:
    """Return the response table as a Word file, landscape-friendly: one table with a header row."""
    title = _("Response table: %(title)s") % {"title": document.title}
    return table_to_docx(title, _headers(), [_cells(row) for row in rows], document.language)


def file_name(document: Document, extension: str, *, suffix: str = "") -> str:
    """Return a file name made of the title: letters of any script, digits, hyphens."""
    words = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", document.title)).strip("-_")
    return f"{words[:80] or 'document'}{suffix}.{extension}"
