"""Pandoc's syntax tree to canonical JSON. Every word is kept; what changes its form is noted."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from cocreation.kernel.errors import Invalid
from documents import schema
from documents.convert.import_report import ReportBuilder
from documents.convert.pandoc_inline import ImageId, Inline, InlineReader, plain
from documents.schema import Json

# What Word's own styles put before the text, in this order; the title is returned apart.
_FRONT_MATTER = ("subtitle", "author", "date", "abstract")
_HEADING_LEVELS = 6
_PLAIN_NUMBERS = ("Decimal", "DefaultStyle")


def read_tree(ast: dict[str, Any], report: ReportBuilder, image_id: ImageId) -> tuple[Json, str]:
    """Return the canonical JSON without block ids, and the title. Raises Invalid("too_deep")."""
    reader = _Reader(report, image_id)
    content = reader.front_matter(ast["meta"])
    content += reader.blocks(ast["blocks"], 0)
    content += reader.footnotes()
    title = plain(ast["meta"].get("title", []))
    return schema.normalise({"type": "doc", "content": content}), title


class _Reader:
    def __init__(self, report: ReportBuilder, image_id: ImageId):
        self.report = report
        self.inlines = InlineReader(report, image_id)

    def front_matter(self, meta: dict[str, Any]) -> list[Json]:
        content: list[Json] = []
        for name in _FRONT_MATTER:
            content += self._meta(meta.get(name))
        return content

    def _meta(self, value: Any) -> list[Json]:
        if not isinstance(value, dict):
            return []
        kind, content = value["t"], value.get("c")
        if kind == "MetaList":
            return [node for item in content for node in self._meta(item)]
        if kind == "MetaBlocks":
            return self.blocks(content, 0)
        if kind == "MetaInlines":
            return [self._paragraph(content)]
        if kind == "MetaString" and content:
            return [self._paragraph([{"t": "Str", "c": content}])]
        return []

    def footnotes(self) -> list[Json]:
        """Return the notes' list; reading one note can bring up another."""
        if not self.inlines.notes:
            return []
        items = []
        done = 0
        while done < len(self.inlines.notes):
            note = self.inlines.notes[done]
            self.report.add("footnotes", plain(note))
            items.append(_item(self.blocks(note, 2)))
            done += 1
        heading = {"type": "heading", "attrs": {"level": 2}}
        heading["content"] = [{"type": "text", "text": _("Notes")}]
        return [heading, {"type": "ordered_list", "attrs": {"tight": True}, "content": items}]

    def blocks(self, blocks: list[Inline], depth: int) -> list[Json]:
        if depth > schema.MAX_DEPTH:
            raise Invalid(_("The text is nested too deeply."), "too_deep")
        content: list[Json] = []
        for block in blocks:
            handler = _BLOCKS.get(block["t"])
            if handler:
                content += handler(self, block.get("c"), depth + 1)
        return content

    def _paragraph(self, inlines: list[Inline]) -> Json:
        return {"type": "paragraph", "content": self.inlines.read(inlines)}

    def paragraph(self, content, _depth) -> list[Json]:
        node = self._paragraph(content)
        # a paragraph that held only a mark of Word's (a bookmark, a deletion) is none
        return [node] if any(n.get("text", "x").strip() for n in node["content"]) else []

    def line_block(self, content, _depth) -> list[Json]:
        nodes: list[Json] = []
        for index, line in enumerate(content):
            nodes += [{"type": "hard_break"}] if index else []
            nodes += self.inlines.read(line)
        return [{"type": "paragraph", "content": nodes}]

    def code_block(self, content, _depth) -> list[Json]:
        return [_code(content[1], " ".join(content[0][1])[:60])]

    def raw_block(self, content, _depth) -> list[Json]:
        return [_code(content[1], "")]

    def blockquote(self, content, depth) -> list[Json]:
        inner = self.blocks(content, depth)
        return [{"type": "blockquote", "content": inner}] if inner else []

    def bullet_list(self, content, depth) -> list[Json]:
        return self._list("bullet_list", content, {}, depth)

    def ordered_list(self, content, depth) -> list[Json]:
        (start, style, _delimiter), items = content
        if style["t"] not in _PLAIN_NUMBERS:
            self.report.add("list_numbering", plain(items[:1])[:80])
        return self._list("ordered_list", items, {"order": min(max(0, start), 1_000_000)}, depth)

    def _list(self, kind: str, items: list[Any], attrs: Json, depth: int) -> list[Json]:
        made = [_item(self.blocks(item, depth + 1)) for item in items]
        tight = all(block["t"] != "Para" for item in items for block in item)
        node = {"type": kind, "attrs": {**attrs, "tight": tight}, "content": made}
        return [node] if made else []

    def definition_list(self, content, depth) -> list[Json]:
        nodes: list[Json] = []
        for term, definitions in content:
            strong = [{"t": "Strong", "c": term}]
            nodes.append(self._paragraph(strong))
            for definition in definitions:
                nodes += self.blocks(definition, depth)
        return nodes

    def heading(self, content, _depth) -> list[Json]:
        level, _attr, inlines = content
        nodes = self.inlines.read(inlines)
        attrs = {"level": min(level, _HEADING_LEVELS)}
        return [{"type": "heading", "attrs": attrs, "content": nodes}] if nodes else []

    def rule(self, _content, _depth) -> list[Json]:
        return [{"type": "horizontal_rule"}]

    def figure(self, content, depth) -> list[Json]:
        _attr, (_short, caption), blocks = content
        return self.blocks(blocks, depth) + self.blocks(caption, depth)

    def division(self, content, depth) -> list[Json]:
        return self.blocks(content[1], depth)

    def table(self, content, depth) -> list[Json]:
        _attr, (_short, caption), _columns, head, bodies, foot = content
        rows = [self._row(row, 0, depth, header=True) for row in head[1]]
        for _body_attr, head_columns, middle, body in bodies:
            rows += [self._row(row, 0, depth, header=True) for row in middle]
            rows += [self._row(row, head_columns, depth, header=False) for row in body]
        rows += [self._row(row, 0, depth, header=False) for row in foot[1]]
        rows = _clipped([row for row in rows if row])
        described = self.blocks(caption, depth)
        if not rows:
            return described
        made = [{"type": "table_row", "content": row} for row in rows]
        return [*described, {"type": "table", "content": made}]

    def _row(self, row: Any, head_columns: int, depth: int, *, header: bool) -> list[Json]:
        cells = []
        for number, (_attr, _align, rowspan, colspan, blocks) in enumerate(row[1]):
            is_header = header or number < head_columns
            cells.append(
                {
                    "type": "table_header" if is_header else "table_cell",
                    "attrs": {"rowspan": min(1000, rowspan), "colspan": min(100, colspan)},
                    "content": self.blocks(blocks, depth + 2) or [{"type": "paragraph"}],
                }
            )
        return cells


def _item(blocks: list[Json]) -> Json:
    return {"type": "list_item", "content": blocks or [{"type": "paragraph"}]}


def _code(text: str, params: str) -> Json:
    node: Json = {"type": "code_block", "attrs": {"params": params}}
    if text:
        node["content"] = [{"type": "text", "text": text}]
    return node


def _clipped(rows: list[list[Json]]) -> list[list[Json]]:
    """Let no cell hang out of the table below, which editors repair each in its own way."""
    for index, row in enumerate(rows):
        for cell in row:
            cell["attrs"]["rowspan"] = min(cell["attrs"]["rowspan"], len(rows) - index)
    return rows


_BLOCKS: dict[str, Callable[[_Reader, Any, int], list[Json]]] = {
    "Plain": _Reader.paragraph,
    "Para": _Reader.paragraph,
    "LineBlock": _Reader.line_block,
    "CodeBlock": _Reader.code_block,
    "RawBlock": _Reader.raw_block,
    "BlockQuote": _Reader.blockquote,
    "BulletList": _Reader.bullet_list,
    "OrderedList": _Reader.ordered_list,
    "DefinitionList": _Reader.definition_list,
    "Header": _Reader.heading,
    "HorizontalRule": _Reader.rule,
    "Table": _Reader.table,
    "Figure": _Reader.figure,
    "Div": _Reader.division,
}
