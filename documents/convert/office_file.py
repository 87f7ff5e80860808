"""Finishing the office files that pandoc writes: A4, lines in tables, the date, no picture data in names."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC

from cocreation.kernel import clock

# Twentieths of a point: A4 with 2.5 cm margins.
_A4_SHORT, _A4_LONG, _MARGIN = 11906, 16838, 1418
_DATA_ADDRESS = re.compile(r'descr="data:[^"]*"')
_SANDBOX_DATE = "1970-01-01T00:00:00Z"
_LINE = 'w:val="single" w:sz="4" w:space="0" w:color="999999"'
_TABLE_LINES = "".join(
    f"<w:{side} {_LINE}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE_STYLE = re.compile(r'(w:styleId="Table".*?<w:tblPr>)(.*?<w:tblCellMar>)', re.DOTALL)


def finish_docx(data: bytes, *, landscape: bool = False) -> bytes:
    """Return the Word file with page size, table lines and date set."""

    def document(xml: str) -> str:
        # pandoc repeats the address of each picture, which here is the picture itself
        return _DATA_ADDRESS.sub('descr=""', xml).replace(
            "</w:sectPr>", _page(landscape) + "</w:sectPr>"
        )

    def styles(xml: str) -> str:
        # in the order that the standard wants: tblInd, tblBorders, tblCellMar
        return _TABLE_STYLE.sub(_with_lines, xml, count=1)

    edits = {
        "word/document.xml": document,
        "word/styles.xml": styles,
        "docProps/core.xml": _dated,
    }
    return _edited(data, edits)


def finish_odt(data: bytes) -> bytes:
    """Return the OpenDocument file with page size and date set."""

    def styles(xml: str) -> str:
        xml = re.sub(r'fo:page-height="[^"]*"', 'fo:page-height="29.7cm"', xml)
        xml = re.sub(r'fo:page-width="[^"]*"', 'fo:page-width="21cm"', xml)
        return re.sub(r'fo:margin-(left|right|top|bottom)="1in"', r'fo:margin-\1="2.5cm"', xml)

    return _edited(data, {"styles.xml": styles, "meta.xml": _dated})


def _page(landscape: bool) -> str:
    width, height = (_A4_LONG, _A4_SHORT) if landscape else (_A4_SHORT, _A4_LONG)
    orient = ' w:orient="landscape"' if landscape else ""
    return (
        f'<w:pgSz w:w="{width}" w:h="{height}"{orient}/>'
        f'<w:pgMar w:top="{_MARGIN}" w:right="{_MARGIN}" w:bottom="{_MARGIN}" w:left="{_MARGIN}"'
        ' w:header="709" w:footer="709" w:gutter="0"/>'
    )


def _with_lines(match: re.Match[str]) -> str:
    before, rest = match[1], match[2]
    indent, margin = rest.split("<w:tblCellMar>")
    return f"{before}{indent}<w:tblBorders>{_TABLE_LINES}</w:tblBorders><w:tblCellMar>{margin}"


def _dated(xml: str) -> str:
    now = clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return xml.replace(_SANDBOX_DATE, now)


def _edited(data: bytes, edits: dict[str, Callable[[str], str]]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w") as target:
        # the order and the kind of compression stay: OpenDocument wants `mimetype` first and plain
        for info in source.infolist():
            content = source.read(info)
            edit = edits.get(info.filename)
            if edit:
                content = edit(content.decode()).encode()
            target.writestr(info, content, compress_type=info.compress_type)
    return result.getvalue()
