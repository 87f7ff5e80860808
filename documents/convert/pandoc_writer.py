"""Canonical JSON to pandoc's syntax tree. The file formats are `pandoc`'s business."""

import base64
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from documents import schema
from documents.convert.pandoc_process import API_VERSION
from documents.schema import Json

Ast = dict[str, Any]
ImageBytes = Callable[[str], bytes | None]

# Width of the text on an A4 page with the margins that `office_file` sets.
TEXT_WIDTH_INCHES = 6.3
_PIXELS_PER_INCH = 96
# What every Word shows; other formats are converted.
_EMBEDDABLE = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}
_NO_ATTR: list[Any] = ["", [], []]
_MARKS = {"strong": "Strong", "em": "Emph", "strike": "Strikeout"}


def document_ast(doc_json: Json, *, title: str, language: str, images: ImageBytes) -> Ast:
    """Return the whole tree. A picture whose bytes `images` does not have becomes its description."""
    writer = _Writer(images)
    blocks = writer.blocks(schema.normalise(doc_json).get("content", []))
    return tree(blocks, title=title, language=language)


def tree(blocks: list[Ast], *, title: str, language: str) -> Ast:
    """Return pandoc's outermost object."""
    meta: Ast = {}
    if title:
        meta["title"] = {"t": "MetaInlines", "c": [plain_inline(title)]}
    if language:
        meta["lang"] = {"t": "MetaString", "c": language}
    return {"pandoc-api-version": API_VERSION, "meta": meta, "blocks": blocks}


def plain_inline(text: str) -> Ast:
    """Return one inline for a text; pandoc keeps repeated spaces only inside a Str."""
    return {"t": "Str", "c": schema.storable(text)}


def paragraph(text: str, *, compact: bool = False) -> Ast:
    """Return a paragraph of plain text; its line breaks stay."""
    content: list[Ast] = []
    for index, line in enumerate(text.split("\n")):
        if index:
            content.append({"t": "LineBreak"})
        if line:
            content.append(plain_inline(line))
    return {"t": "Plain" if compact else "Para", "c": content}


def table(rows: list[list[Ast]], *, columns: int, head_rows: int, head_columns: int = 0) -> Ast:
    """Return a table of cells made by `cell`."""
    made = [[_NO_ATTR, row] for row in rows]
    return {
        "t": "Table",
        "c": [
            _NO_ATTR,
            [None, []],
            [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]] * columns,
            [_NO_ATTR, made[:head_rows]],
            [[_NO_ATTR, head_columns, [], made[head_rows:]]],
            [_NO_ATTR, []],
        ],
    }


def cell(blocks: list[Ast], *, rowspan: int = 1, colspan: int = 1) -> Any:
    """Return one cell."""
    return [_NO_ATTR, {"t": "AlignDefault"}, rowspan, colspan, blocks]


@dataclass
class _Writer:
    images: ImageBytes

    def blocks(self, nodes: Iterable[Json]) -> list[Ast]:
        return [made for node in nodes for made in self._block(node)]

    def _block(self, node: Json) -> list[Ast]:
        writer = _BLOCKS.get(node["type"])
        if writer:
            return [writer(self, node)]
        return self.blocks(c for c in node.get("content", []) if c["type"] != "text")

    def paragraph(self, node: Json) -> Ast:
        return {"t": "Para", "c": self.inlines(node)}

    def heading(self, node: Json) -> Ast:
        return {"t": "Header", "c": [node["attrs"]["level"], _NO_ATTR, self.inlines(node)]}

    def blockquote(self, node: Json) -> Ast:
        return {"t": "BlockQuote", "c": self.blocks(node.get("content", []))}

    def code_block(self, node: Json) -> Ast:
        params = node["attrs"]["params"].split()
        return {"t": "CodeBlock", "c": [["", params[:1], []], schema.inline_text(node)]}

    def rule(self, _node: Json) -> Ast:
        return {"t": "HorizontalRule"}

    def list_block(self, node: Json) -> Ast:
        tight = node["attrs"]["tight"]
        items = [self._item(item, tight=tight) for item in node.get("content", [])]
        if node["type"] == "bullet_list":
            return {"t": "BulletList", "c": items}
        numbers = [node["attrs"]["order"], {"t": "Decimal"}, {"t": "Period"}]
        return {"t": "OrderedList", "c": [numbers, items]}

    def _item(self, item: Json, *, tight: bool) -> list[Ast]:
        blocks = self.blocks(item.get("content", []))
        return [_compact(block) if tight else block for block in blocks]

    def table(self, node: Json) -> Ast:
        rows = [row.get("content", []) for row in node.get("content", [])]
        rows = [row for row in rows if row]
        head_rows = 0
        while head_rows < len(rows) - 1 and _is_all_header(rows[head_rows]):
            head_rows += 1
        if len(rows) == 1 and _is_all_header(rows[0]):
            head_rows = 1
        head_columns = min((_leading_headers(row) for row in rows[head_rows:]), default=0)
        spans, missing = _grid(rows, head_rows)
        made = [
            [self._cell(one, span) for one, span in zip(row, row_spans, strict=True)]
            + [cell([])] * missing_here
            for row, row_spans, missing_here in zip(rows, spans, missing, strict=True)
        ]
        columns = sum(colspan for _rowspan, colspan in spans[0]) + missing[0] if rows else 1
        return table(made, columns=columns, head_rows=head_rows, head_columns=head_columns)

    def _cell(self, node: Json, span: tuple[int, int]) -> Any:
        blocks = self.blocks(node.get("content", []))
        if len(blocks) == 1:
            blocks = [_compact(blocks[0])]
        return cell(blocks, rowspan=span[0], colspan=span[1])

    def inlines(self, node: Json) -> list[Ast]:
        return [self._inline(child) for child in node.get("content", [])]

    def _inline(self, node: Json) -> Ast:
        if node["type"] == "hard_break":
            return {"t": "LineBreak"}
        if node["type"] == "image":
            return self._image(node["attrs"])
        if node["type"] != "text":
            return plain_inline("")
        marks = {mark["type"]: mark.get("attrs", {}) for mark in node.get("marks", [])}
        result = plain_inline(node["text"])
        if "code" in marks:
            result = {"t": "Code", "c": [_NO_ATTR, node["text"]]}
        for name, kind in _MARKS.items():
            if name in marks:
                result = {"t": kind, "c": [result]}
        if "link" in marks:
            target = [marks["link"]["href"], marks["link"]["title"]]
            result = {"t": "Link", "c": [_NO_ATTR, [result], target]}
        return result

    def _image(self, attrs: Json) -> Ast:
        data = self.images(attrs["image"])
        embedded = _embeddable(data) if data else None
        if embedded is None:
            label = attrs["alt"] or attrs["title"]
            text = (
                _("[Picture: %(description)s]") % {"description": label}
                if label
                else _("[Picture]")
            )
            return plain_inline(text)
        content_type, data, width = embedded
        address = f"data:{content_type};base64,{base64.b64encode(data).decode()}"
        attr = ["", [], [["width", f"{width:.3f}in"]]]
        alt = [plain_inline(attrs["alt"])] if attrs["alt"] else []
        return {"t": "Image", "c": [attr, alt, [address, attrs["title"]]]}


def _embeddable(data: bytes) -> tuple[str, bytes, float] | None:
    """Return (content type, bytes, width in inches) of a picture that every Word can show."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width = min(TEXT_WIDTH_INCHES, picture.width / _PIXELS_PER_INCH)
            if picture.format in _EMBEDDABLE:
                return _EMBEDDABLE[picture.format], data, width
            converted = io.BytesIO()
            picture.convert("RGBA").save(converted, "PNG")
            return "image/png", converted.getvalue(), width
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _compact(block: Ast) -> Ast:
    return {**block, "t": "Plain"} if block["t"] == "Para" else block


def _is_all_header(row: list[Json]) -> bool:
    return all(one["type"] == "table_header" for one in row)


def _leading_headers(row: list[Json]) -> int:
    count = 0
    for one in row:
        if one["type"] != "table_header" or one["attrs"]["colspan"] != 1:
            break
        count += 1
    return count


_Spans = list[list[tuple[int, int]]]


def _grid(rows: list[list[Json]], head_rows: int) -> tuple[_Spans, list[int]]:
    """Return (rowspan, colspan) of each cell, and how many cells each row lacks.

    Pandoc's Word writer stops at a table whose rows do not all fill the same columns. No cell spans
    from the head into the body or out of the table.
    """
    spans: _Spans = []
    filled: list[int] = []
    # rows that are still covered from above, by column
    hanging: list[int] = []
    for index, row in enumerate(rows):
        rows_left = (head_rows if index < head_rows else len(rows)) - index
        row_spans = []
        column = 0
        for one in row:
            attrs = one["attrs"]
            rowspan = min(attrs["rowspan"], rows_left)
            while column < len(hanging) and hanging[column]:
                column += 1
            hanging += [0] * (column + attrs["colspan"] - len(hanging))
            colspan = _free(hanging, column, attrs["colspan"])
            hanging[column : column + colspan] = [rowspan] * colspan
            row_spans.append((rowspan, colspan))
            column += colspan
        filled.append(sum(1 for left in hanging if left))
        hanging = [max(0, left - 1) for left in hanging]
        spans.append(row_spans)
    width = len(hanging)
    return spans, [width - count for count in filled]


def _free(hanging: list[int], column: int, wanted: int) -> int:
    """Count the columns from `column` on, at most `wanted`, that nothing covers from above."""
    count = 0
    while count < wanted and not hanging[column + count]:
        count += 1
    return count


_BLOCKS: dict[str, Callable[[_Writer, Json], Ast]] = {
    "paragraph": _Writer.paragraph,
    "heading": _Writer.heading,
    "blockquote": _Writer.blockquote,
    "code_block": _Writer.code_block,
    "horizontal_rule": _Writer.rule,
    "bullet_list": _Writer.list_block,
    "ordered_list": _Writer.list_block,
    "table": _Writer.table,
}
